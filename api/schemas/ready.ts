import Type, { type Static } from 'typebox';
import { ErrorBody } from './error.ts';
import { exact, Moment } from './exact.ts';

const Part = exact({
  name: Type.Enum(['database', 'queue', 'telephony', 'stt', 'operator', 'tts'], {
    description: 'База данных, очередь звонков, телефония, распознавание, оператор, голос.',
  }),
  state: Type.Enum(['ok', 'degraded', 'down'], {
    description: 'degraded: звонки идут, но хуже, чем должны. down: позвонить нельзя.',
  }),
  since: Type.Optional(Moment),
  reason: Type.Optional(Type.String({ description: 'Что случилось, для людей.' })),
});

const parts = Type.Array(Part, { description: 'Все части; since и reason — у тех, что не в порядке.' });

export const Ready = exact(
  {
    status: Type.Enum(['ready', 'degraded'], {
      description: 'degraded: звонить можно, но какая-то часть работает хуже.',
    }),
    parts,
  },
  { description: 'Звонить можно.' },
);
export type Ready = Static<typeof Ready>;

/** The error shape of the whole API, and the parts beside it. */
export const NotReady = exact(
  { status: Type.Literal('unavailable'), parts, error: ErrorBody.properties.error },
  { description: 'Позвонить сейчас нельзя.' },
);
export type NotReady = Static<typeof NotReady>;
