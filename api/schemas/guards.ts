import Type, { type Static } from 'typebox';
import type { RefusalReason } from '../guards/refusal.ts';
import { exact, Nullable } from './exact.ts';

const Count = (description: string) => Type.Integer({ minimum: 0, description });

const Limits = exact(
  {
    prefixes: Type.Array(Type.String(), {
      description: 'С чего начинаются номера, на которые можно звонить.',
    }),
    calls_at_once: Count('Звонков одновременно: в очереди и на линии.'),
    number_at_once: Count('То же на один номер.'),
    number_hourly: Count('Звонков на один номер за любые 60 минут.'),
    client_hourly: Count('Звонков, заказанных с одного адреса без ключа, за любые 60 минут.'),
    daily_calls: Count('Звонков за сутки.'),
    daily_minutes: Count('Минут разговора за сутки; идущий звонок считается за 2 минуты.'),
  },
  { description: 'Пределы.' },
);

const Today = exact(
  {
    day: Type.String({ description: 'Сутки по московскому времени.', examples: ['2026-11-17'] }),
    calls: Count('Заказано звонков.'),
    minutes: Type.Number({ minimum: 0, description: 'Минут разговора в завершённых звонках.' }),
    calls_at_once: Count('Звонков в очереди и на линии сейчас.'),
  },
  { description: 'Сколько израсходовано сегодня.' },
);

export const Guards = exact(
  {
    enabled: Type.Boolean({ description: 'Включаются, когда настроен настоящий транк.' }),
    limits: Nullable(Limits),
    today: Today,
    refusals: exact(
      {
        NUMBER_NOT_ALLOWED: Count('Номер не с того начала.'),
        DAILY_CALLS_SPENT: Count('Звонки на сутки израсходованы.'),
        DAILY_MINUTES_SPENT: Count('Минуты на сутки израсходованы.'),
        CLIENT_TOO_OFTEN: Count('Слишком часто с одного адреса.'),
        NUMBER_TOO_OFTEN: Count('Слишком часто на один номер.'),
        NUMBER_BUSY: Count('На этот номер уже идёт звонок.'),
        TOO_MANY_CALLS: Count('Слишком много звонков одновременно.'),
      } satisfies Record<RefusalReason, unknown>,
      { description: 'Отказов сегодня, по кодам ошибок.' },
    ),
  },
  { description: 'Ограничения настоящего транка.' },
);
export type Guards = Static<typeof Guards>;
