import Type, { type Static } from 'typebox';
import { AFTER_CALL_STEPS, DeliveryState } from '../../engine/contract/call-event.ts';
import { BROWSER_PHONE_WAYS } from '../../engine/contract/browser-phone.ts';
import { CallStatus } from '../../engine/contract/call-session.ts';
import { CallId } from '../../engine/contract/ids.ts';
import { SpokenLanguage } from '../../engine/contract/languages.ts';
import { CallOrderBody } from './call.ts';
import { exact, Moment, Nullable } from './exact.ts';
import { CallInteraction, ChatInteraction } from './interactions.ts';

/** D4.1's order, and how the visitor takes the call: on his phone, or in the page itself. */
export const DemoOrderBody = Type.Object(
  {
    ...CallOrderBody.properties,
    phone: Type.Optional(CallOrderBody.properties.phone),
    answer: Type.Optional(
      Type.Enum(['phone', 'browser'], {
        default: 'phone',
        description:
          'phone: звоним на номер. browser: звонит сама страница, номер необязателен (на него придёт только SMS).',
      }),
    ),
    browser_ways: Type.Optional(
      Type.Array(Type.Enum([...BROWSER_PHONE_WAYS]), {
        minItems: 1,
        maxItems: 4,
        default: [...BROWSER_PHONE_WAYS],
        description: 'Что умеет страница, лучшее первым. HALO выберет из этого то, что сработает здесь.',
      }),
    ),
  },
  { description: 'Заказ демо. Без answer=browser поле phone обязательно.' },
);
export type DemoOrderBody = Static<typeof DemoOrderBody>;

const Connection = {
  url: Type.String({
    description: 'Путь WebSocket на этом же сервере; ключ в нём действует один раз.',
    examples: ['/demo/phone?token=…'],
  }),
  expires_at: Type.String({
    format: 'date-time',
    description: 'До этого времени страница должна подключиться.',
  }),
};

/** How the page takes its call. Nothing of it outlives the call. */
export const BrowserPhoneAnswer = Type.Union(
  [
    exact({
      kind: Type.Literal('webrtc'),
      ...Connection,
      uri: Type.String(),
      username: Type.String(),
      password: Type.String(),
    }),
    exact({ kind: Type.Literal('socket'), ...Connection }),
  ],
  {
    description:
      'Телефон в странице на один звонок: webrtc — SIP по WebSocket (подпротокол sip) и звук по WebRTC, socket — JSON и μ-law 8 кГц по WebSocket.',
  },
);
export type BrowserPhoneAnswer = Static<typeof BrowserPhoneAnswer>;

/** D4.1's answer; `browser_phone` only where the order said answer=browser. */
export const DemoSessionCreated = exact(
  {
    demo_session_id: Type.String({ format: 'uuid' }),
    status: Type.Literal('initiated'),
    browser_phone: Type.Optional(BrowserPhoneAnswer),
  },
  { description: 'Демо-сессия создана, звонок принят.' },
);
export type DemoSessionCreated = Static<typeof DemoSessionCreated>;

/** D4.2: the steps of a demo. */
export const DemoSessionStatus = exact(
  {
    call_status: Type.Enum(['pending', 'completed', 'failed'], {
      description: 'failed: не дозвонились или звонок сорвался; дальше ничего не изменится.',
    }),
    analysis_status: Type.Enum(['pending', 'done']),
    followup_status: Type.Enum(['pending', 'done']),
    sms_status: Type.Enum(['pending', 'sent']),
    crm_status: Type.Enum(['pending', 'added']),
    chat_ready: Type.Boolean(),
  },
  { description: 'Шаги демо по порядку.' },
);
export type DemoSessionStatus = Static<typeof DemoSessionStatus>;

/** One line of a conversation that may still be going on. */
export const LiveLine = exact({
  speaker: Type.Enum(['user', 'assistant']),
  text: Type.String({ description: 'Пустой, пока слова не распознаны.' }),
  timestamp: Moment,
  gap_ms: Nullable(
    Type.Number({ description: 'Перед репликой ассистента: пауза, которую услышал абонент, мс.' }),
  ),
});
export type LiveLine = Static<typeof LiveLine>;

/** Our extension of D4: everything the visitor's own screen shows, in one answer, also in mid-call. */
export const DemoResult = exact(
  {
    call_id: CallId,
    chat_id: Nullable(Type.String()),
    call_status_text: Nullable(
      Type.String({ description: 'Почему звонок закончился так, по-русски.', examples: ['абонент занят'] }),
    ),
    live: exact({
      status: CallStatus,
      simulated: Nullable(
        Type.Boolean({
          description:
            'true: звонок смоделирован, в телефонную сеть он не идёт. null: ещё не набирали или неизвестно.',
        }),
      ),
      started_at: Nullable(Moment),
      spoken_language: SpokenLanguage,
      transcript: Type.Array(LiveLine),
    }),
    failed_steps: Type.Array(Type.Enum([...AFTER_CALL_STEPS]), {
      description: 'Шаги после звонка, которые не удались; они не повторяются.',
    }),
    call: Nullable(CallInteraction),
    chat: Nullable(ChatInteraction),
    sms: Nullable(
      exact({
        text: Type.String(),
        parts: Type.Integer({ minimum: 1 }),
        gateway: Type.String(),
        simulated: Type.Boolean({ description: 'true: сообщение сохранено и показано, но не отправлено.' }),
      }),
    ),
    sms_delivery: Nullable(
      exact(
        {
          state: DeliveryState,
          gateway: Type.String(),
          detail: Type.String({ description: 'По-русски, для людей.', examples: ['SMS: доставлено'] }),
        },
        { description: 'Последнее, что известно об отправке SMS, сверх того, что шлюз её принял.' },
      ),
    ),
    row_delivery: Nullable(
      exact(
        {
          state: DeliveryState,
          gateway: Type.String(),
          detail: Type.String({
            description: 'По-русски, для людей.',
            examples: ['Строка таблицы: ждёт записи в Google Sheets'],
          }),
        },
        { description: 'Почему строки звонка ещё нет в таблице; null, когда она там (или в файле).' },
      ),
    ),
    telegram_connected: Type.Boolean({ description: 'D7: посетитель открыл бота по ссылке своей сессии.' }),
    telegram_delivery: Nullable(
      exact(
        {
          state: DeliveryState,
          gateway: Type.String(),
          detail: Type.String({ description: 'По-русски, для людей.' }),
        },
        { description: 'Что стало с настоящим сообщением в Telegram; null, когда его не отправляли.' },
      ),
    ),
    recording_url: Nullable(
      Type.String({ description: 'Стереозапись разговора (WAV): слева абонент, справа ассистент.' }),
    ),
  },
  { description: 'Данные посетителя: звонок (null, пока не закончен), чат, SMS, запись.' },
);
export type DemoResult = Static<typeof DemoResult>;

