import Type, { type Static } from 'typebox';
import { Disposition } from '../../engine/contract/call-session.ts';
import { CallEvent } from '../../engine/contract/call-event.ts';
import { TraceStep } from '../../engine/contract/call-trace.ts';
import { CallLanguage, SpokenLanguage } from '../../engine/contract/languages.ts';
import { StateChart } from '../../engine/contract/state-chart.ts';
import { exact } from './exact.ts';

const Moment = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);

export const OpsCall = exact({
  call_id: Type.String(),
  phone: Type.String({ description: 'Скрытый номер.' }),
  status: Type.Enum(['created', 'dialing', 'in_progress', 'completed', 'no_answer', 'failed']),
  language: CallLanguage,
  spoken_language: SpokenLanguage,
  created_at: Type.String({ format: 'date-time' }),
  started_at: Moment,
  ended_at: Moment,
  duration_sec: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
  disposition: Disposition,
  last_gap_ms: Type.Union([Type.Number(), Type.Null()], {
    description: 'Пауза, которую абонент слышал перед последним ответом.',
  }),
  states: Type.Array(Type.String(), {
    description: 'Состояния машины звонка; пусто, если он закончен или идёт в другом процессе.',
  }),
  here: Type.Boolean({ description: 'Звонок держит процесс, который ответил.' }),
});
export type OpsCall = Static<typeof OpsCall>;

export const OpsCalls = exact(
  {
    now: Type.String({ format: 'date-time', description: 'Часы сервера.' }),
    calls: Type.Array(OpsCall),
  },
  { description: 'Незаконченные звонки и последние законченные; сначала новые.' },
);
export type OpsCalls = Static<typeof OpsCalls>;

const Count = (description: string) => Type.Integer({ minimum: 0, description });
const Ms = (description: string) => Type.Number({ description });

/** The engine's MediaNumbers, as they are. */
export const OpsMediaNumbers = exact(
  {
    received: Count('Пакеты абонента, каждый один раз.'),
    lost: Count('Номера, которые не пришли (RFC 3550, A.3); становится меньше, если они ещё придут.'),
    late: Count('Пришли после того, как их место уже прозвучало.'),
    reordered: Count('Пришли не по порядку.'),
    duplicate: Count('Пришли ещё раз.'),
    strangers: Count('Пакеты не этого звонка: отброшены.'),
    concealedFrames: Count('Кадры по 20 мс, которые пришлось домыслить.'),
    jitterMs: Ms('Дрожание, RFC 3550, §6.4.1.'),
    bufferMs: Ms('Сколько буфер сейчас добавляет к быстрому пакету.'),
    sent: Count('Наши пакеты: по одному в 20 мс, поэтому это и часы звонка.'),
    lateness: exact(
      {
        p50Ms: Type.Number(),
        p99Ms: Type.Number(),
        maxMs: Type.Number(),
        lastSecondMaxMs: Ms('Худшее за последнюю секунду.'),
        worstMs: Ms('Худшее за звонок.'),
      },
      {
        description:
          'На сколько позже срока, мс, уходили пакеты этого звонка: за последние десять секунд, если не сказано другое.',
      },
    ),
    loopback: Type.Boolean({ description: 'Звук идёт внутри этой машины: сети до собеседника здесь нет.' }),
  },
  {
    description:
      'Поток RTP между HALO и тем, кто ведёт линию, со времени ответа. Что было за ним, у оператора, здесь не видно.',
  },
);

/** A message of one call's stream. */
export const OpsCallNews = Type.Union([
  exact({ kind: Type.Literal('event'), event: CallEvent }),
  exact({
    kind: Type.Literal('steps'),
    first: Type.Integer({ minimum: 0, description: 'Номер первого из этих шагов, с нуля.' }),
    steps: Type.Array(TraceStep),
  }),
  exact({
    kind: Type.Literal('media'),
    here: Type.Boolean({ description: 'Звонок держит процесс, который ответил.' }),
    numbers: Type.Union([OpsMediaNumbers, Type.Null()], {
      description: 'null — до ответа абонента и там, где звонок держит другой процесс.',
    }),
  }),
]);
export type OpsCallNews = Static<typeof OpsCallNews>;

export const OpsChart = exact(
  { chart: StateChart },
  { description: 'Машина состояний звонка, как она есть.' },
);
export const OpsHungUp = exact({ call_id: Type.String() }, { description: 'Отбой дан.' });

export const OpsEventsQuery = exact({
  after_seq: Type.Optional(
    Type.String({ pattern: String.raw`^\d{1,9}$`, description: 'Продолжить после события с этим номером.' }),
  ),
});
