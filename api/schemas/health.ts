import Type, { type Static } from 'typebox';
import { exact } from './exact.ts';

/** `away`: calls wait, and go on by themselves when it is back. Restarting HALO would not help: still healthy. */
const TelephonyHealth = exact({
  name: Type.String({ description: 'Чем HALO звонит.', examples: ['asterisk'] }),
  state: Type.Enum(['ready', 'away'], {
    description: 'away: звонить сейчас нельзя, связь восстанавливается сама.',
  }),
  reason: Type.Optional(Type.String({ description: 'Почему away, для людей.' })),
  strangers: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Отклонено запросов SIP от неизвестных с запуска Asterisk.' }),
  ),
});

export const Healthy = exact(
  {
    status: Type.Literal('ok'),
    database: Type.Literal('ok'),
    telephony: TelephonyHealth,
    uptime_sec: Type.Integer({ minimum: 0 }),
    live_calls: Type.Integer({ minimum: 0 }),
    free_slots: Type.Integer({ minimum: 0 }),
  },
  { description: 'Сервис работает; можно ли звонить, сказано в telephony.' },
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
