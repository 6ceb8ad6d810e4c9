import Type, { type Static } from 'typebox';
import { Disposition } from '../../engine/contract/call-session.ts';
import { exact, Moment, Nullable } from './exact.ts';

/** What a page says beside D4.4's fields. */
const Summary = Type.String({ description: 'Резюме; в списке без параметров его нет у звонков.' });

/** D4.4: a call in the table. */
export const CallItem = exact({
  id: Type.String({ examples: ['demo-call-1'] }),
  is_demo: Type.Boolean(),
  type: Type.Literal('call'),
  channel: Type.Literal('voice'),
  created_at: Moment,
  disposition: Disposition,
  summary: Type.Optional(Summary),
  duration_sec: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Длительность разговора, с; в списке без параметров её нет.' }),
  ),
});
export type CallItem = Static<typeof CallItem>;

/** D4.4: a chat in the table. */
export const ChatItem = exact({
  id: Type.String({ examples: ['demo-chat-1'] }),
  is_demo: Type.Boolean(),
  type: Type.Literal('chat'),
  channel: Type.Literal('telegram'),
  created_at: Moment,
  summary: Type.String(),
});
export type ChatItem = Static<typeof ChatItem>;

export const InteractionItem = Type.Union([CallItem, ChatItem]);
export type InteractionItem = Static<typeof InteractionItem>;

export const InteractionList = exact(
  {
    items: Type.Array(InteractionItem),
    next_cursor: Type.Optional(
      Nullable(
        Type.String({
          description: 'Передайте как cursor, чтобы получить следующую страницу; null: дальше пусто.',
        }),
      ),
    ),
    total: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'Сколько обращений подходит под фильтры. Есть на первой странице; нет, когда подходит больше тысячи (при поиске — пяти тысяч) и точное число пришлось бы считать.',
      }),
    ),
  },
  {
    description:
      'Без параметров: 50 демо-звонков, 50 демо-чатов и реальные обращения, новые сверху. С параметрами: страница списка.',
  },
);
export type InteractionList = Static<typeof InteractionList>;

const parameter = (description: string, example: string) =>
  Type.Optional(Type.String({ description, examples: [example] }));

/** What each may be is checked in api/demo/interaction-params.ts, whose errors name the parameter. */
export const InteractionQueryString = Type.Object({
  limit: parameter('Строк на странице: от 1 до 200, без параметра 50.', '50'),
  cursor: parameter('next_cursor прошлой страницы (с теми же фильтрами и sort).', 'bmV3ZXN0…'),
  type: parameter('call или chat.', 'call'),
  channel: parameter('voice или telegram.', 'voice'),
  disposition: parameter(
    'Итог звонка: interested, not_interested, call_later, neutral, unknown.',
    'interested',
  ),
  source: parameter('demo или real.', 'real'),
  q: parameter(
    'Поиск по резюме и словам разговора: начала слов, все сразу, до 100 знаков. По телефонам не ищет.',
    'перезвонить',
  ),
  from: parameter('Не раньше этого момента (ISO 8601).', '2026-11-01T00:00:00Z'),
  to: parameter('Раньше этого момента (ISO 8601).', '2026-12-01T00:00:00Z'),
  sort: parameter('newest (без параметра), oldest или longest.', 'newest'),
});

/** D4.5: the picture of a CRM record. */
export const CrmCard = exact({
  status: Type.Literal('added'),
  interest: Type.String({ examples: ['узнать стоимость'] }),
  telegram_link_sent: Type.Boolean(),
});
export type CrmCard = Static<typeof CrmCard>;

/** D4.5, a call. `crm_record` is null until the card is written, and for calls that were never held. */
export const CallInteraction = exact(
  {
    id: Type.String(),
    type: Type.Literal('call'),
    is_demo: Type.Boolean(),
    phone_masked: Type.String({ examples: ['+7 9XX XXX-12-34'] }),
    created_at: Moment,
    duration_sec: Type.Integer({ minimum: 0 }),
    disposition: Disposition,
    summary: Type.String(),
    transcript: Type.Array(exact({ speaker: Type.Enum(['user', 'assistant']), text: Type.String() })),
    crm_record: Nullable(CrmCard),
  },
  { description: 'Звонок.' },
);
export type CallInteraction = Static<typeof CallInteraction>;

/** D4.5, a chat. */
export const ChatInteraction = exact(
  {
    id: Type.String(),
    type: Type.Literal('chat'),
    is_demo: Type.Boolean(),
    created_at: Moment,
    summary: Type.String(),
    messages: Type.Array(exact({ from: Type.Enum(['assistant', 'user']), text: Type.String() })),
  },
  { description: 'Чат.' },
);
export type ChatInteraction = Static<typeof ChatInteraction>;

export const Interaction = Type.Union([CallInteraction, ChatInteraction]);
export type Interaction = Static<typeof Interaction>;
