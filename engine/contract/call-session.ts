import Type, { type Static } from 'typebox';
import { CallId } from './ids.ts';

/** V2: the six statuses of a call, by the customer's names. */
export const CALL_STATUSES = [
  'created',
  'dialing',
  'no_answer',
  'in_progress',
  'completed',
  'failed',
] as const;
export const CallStatus = Type.Enum([...CALL_STATUSES]);
export type CallStatus = (typeof CALL_STATUSES)[number];

/** V2: how a call is judged. `unknown` until it is analysed, and for calls that were never held. */
export const DISPOSITIONS = ['interested', 'not_interested', 'call_later', 'neutral', 'unknown'] as const;
export const Disposition = Type.Enum([...DISPOSITIONS]);
export type Disposition = (typeof DISPOSITIONS)[number];

/** V2 DialogTurn: one side's words, and when they began (ISO 8601, UTC). */
export const DialogTurn = Type.Object({
  speaker: Type.Enum(['user', 'assistant']),
  text: Type.String(),
  timestamp: Type.String({ format: 'date-time' }),
});
export type DialogTurn = Static<typeof DialogTurn>;

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** V2 CallSession, exactly its fields. `started_at` is the moment of answer: `duration_sec` counts from it. */
export const CallSession = Type.Object({
  id: CallId,
  phone: Type.String(),
  status: CallStatus,
  final_disposition: Disposition,
  started_at: Nullable(Type.String({ format: 'date-time' })),
  ended_at: Nullable(Type.String({ format: 'date-time' })),
  duration_sec: Nullable(Type.Integer({ minimum: 0 })),
  transcript: Type.Array(DialogTurn),
  short_summary: Nullable(Type.String()),
});
export type CallSession = Static<typeof CallSession>;
