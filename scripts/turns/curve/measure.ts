import { NO_RHYTHM } from '../../../engine/dialogue/turn-end.ts';
import { seededRandom } from '../../../engine/far-end/random.ts';
import type { SileroWeights } from '../../../engine/media/silero-weights.ts';
import type { LabelledPrompt } from '../labelled.ts';
import { badLine, quietLine, type Line } from '../lines.ts';
import { decide } from './decide.ts';
import { deciderName, type Decider } from './deciders.ts';
import { hearOnce, onTheLine } from './heard.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { stretched } from './turn.ts';

/** How the turns are spoken and over which line. */
export interface Condition {
  readonly name: string;
  /** Pauses last so many times as long as recorded. */
  readonly pauses: number;
  readonly line: 'quiet' | 'bad';
}

/** The prompts are read out; people who think while they speak pause for longer. */
const SLOW = 2.5;
export const CONDITIONS: readonly Condition[] = [
  { name: 'recorded, quiet line', pauses: 1, line: 'quiet' },
  { name: 'recorded, bad line', pauses: 1, line: 'bad' },
  { name: 'slow, quiet line', pauses: SLOW, line: 'quiet' },
  { name: 'slow, bad line', pauses: SLOW, line: 'bad' },
];
const LINES: Readonly<Record<Condition['line'], Line>> = { quiet: quietLine, bad: badLine };

/** One caller says so many turns: his rhythm is learnt from the earlier ones. */
const TURNS_A_CALL = 6;

export interface MeasureOptions {
  readonly weights: SileroWeights;
  readonly recogniserMs: number;
  /** How the turns are dealt to callers, and the detector's windows fall. */
  readonly seed: number;
}

/** Outcomes by the decider's name, in the order of the deciders; the same every time. */
export function measureCurve(
  prompts: readonly LabelledPrompt[],
  condition: Condition,
  deciders: readonly Decider[],
  { weights, recogniserMs, seed }: MeasureOptions,
): ReadonlyMap<string, readonly Outcome[]> {
  const named = deciders.map((decider) => ({
    decider,
    outcomes: [] as Outcome[],
    rhythm: NO_RHYTHM,
  }));
  let turn = 0;
  for (const call of deal(prompts, seed)) {
    for (const one of named) one.rhythm = NO_RHYTHM;
    for (const recorded of call) {
      const prompt = spokenIn(recorded, condition);
      const heard = hearOnce(prompt.pcm, LINES[condition.line], weights, seed * 1000 + (turn += 1));
      for (const one of named) {
        const { endsMs, rhythm } = decide(prompt, heard, one.decider, { rhythm: one.rhythm, recogniserMs });
        one.rhythm = rhythm;
        one.outcomes.push(outcomeOf(prompt, endsMs));
      }
    }
  }
  return new Map(named.map(({ decider, outcomes }) => [deciderName(decider), outcomes]));
}

/** The turn as it is spoken under this condition. */
export function spokenIn(recorded: LabelledPrompt, { pauses }: Condition): LabelledPrompt {
  return pauses === 1 ? recorded : stretched(recorded, pauses);
}

/** How it sounds out of the line, 8 kHz, and where the recording begins in it. */
export function soundOf(
  { pcm }: LabelledPrompt,
  { line }: Condition,
  seed: number,
): { readonly sound: Int16Array; readonly from: number } {
  const { frames, from } = onTheLine(pcm, LINES[line], seed);
  return { sound: Int16Array.from(frames.flatMap(({ samples }) => [...samples])), from };
}

/** Calls of one language each. */
function deal(prompts: readonly LabelledPrompt[], seed: number): readonly (readonly LabelledPrompt[])[] {
  const random = seededRandom(seed);
  return (['ru', 'en'] as const).flatMap((language) => {
    const own = prompts
      .filter((prompt) => prompt.language === language)
      .map((prompt) => ({ prompt, order: random() }))
      .toSorted((a, b) => a.order - b.order)
      .map(({ prompt }) => prompt);
    return Array.from({ length: Math.ceil(own.length / TURNS_A_CALL) }, (_, call) =>
      own.slice(call * TURNS_A_CALL, (call + 1) * TURNS_A_CALL),
    );
  });
}
