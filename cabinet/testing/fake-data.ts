import { toCallId } from '../../engine/contract/ids.ts';
import type {
  About,
  Analytics,
  CallInteraction,
  ChatInteraction,
  DemoResult,
  InteractionItem,
} from '../api/types.ts';

/** Answers of an imaginary API, in the shapes of its schemas. Only tests and screenshots use them. */
export const SESSION_ID = '5b1c1d3e-7a0f-4a64-9a52-0d6f5a3b9c11';
export const CALL_ID = toCallId('0f6a9a52-4c1d-4e57-8a33-3b9c115b1c1d');
export const CHAT_ID = 'c47e1f0a-2d9b-4b0e-9a77-6d1f3a5b8c22';
const MOMENT = '2026-11-17T16:10:00.000Z';

export const FOLLOW_UP =
  'Спасибо за разговор! Как и обещал, присылаю подробности: HALO отвечает на звонки круглосуточно, первая неделя бесплатно.';

export const ABOUT: About = {
  telephony: {
    name: 'simulator',
    simulated: true,
    notice: 'Телефония смоделирована: звонок идёт не в сеть, а виртуальному абоненту.',
  },
  speech: {
    set: 'offline',
    recogniser: 'known-lines',
    operator: 'rules',
    synthesiser: 'espeak-ng',
    notice: 'Речь работает без сети. С ключом OpenAI HALO поймёт любую речь.',
    languages: ['ru', 'en'],
  },
  browser_phone: true,
  notices: [
    'Телефония смоделирована: звонок идёт не в сеть, а виртуальному абоненту.',
    'Речь работает без сети. С ключом OpenAI HALO поймёт любую речь.',
  ],
  languages: [
    { code: 'auto', name: 'Авто', own_name: 'Auto', available: true },
    { code: 'ru', name: 'Русский', own_name: 'Русский', available: true },
    { code: 'en', name: 'Английский', own_name: 'English', available: true },
    { code: 'uz', name: 'Узбекский', own_name: 'Oʻzbekcha', available: false },
  ],
  voices: [
    { code: 'male', name: 'Мужской' },
    { code: 'female', name: 'Женский' },
    { code: 'neutral', name: 'Нейтральный' },
  ],
  defaults: { language: 'auto', voice: 'neutral', prompt_max_chars: 4000 },
};

export const ANALYTICS: Analytics = {
  totals: { calls: 121, chats: 81, lead_rate: 0.37, avg_call_duration_sec: 104 },
  funnel: { called: 121, talked: 95, interested: 46, lead: 19 },
};

const LINES = [
  ['assistant', 'Здравствуйте! Меня зовут Алина, компания HALO. Удобно сейчас говорить?', null],
  ['user', 'Да, здравствуйте, слушаю вас.', null],
  ['assistant', 'Мы отвечаем на звонки ваших клиентов, когда вы заняты. Вам это было бы интересно?', 860],
  ['user', 'Да, это интересно. А сколько это стоит?', null],
  ['assistant', 'Первая неделя бесплатно. Прислать подробности в Telegram?', 940],
  ['user', '', null],
] as const;

export const CALL: CallInteraction = {
  id: CALL_ID,
  type: 'call',
  is_demo: false,
  phone_masked: '+7 9XX XXX-00-01',
  created_at: MOMENT,
  duration_sec: 93,
  disposition: 'interested',
  summary: 'Клиенту интересен HALO, он спросил о цене и попросил прислать подробности.',
  transcript: LINES.filter(([, text]) => text !== '').map(([speaker, text]) => ({ speaker, text })),
  crm_record: { status: 'added', interest: 'узнать стоимость', telegram_link_sent: true },
};

export const DEMO_CALL: CallInteraction = { ...CALL, id: 'demo-call-1', is_demo: true };

export const CHAT: ChatInteraction = {
  id: CHAT_ID,
  type: 'chat',
  is_demo: false,
  created_at: '2026-11-17T16:12:00.000Z',
  summary: 'Отправлены подробности о HALO.',
  messages: [{ from: 'assistant', text: FOLLOW_UP }],
};

