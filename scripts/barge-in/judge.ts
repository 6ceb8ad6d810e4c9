import type { CallEventOf, CallEventType } from '../../engine/contract/call-event.ts';
import type { Held } from './hold.ts';

/** What became of the assistant's words when the caller made a sound. */
export interface Verdict {
  readonly name: string;
  /** The sound's onset → the assistant's last audible sample; undefined: it did not fall silent. */
  readonly stoppedMs: number | undefined;
  /** For good: its words were cut off. */
  readonly forGood: boolean;
  /** How long it was silent before it went on; undefined: it did not. */
  readonly silentMs: number | undefined;
}

/** −46 dBFS, as engine/observe/gaps.ts has it. */
const AUDIBLE = 164;
/** Its own pauses between words are shorter. */
const SILENT_MS = 250;
const LOOK_MS = 1_500;

export function judge({ intrusion, events, assistant, onsetMs }: Held): Verdict {
  const [first] = only(events, 'utterance.finished');
  const [held] = only(events, 'utterance.held');
  const [resumed] = only(events, 'utterance.resumed');
  const silentMs = held === undefined || resumed === undefined ? undefined : resumed.atMs - held.atMs;
  return {
    name: intrusion.name,
    stoppedMs: stopAfter(assistant, onsetMs),
    forGood: first?.complete !== true,
    silentMs,
  };
}

function stopAfter(assistant: Int16Array, onsetMs: number): number | undefined {
  const from = Math.round(onsetMs * 8);
  let last = from;
  for (let at = from; at < from + LOOK_MS * 8; at += 1) {
    if (Math.abs(assistant[at] ?? 0) > AUDIBLE) last = at;
    else if (at - last >= SILENT_MS * 8) return (last - from) / 8;
  }
  return undefined;
}

function only<T extends CallEventType>(events: Held['events'], type: T): readonly CallEventOf<T>[] {
  return events.filter((event): event is CallEventOf<T> => event.type === type);
}
