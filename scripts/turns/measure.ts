import { summarise, type Summary } from '../latency/statistics.ts';
import type { Vad } from '../../engine/media/vad.ts';
import { hear, outcome, type Heard } from './hear.ts';
import type { LabelledPrompt, SpeechSpan } from './labelled.ts';
import { mix, pinkNoise, level } from './not-speech.ts';
import { onLine, quietLine, soundStart, type Line } from './lines.ts';

const BEFORE_MS = 1000;
const AFTER_MS = 2000;
const GRAIN_MS = 10;
/** Between two spans of speech, a verdict this near to an edge is about the edge. */
const EDGE_MS = 20;

/** One prompt as the detector heard it, on the recording's own clock: ms from its first sample. */
interface Listened {
  readonly spans: readonly SpeechSpan[];
  readonly heard: Heard;
  readonly ms: (sample: number) => number;
}

/** What the detector made of the prompts. Delays are from the labelled edges. */
export interface PromptFigures {
  readonly startedMs: Summary;
  readonly startErrorMs: Summary;
  readonly sustainedMs: Summary;
  readonly neverSustained: readonly string[];
  readonly pausedMs: Summary;
  readonly endErrorMs: Summary;
  /** Told inside speech, and real pauses of ≥ 100 ms that went by untold. */
  readonly falsePauses: number;
  readonly untoldPauses: number;
  readonly endedMs: Summary;
}

/** Runs every prompt over a line. `phases`: how many times, the detector's windows falling differently each time. */
export function measurePrompts(
  prompts: readonly LabelledPrompt[],
  line: Line,
  newVad: () => Vad,
  options: { readonly phases: number; readonly pauseMs?: number },
): PromptFigures {
  const { phases, ...detector } = options;
  const all = prompts.flatMap((prompt, at) =>
    Array.from({ length: phases }, (_, phase) => ({
      key: prompt.key,
      ...listen(prompt, at * phases + phase + 1, line, newVad(), detector),
    })),
  );
  const each = (value: (one: Listened) => number | undefined) =>
    summarise(all.flatMap((one) => value(one) ?? []));
  return {
    startedMs: each((one) => sub(first(one, 'speech.started')?.atSample, one, firstOnset(one))),
    startErrorMs: each((one) => {
      const started = first(one, 'speech.started');
      return started && Math.abs(one.ms(started.startSample) - firstOnset(one));
    }),
    sustainedMs: each((one) => sub(first(one, 'speech.sustained')?.atSample, one, firstOnset(one))),
    neverSustained: [
      ...new Set(all.filter((one) => first(one, 'speech.sustained') === undefined).map(({ key }) => key)),
    ],
    pausedMs: summarise(all.flatMap((one) => pauseDelays(one).told)),
    endErrorMs: each((one) => {
      const paused = pausesOf(one).at(-1);
      return paused && Math.abs(one.ms(paused.endSample) - lastEnd(one));
    }),
    falsePauses: all.reduce((sum, one) => sum + falsePauses(one), 0) / phases,
    untoldPauses: all.reduce((sum, one) => sum + pauseDelays(one).untold, 0) / phases,
    endedMs: each((one) => sub(endsOf(one).at(-1)?.atSample, one, lastEnd(one))),
  };
}

/** Turns that ended before the prompt did, and how late the others were told, with this end silence. */
export function measureEnds(prompts: readonly LabelledPrompt[], newVad: () => Vad, endSilenceMs: number) {
  const all = prompts.map((prompt, at) => listen(prompt, at + 1, quietLine, newVad(), { endSilenceMs }));
  return {
    cutOffs: all.filter((one) => endsOf(one).some(({ atSample }) => one.ms(atSample) < lastEnd(one))).length,
    delayMs: summarise(all.flatMap((one) => sub(endsOf(one).at(-1)?.atSample, one, lastEnd(one)) ?? [])),
  };
}

/** F1 over frames of 10 ms of what three judges call speech. */
export function measureFrames(prompts: readonly LabelledPrompt[], newVad: () => Vad, reference: () => Vad) {
  const counts = { plain: newCount(), product: newCount(), told: newCount() };
  for (const [at, prompt] of prompts.entries()) {
    const ours = listen(prompt, at + 1, quietLine, newVad(), {});
    const plain = listen(prompt, at + 1, quietLine, reference(), {});
    const told = toldSpans(ours);
    for (
      let ms = -BEFORE_MS + GRAIN_MS / 2;
      ms < prompt.pcm.length / 8 + AFTER_MS - GRAIN_MS;
      ms += GRAIN_MS
    ) {
      const truth = inside(prompt.spans, ms);
      count(counts.plain, truth, windowAt(plain, ms) >= 0.5);
      count(counts.product, truth, windowAt(ours, ms) >= 0.5);
      count(counts.told, truth, inside(told, ms));
    }
  }
  return { plain: f1(counts.plain), product: f1(counts.product), told: f1(counts.told) };
}

