import Type, { type Static } from 'typebox';
import { UTTERANCE_KINDS } from '../../engine/contract/call-event.ts';
import { REPLY_STAGES } from '../../engine/contract/reply-waits.ts';
import { exact, Nullable } from './exact.ts';

const Ms = Type.Integer({ minimum: 0 });

export const ReplyGap = exact(
  {
    from_ms: Type.Integer({ minimum: 0, description: 'Последний звук абонента (или конец вставки HALO).' }),
    gap_ms: Ms,
    parts: Type.Array(exact({ stage: Type.Enum([...REPLY_STAGES]), ms: Ms }), {
      description:
        'Из чего сложилась пауза, по порядку: endpointing — ждали, не продолжит ли абонент; recognition — ' +
        'дораспознавали; answer — ответ и первый звук. В сумме gap_ms; пусто, если журнал этого не знает.',
    }),
  },
  { description: 'Пауза, которую услышал абонент.' },
);
export type ReplyGap = Static<typeof ReplyGap>;

/** One line of D4.5's transcript, with its place on the recording. */
export const TimelineLine = exact({
  speaker: Type.Enum(['user', 'assistant']),
  text: Type.String(),
  start_ms: Ms,
  end_ms: Nullable(Ms),
  kind: Nullable(
    Type.Enum([...UTTERANCE_KINDS, 'filler'], {
      description: 'Зачем говорит ассистент; filler — пара слов вместо опаздывающего ответа.',
    }),
  ),
  gap: Nullable(ReplyGap),
  cut: Nullable(
    Type.Enum(['caller', 'other'], {
      description: 'Реплика ассистента не договорена: caller — абонент перебил.',
    }),
  ),
});
export type TimelineLine = Static<typeof TimelineLine>;

/** Our extension of D4.5: when everything was said, on the recording's clock (ms since the answer). */
export const CallTimeline = exact(
  {
    id: Type.String(),
    is_demo: Type.Boolean(),
    recording: Type.Enum(['none', 'writing', 'saved'], {
      description: 'none: записи нет; writing: разговор ещё идёт; saved: записан.',
    }),
    duration_ms: Nullable(Type.Integer({ minimum: 0, description: 'Длина записи.' })),
    budget_ms: Type.Integer({ description: 'За сколько ассистент должен начать отвечать.' }),
    lines: Type.Array(TimelineLine, {
      description:
        'Те же реплики и в том же порядке, что transcript; у демо-звонков пусто: их никто не записывал.',
    }),
  },
  { description: 'Реплики на часах записи.' },
);
export type CallTimeline = Static<typeof CallTimeline>;

/** One side's loudness: the loudest sample of each stretch, 0 (silence) … 1000 (full scale). */
const Peaks = Type.Array(Type.Integer({ minimum: 0, maximum: 1000 }));

export const RecordingPeaks = exact(
  {
    duration_ms: Ms,
    step_ms: Type.Integer({ minimum: 1, description: 'Длина одного отрезка.' }),
    caller: Peaks,
    assistant: Peaks,
  },
  { description: 'Громкость обеих сторон по отрезкам, 0…1000: чтобы нарисовать запись, не скачивая её.' },
);
export type RecordingPeaks = Static<typeof RecordingPeaks>;