const Count = Type.Integer({ minimum: 0 });

/** D4.3. The formulas are in api/demo/analytics.ts. */
export const DemoAnalytics = exact(
  {
    totals: exact({
      calls: Count,
      chats: Count,
      lead_rate: Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'funnel.lead / totals.calls, два знака; 0, когда звонков нет.',
      }),
      avg_call_duration_sec: Type.Integer({
        minimum: 0,
        description: 'Средняя длительность состоявшихся разговоров, с.',
      }),
    }),
    funnel: exact({
      called: Count,
      talked: Type.Integer({ minimum: 0, description: 'Абонент ответил и сказал хотя бы слово.' }),
      interested: Type.Integer({ minimum: 0, description: 'Итог разговора — interested.' }),
      lead: Type.Integer({
        minimum: 0,
        description: 'Заинтересован, карточка в CRM, ссылка на продолжение отправлена.',
      }),
    }),
  },
  { description: 'Демо- и реальные данные вместе.' },
);
export type DemoAnalytics = Static<typeof DemoAnalytics>;

export const AnalyticsPeriod = exact({
  calls: Count,
  chats: Count,
  talked: Count,
  leads: Count,
  lead_rate: Type.Number({ minimum: 0, maximum: 1 }),
  avg_call_duration_sec: Count,
  dispositions: exact({
    interested: Count,
    not_interested: Count,
    call_later: Count,
    neutral: Count,
    unknown: Count,
  }),
  replies: exact(
    {
      count: Count,
      avg_gap_ms: Nullable(Type.Integer({ minimum: 0 })),
      within_budget: Type.Integer({ minimum: 0, description: 'Не позже 2 с.' }),
    },
    { description: 'Паузы перед ответами ассистента. Только реальные звонки: у демо-звонков их не было.' },
  ),
});
export type AnalyticsPeriod = Static<typeof AnalyticsPeriod>;

/** For the charts. */
export const AnalyticsDetails = exact(
  {
    time_zone: Type.String({ examples: ['Europe/Moscow'] }),
    days: Type.Array(
      exact({
        day: Type.String({ format: 'date', examples: ['2026-11-17'] }),
        calls: Count,
        chats: Count,
        talked: Count,
        interested: Count,
        leads: Count,
      }),
    ),
    current: AnalyticsPeriod,
    previous: AnalyticsPeriod,
  },
  { description: 'По дням, за период и за столько же дней перед ним. Демо- и реальные данные вместе.' },
);
export type AnalyticsDetails = Static<typeof AnalyticsDetails>;

export const AnalyticsDetailsQuery = Type.Object({
  days: Type.Optional(
    Type.String({ description: 'Дней, считая сегодня: от 1 до 90, без параметра 30.', examples: ['30'] }),
  ),
  tz: Type.Optional(
    Type.String({
      description: 'Часовой пояс, чьи это дни (имя IANA), без параметра Europe/Moscow.',
      examples: ['Europe/Moscow'],
    }),
  ),
});

/** What is at work on this server, and what of it is simulated. */
export const DemoAbout = exact(
  {
    telephony: exact({ name: Type.String(), simulated: Type.Boolean(), notice: Type.String() }),
    speech: exact({
      set: Type.Enum(['offline', 'openai']),
      recogniser: Type.String(),
      operator: Type.String(),
      synthesiser: Type.String(),
      notice: Type.String(),
      languages: Type.Array(SpokenLanguage),
    }),
    browser_phone: Type.Boolean({ description: 'Можно ли ответить прямо в странице (answer=browser).' }),
    notices: Type.Array(Type.String(), {
      description: 'Что здесь смоделировано или работает без сети и что изменит ключ. Показывайте дословно.',
    }),
    languages: Type.Array(
      exact({
        code: Type.String(),
        name: Type.String({ description: 'По-русски.' }),
        own_name: Type.String({ description: 'На самом языке.' }),
        available: Type.Boolean({ description: 'Умеет ли этот язык речь, работающая сейчас.' }),
      }),
    ),
    voices: Type.Array(exact({ code: Type.String(), name: Type.String() })),
    defaults: exact({ language: Type.String(), voice: Type.String(), prompt_max_chars: Type.Integer() }),
  },
  { description: 'Что работает на этом сервере.' },
);
export type DemoAbout = Static<typeof DemoAbout>;