/** How many of the sounds start, sustain and end a turn, over silence or over pink line noise (dBFS). */
export function measureOthers(sounds: readonly Int16Array[], newVad: () => Vad, noiseDbfs?: number) {
  const outcomes = sounds.map((sound, at) => {
    const alone = onLine(sound, BEFORE_MS, AFTER_MS, at + 1);
    const heard =
      noiseDbfs === undefined
        ? alone
        : mix(alone, pinkNoise(alone.length / 8000, level(noiseDbfs), 1000 + at));
    return outcome(hear(newVad(), quietLine(heard)).events);
  });
  const of = (what: 'started' | 'sustained' | 'ended') => outcomes.filter((one) => one[what]).length;
  return { started: of('started'), sustained: of('sustained'), ended: of('ended') };
}

function listen(
  prompt: LabelledPrompt,
  seed: number,
  line: Line,
  vad: Vad,
  options: { readonly pauseMs?: number; readonly endSilenceMs?: number },
): Listened {
  const from = soundStart(BEFORE_MS, seed);
  const frames = line(onLine(prompt.pcm, BEFORE_MS, AFTER_MS, seed));
  return { spans: prompt.spans, heard: hear(vad, frames, options), ms: (sample) => (sample - from) / 8 };
}

function first<T extends Heard['events'][number]['type']>({ heard }: Listened, type: T) {
  return heard.events.find((event): event is Extract<typeof event, { type: T }> => event.type === type);
}

function pausesOf({ heard }: Listened) {
  return heard.events.filter((event) => event.type === 'speech.paused');
}

function endsOf({ heard }: Listened) {
  return heard.events.filter((event) => event.type === 'turn.ended');
}

function pauseDelays(one: Listened): { readonly told: readonly number[]; readonly untold: number } {
  const told = one.spans.flatMap(([, end], at) => {
    const next = one.spans[at + 1]?.[0] ?? Infinity;
    const found = pausesOf(one)
      .map(({ atSample }) => one.ms(atSample))
      .find((ms) => ms > end - 2 * EDGE_MS && ms < next + 2 * EDGE_MS);
    return found === undefined ? [] : [found - end];
  });
  return { told, untold: one.spans.length - told.length };
}

function falsePauses(one: Listened): number {
  return pausesOf(one).filter(({ atSample }) => {
    const at = one.ms(atSample);
    return one.spans.some(([from, to]) => at > from + EDGE_MS && at < to - EDGE_MS);
  }).length;
}

/** Speech as the events tell it: from a start or a resumption to the pause. */
function toldSpans(one: Listened): readonly SpeechSpan[] {
  const spans: SpeechSpan[] = [];
  let from: number | undefined;
  for (const event of one.heard.events) {
    if (event.type === 'speech.started') from = event.startSample;
    // Told when two windows had voice.
    else if (event.type === 'speech.resumed') from = event.atSample - 512;
    else if (event.type === 'speech.paused' && from !== undefined)
      spans.push([one.ms(from), one.ms(event.endSample)]);
  }
  return spans;
}

function sub(sample: number | undefined, { ms }: Listened, edgeMs: number): number | undefined {
  return sample === undefined ? undefined : ms(sample) - edgeMs;
}

const firstOnset = ({ spans }: Listened): number => spans[0]![0];
const lastEnd = ({ spans }: Listened): number => spans.at(-1)![1];
const inside = (spans: readonly SpeechSpan[], ms: number) =>
  spans.some(([from, to]) => ms >= from && ms < to);

function windowAt({ heard, ms }: Listened, at: number): number {
  return heard.windows.find(({ endSample }) => ms(endSample) > at)?.probability ?? 0;
}

const newCount = () => ({ hit: 0, wrong: 0, missed: 0 });

function count(into: { hit: number; wrong: number; missed: number }, truth: boolean, said: boolean): void {
  if (truth && said) into.hit += 1;
  else if (said) into.wrong += 1;
  else if (truth) into.missed += 1;
}

function f1({ hit, wrong, missed }: { hit: number; wrong: number; missed: number }): number {
  return (2 * hit) / (2 * hit + wrong + missed);
}