export const DEMO_CHAT: ChatInteraction = {
  ...CHAT,
  id: 'demo-chat-1',
  is_demo: true,
  messages: [
    {
      from: 'assistant',
      text: 'Здравствуйте! Отправляю прайс, о котором говорили по телефону: https://halo.example/price.',
    },
    { from: 'user', text: 'Спасибо, посмотрю вечером.' },
    { from: 'assistant', text: 'Отлично. Если появятся вопросы, пишите сюда в любое время.' },
  ],
};

/** The visitor's data at some moment of his demo. */
export function fakeResult(moment: 'dialling' | 'talking' | 'complete' | 'busy'): DemoResult {
  const none: DemoResult = {
    call_id: CALL_ID,
    chat_id: null,
    call_status_text: null,
    live: { status: 'dialing', simulated: true, started_at: null, spoken_language: 'ru', transcript: [] },
    failed_steps: [],
    call: null,
    chat: null,
    sms: null,
    sms_delivery: null,
    row_delivery: null,
    telegram_connected: false,
    telegram_delivery: null,
    recording_url: null,
  };
  if (moment === 'dialling') return none;
  if (moment === 'busy') {
    const call: CallInteraction = {
      ...CALL,
      duration_sec: 0,
      disposition: 'unknown',
      summary: 'Не дозвонились: статус no_answer',
      transcript: [],
      crm_record: null,
    };
    return { ...none, call_status_text: 'абонент занят', live: { ...none.live, status: 'no_answer' }, call };
  }
  const transcript = LINES.map(([speaker, text, gap]) => ({ speaker, text, timestamp: MOMENT, gap_ms: gap }));
  const talking: DemoResult = {
    ...none,
    live: { ...none.live, status: 'in_progress', started_at: MOMENT, transcript },
  };
  if (moment === 'talking') return talking;
  return {
    ...talking,
    chat_id: CHAT_ID,
    call_status_text: 'разговор завершён',
    live: { ...talking.live, status: 'completed', transcript: transcript.filter(({ text }) => text !== '') },
    call: CALL,
    chat: CHAT,
    sms: {
      text: 'Спасибо за разговор! Продолжим здесь: https://t.me/HALO_DEMO_BOT?start=CALL_abc123',
      parts: 2,
      gateway: 'outbox',
      simulated: true,
    },
    recording_url: `/recordings/${CALL_ID}?session=${SESSION_ID}`,
  };
}

const DISPOSITIONS = ['interested', 'not_interested', 'call_later', 'neutral'] as const;

/** 50 demo calls, 50 demo chats, and the visitor's own call and chat in their midst, newest first. */
export function fakeItems(): readonly InteractionItem[] {
  const items: InteractionItem[] = [];
  for (let index = 1; index <= 50; index += 1) {
    const disposition = DISPOSITIONS[index % DISPOSITIONS.length] ?? 'neutral';
    items.push(
      {
        id: `demo-call-${index}`,
        is_demo: true,
        type: 'call',
        channel: 'voice',
        created_at: new Date(Date.UTC(2026, 10, 1 + (index % 20), 9, index)).toISOString(),
        disposition,
        summary: 'Клиент уточнил цену и попросил прислать подробности сообщением.',
        duration_sec: 30 + index,
      },
      {
        id: `demo-chat-${index}`,
        is_demo: true,
        type: 'chat',
        channel: 'telegram',
        created_at: new Date(Date.UTC(2026, 10, 1 + (index % 20), 15, index)).toISOString(),
        summary: 'Клиент попросил прайс и назначил время для звонка менеджера.',
      },
    );
  }
  const { created_at: calledAt, disposition } = CALL;
  items.push(
    {
      id: CALL_ID,
      is_demo: false,
      type: 'call',
      channel: 'voice',
      created_at: calledAt,
      disposition,
      summary: CALL.summary,
      duration_sec: CALL.duration_sec,
    },
    {
      id: CHAT_ID,
      is_demo: false,
      type: 'chat',
      channel: 'telegram',
      created_at: CHAT.created_at,
      summary: CHAT.summary,
    },
  );
  return items.sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}
