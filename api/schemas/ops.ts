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

/** A message of one call's stream. */
export const OpsCallNews = Type.Union([
  exact({ kind: Type.Literal('event'), event: CallEvent }),
  exact({
    kind: Type.Literal('steps'),
    first: Type.Integer({ minimum: 0, description: 'Номер первого из этих шагов, с нуля.' }),
    steps: Type.Array(TraceStep),
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
