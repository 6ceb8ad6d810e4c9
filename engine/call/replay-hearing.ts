import { isDeepStrictEqual } from 'node:util';
import type { CallEvent } from '../contract/call-event.ts';
import type { TraceStep } from '../contract/call-trace.ts';
import { FRAME_SAMPLES } from '../media/rtp-sender.ts';
import type { TurnEvent } from '../media/turn-detector.ts';
import type { Vad } from '../media/vad.ts';
import { FRAME_MS } from '../ports/clock.ts';
import { Hearing } from './hearing.ts';
import { NotReplayableError, recordOf } from './replay-record.ts';

const SAMPLES_PER_MS = 8;
const HEARD = [
  'speech.started',
  'speech.sustained',
  'speech.paused',
  'speech.resumed',
  'turn.ended',
  'turn.dropped',
];

/** What was heard of the caller: `turn.ended 2 17884–20608`. */
export interface Heard {
  readonly type: string;
  readonly turn: number;
  /** Of `speech.started` and `turn.ended`, on the recording's clock. */
  readonly startMs?: number;
  /** Of `speech.paused` and `turn.ended`. */
  readonly endMs?: number;
}

export interface HearingReport {
  /** Frames of 20 ms that were listened to. */
  readonly frames: number;
  /** What the call heard, in all. */
  readonly heard: number;
  /** Frames that the network kept back, and that were made up: the recording does not say which. */
  readonly concealed: number;
  readonly difference:
    | {
        /** The recorded meaning that it is about, from 1. */
        readonly nth: number;
        /** Where on the recording today's ears stood. */
        readonly atMs: number;
        readonly recorded: Heard | undefined;
        readonly today: Heard | undefined;
      }
    | undefined;
}

/**
 * Lets today's ears (echo detector, VAD, turn detector) hear a call's recording, with the patience that the call's
 * machine asked of them at the time, and compares what they make of it. `sound`: both sides as recorded, 8 kHz.
 * Throws NotReplayableError for a journal without a record.
 */
export function replayHearing(
  journal: readonly CallEvent[],
  sound: { readonly caller: Int16Array; readonly assistant: Int16Array },
  vad: Vad,
): HearingReport {
  const { steps, written } = recordOf(journal);
  const answered = steps.find(({ type }) => type === 'line.answered');
  if (answered === undefined) throw new NotReplayableError('звонок не был отвечен: слушать нечего');
  const recorded = steps.flatMap((step, at) =>
    isHeard(step) ? [heardOf(step, steps[at - 1], written)] : [],
  );
  const orders = ordersOf(steps, answered.ms);
  const ears = new Ears(vad);
  const measured = written.find((event) => event.type === 'media.measured');
  const frames = Math.floor(Math.min(sound.caller.length, sound.assistant.length) / FRAME_SAMPLES);
  const report = (difference?: HearingReport['difference']): HearingReport => ({
    ...{ frames, heard: recorded.length, difference },
    concealed: measured?.type === 'media.measured' ? measured.concealedFrames : 0,
  });

  let nth = 0;
  const differs = (today: readonly Heard[], frame: number): HearingReport | undefined => {
    for (const one of today) {
      if (!isDeepStrictEqual(one, recorded[nth]))
        return report({ nth: nth + 1, atMs: frame * FRAME_MS, recorded: recorded[nth], today: one });
      nth += 1;
    }
    return undefined;
  };
  /** What the machine asked for when it had been told so much, or by that time. */
  const obey = (frame: number): readonly Heard[] => {
    const due = orders.findIndex(({ told, atMs }) => (told > 0 ? told > nth : atMs >= frame * FRAME_MS));
    return orders.splice(0, due < 0 ? orders.length : due).flatMap(({ words }) => ears.obey(words));
  };
  for (let frame = 0; frame < frames; frame += 1) {
    const part = (side: Int16Array) => side.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);
    const found =
      differs(obey(frame), frame) ?? differs(ears.hear(part(sound.assistant), part(sound.caller)), frame);
    if (found !== undefined) return found;
  }
  const late = differs(obey(Infinity), frames);
  if (late !== undefined) return late;
  if (nth < recorded.length)
    return report({ nth: nth + 1, atMs: frames * FRAME_MS, recorded: recorded[nth], today: undefined });
  return report();
}

/** The hearing half of a call's media path. */
class Ears {
  readonly #hearing: Hearing;
  #turnStart = 0;

  constructor(vad: Vad) {
    this.#hearing = new Hearing(vad);
  }

  hear(spoken: Int16Array, heard: Int16Array): readonly Heard[] {
    return this.#hearing.hear(spoken, heard, false).map((event) => this.#meaning(event));
  }

  /** `awaitEnd 2 600` or `endTurn`, as a trace writes orders down. */
  obey(words: string): readonly Heard[] {
    const [order, turn, silenceMs] = words.split(' ');
    if (order === 'endTurn') return this.#hearing.flush().map((event) => this.#meaning(event));
    if (order === 'awaitEnd') this.#hearing.awaitEnd(Number(turn), Number(silenceMs));
    return [];
  }

  #meaning(event: TurnEvent): Heard {
    const { type, turn } = event;
    if (type === 'speech.started' || type === 'turn.ended') this.#turnStart = event.startSample;
    const startMs = this.#turnStart / SAMPLES_PER_MS;
    switch (type) {
      case 'speech.started':
        return { type, turn, startMs };
      case 'speech.paused':
      case 'turn.ended':
        return { type, turn, startMs, endMs: event.endSample / SAMPLES_PER_MS };
      default:
        return { type, turn };
    }
  }
}

interface Order {
  /** It came when so many meanings of the caller had been told; 0: at its own time. */
  readonly told: number;
  readonly atMs: number;
  readonly words: string;
}

function ordersOf(steps: readonly TraceStep[], answeredMs: number): Order[] {
  let heard = 0;
  return steps.flatMap((step) => {
    const own = isHeard(step);
    if (own) heard += 1;
    return (step.did ?? [])
      .filter((did) => /^media (awaitEnd|endTurn)/.test(did))
      .map((did) => ({
        told: own ? heard : 0,
        atMs: step.ms - answeredMs,
        words: did.replace('media ', ''),
      }));
  });
}

function isHeard({ from, type }: TraceStep): boolean {
  return from === 'media' && HEARD.includes(type);
}

function heardOf(
  { type, body, seq }: TraceStep,
  before: TraceStep | undefined,
  written: readonly CallEvent[],
): Heard {
  const event = written.find((one) => one.type === type && one.seq > (before?.seq ?? 1) && one.seq <= seq);
  const fields = (body ?? event ?? {}) as { turn?: number; startMs?: number; endMs?: number };
  const { turn = 0, startMs, endMs } = fields;
  return {
    ...{ type, turn },
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
  };
}
