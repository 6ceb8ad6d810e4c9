import Type, { type Static } from 'typebox';
import { exact } from './exact.ts';

export const Healthy = exact(
  {
    status: Type.Literal('ok'),
    database: Type.Literal('ok'),
    uptime_sec: Type.Integer({ minimum: 0 }),
    live_calls: Type.Integer({ minimum: 0 }),
    free_slots: Type.Integer({ minimum: 0 }),
  },
  { description: 'Всё работает.' },
);
export type Healthy = Static<typeof Healthy>;

/** The error shape of the whole API, and what is wrong beside it. */
export const Unhealthy = exact(
  {
    status: Type.Literal('unavailable'),
    database: Type.Literal('unavailable'),
    error: exact({ code: Type.String(), message: Type.String() }),
  },
  { description: 'Не работает база данных.' },
);
export type Unhealthy = Static<typeof Unhealthy>;
