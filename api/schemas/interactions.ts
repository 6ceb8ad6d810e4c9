import Type, { type Static } from 'typebox';
import { Disposition } from '../../engine/contract/call-session.ts';
import { exact, Moment, Nullable } from './exact.ts';

/** D4.4: a call in the table. */
export const CallItem = exact({
  id: Type.String({ examples: ['demo-call-1'] }),
  is_demo: Type.Boolean(),
  type: Type.Literal('call'),
  channel: Type.Literal('voice'),
  created_at: Moment,
  disposition: Disposition,
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
  { items: Type.Array(InteractionItem) },
  { description: '50 демо-звонков, 50 демо-чатов и реальные обращения, новые сверху.' },
);
export type InteractionList = Static<typeof InteractionList>;

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
