import type { CallEventOf, CallEventType } from '../../engine/contract/call-event.ts';
import { measureGaps } from '../../engine/index.ts';
import type { StereoRecording } from '../../engine/observe/gaps.ts';
import type { HeldCall, TimedEvent } from './hold-calls.ts';
import { partsOf, type Chain, type Parts } from './parts.ts';
import type { Prompt } from './prompts.ts';
import type { ProviderEntry } from './provider-log.ts';
import { envelope, findShape, refine, SHAPE_FRAME_MS } from './sound-shape.ts';

/** One prompt of a caller and what came of it. */
export interface MeasuredTurn {
  readonly prompt: Prompt;
  /** On the recording, ms: the prompt's first and last voice. */
  readonly startMs: number;
  readonly endMs: number;
  /** On the recording: last voice in → first sound out, both by energy. Absent: no sound came after the prompt. */
  readonly gapMs: number | undefined;
  /** Replies that began while the prompt had voice to come. */
  readonly premature: number;
  /** Replies to an earlier prompt that met this one: the caller had lost patience and gone on. */
  readonly tooLate: number;
  /** Turns that were taken to have ended inside the prompt. */
  readonly cutOffs: number;
  /** The assistant was speaking and fell silent although the caller said nothing, between this prompt and the next. */
  readonly falseInterruptions: number;
  /** Of the operator's own words, behind a filler too; undefined: there were none. */
  readonly parts: Parts | undefined;
  /** What the first sound was: `filler`, or the utterance's kind. */
  readonly sound: string | undefined;
  readonly requests: { readonly stt: number; readonly chat: number; readonly tts: number };
  /** Of these, how many the client gave up. */
  readonly cancelled: number;
  readonly heard: readonly string[];
}

/** Window edges, the fade of a last sound. */
const SAME_MOMENT_MS = 30;
const INSIDE_MS = 150;
/** A reply by the journal and by energy. */
const SAME_REPLY_MS = 300;
const FRAME_MS = 20;

/**
 * Measures a call on its recording; journal and provider's log only say what the sounds were. On a bad line noise hides
 * the caller's last voice from the energy: there it is the prompt's own, at the place where the recording has it.
 */
export function measureTurns(
  { prompts, events, recording }: HeldCall,
  log: readonly ProviderEntry[],
  line: 'quiet' | 'bad',
): readonly MeasuredTurn[] {
  const places = placesOf(prompts, recording);
  const gaps = measureGaps(recording);
  const zeroMs = zeroOf(events);
  return prompts.map((prompt, at): MeasuredTurn => {
    const { startMs, endMs } = places[at]!;
    const nextMs = places[at + 1]?.startMs ?? Infinity;
    const own = gaps.filter(({ replyStartMs }) => replyStartMs >= startMs && replyStartMs < nextMs);
    const reply = own.find(({ replyStartMs }) => replyStartMs >= endMs - SAME_MOMENT_MS);
    const callerEndMs = line === 'bad' ? endMs : (reply?.callerEndMs ?? endMs);
    const first = reply === undefined ? undefined : soundAt(events, reply.replyStartMs);
    const requests = requestsOf(prompt, log);
    const early = own.filter(({ replyStartMs }) => replyStartMs < endMs - SAME_MOMENT_MS);
    const others = log.flatMap(({ stage, reply: name }) =>
      stage === 'chat' && name !== undefined && !requests.chat.some((asked) => asked.reply === name)
        ? [name]
        : [],
    );
    const tooLate = early.filter(({ replyStartMs }) =>
      events.some(
        ({ event, toldMs }) =>
          event.type === 'utterance.sentence' &&
          Math.abs(toldMs - zeroMs - replyStartMs) < SAME_REPLY_MS &&
          others.some((name) => event.text.includes(name)),
      ),
    ).length;
    const answer = first === undefined ? undefined : answerIn(first.sentences, requests);
    // Behind a filler there is no silence to measure: the journal says when the words began.
    const wordsMs =
      answer !== undefined && first?.kind === 'filler'
        ? answer.toldMs
        : zeroMs + (reply?.replyStartMs ?? NaN);
    return {
      prompt,
      startMs,
      endMs,
      gapMs: reply === undefined ? undefined : Math.max(0, reply.replyStartMs - callerEndMs),
      premature: early.length - tooLate,
      tooLate,
      cutOffs: only(events, 'turn.ended').filter(
        (turn) => turn.endMs > startMs && turn.endMs < endMs - INSIDE_MS,
      ).length,
      falseInterruptions: only(events, 'utterance.held').filter(
        ({ atMs }) => atMs > endMs + INSIDE_MS && atMs < nextMs,
      ).length,
      parts: answer === undefined ? undefined : partsOf(answer.chain, zeroMs + callerEndMs, wordsMs),
      sound: first?.kind,
      requests: { stt: requests.stt.length, chat: requests.chat.length, tts: requests.tts.length },
      cancelled: [...requests.stt, ...requests.chat, ...requests.tts].filter(({ aborted }) => aborted).length,
      heard: requests.stt.map(({ text }) => text),
    };
  });
}

/** Where each prompt lies on the caller's side, each behind the one before. */
function placesOf(
  prompts: readonly Prompt[],
  { caller, rateHz }: StereoRecording,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  const haystack = envelope(caller, rateHz);
  const frame = (rateHz * SHAPE_FRAME_MS) / 1000;
  let from = 0;
  return prompts.map(({ pcm, voiced }) => {
    const coarse = findShape(envelope(pcm, rateHz), haystack, from);
    const at = (refine(pcm, caller, coarse.at * frame, 2 * frame) / rateHz) * 1000;
    from = coarse.at + Math.floor(pcm.length / frame);
    return { startMs: at + voiced[0]!.startMs, endMs: at + voiced.at(-1)!.endMs };
  });
}

/** When the recording began, by the monotonic clock: events of a frame are told in its beat, some a little later. */
function zeroOf(events: readonly TimedEvent[]): number {
  const zeros = events.flatMap(({ event, toldMs }) =>
    event.type === 'utterance.started' ? [toldMs - Math.floor(event.startMs / FRAME_MS) * FRAME_MS] : [],
  );
  return Math.min(...zeros);
}

/** What the journal calls the sound that begins here, and the sentences of it; behind a filler, those of the reply. */
function soundAt(
  events: readonly TimedEvent[],
  startMs: number,
): { readonly kind: string; readonly sentences: readonly Sentence[] } | undefined {
  const here = (event: { readonly startMs: number }) => Math.abs(event.startMs - startMs) < SAME_REPLY_MS;
  const filler = only(events, 'filler.said').find(here);
  const started = only(events, 'utterance.started').find(
    filler === undefined ? here : (event) => event.startMs > filler.startMs,
  );
  if (started === undefined) return undefined;
  const sentences = events.flatMap(({ event, toldMs }) =>
    event.type === 'utterance.sentence' && event.utterance === started.utterance
      ? [{ text: event.text, toldMs }]
      : [],
  );
  return { kind: filler === undefined ? started.kind : 'filler', sentences };
}

/** Words and when they began to be heard, by the monotonic clock. */
interface Sentence {
  readonly text: string;
  readonly toldMs: number;
}

interface Requests {
  readonly stt: readonly ProviderEntry[];
  readonly chat: readonly ProviderEntry[];
  readonly tts: readonly ProviderEntry[];
}

/** Everything that was asked because of this prompt. */
function requestsOf(prompt: Prompt, log: readonly ProviderEntry[]): Requests {
  const stt = log.filter((entry) => entry.stage === 'stt' && entry.prompt === prompt.key);
  const all = log.filter((entry) => entry.stage === 'stt' && entry.text !== '');
  const chat = log.filter((entry) => {
    if (entry.stage !== 'chat') return false;
    // The longest transcription that the talk's last words hold is the one that it was asked for.
    const heard = all
      .filter(({ text, answeredMs = Infinity }) => answeredMs <= entry.arrivedMs && entry.text.includes(text))
      .toSorted((a, b) => b.text.length - a.text.length);
    return heard[0]?.prompt === prompt.key;
  });
  const names = new Set(chat.map(({ reply }) => reply).filter((name) => name !== undefined));
  const tts = log.filter(({ stage, reply }) => stage === 'tts' && reply !== undefined && names.has(reply));
  return { stt, chat, tts };
}

/** The first of these sentences that is the operator's own, and the requests behind it; undefined: none of them is. */
function answerIn(
  sentences: readonly Sentence[],
  { stt, chat, tts }: Requests,
): { readonly chain: Chain; readonly toldMs: number } | undefined {
  for (const { text, toldMs } of sentences) {
    const asked = chat.find(({ reply }) => reply !== undefined && text.includes(reply));
    if (asked === undefined) continue;
    const spoken = tts.find(({ reply, answeredMs }) => reply === asked.reply && answeredMs !== undefined);
    const recognised = stt.findLast(({ answeredMs = Infinity }) => answeredMs <= asked.arrivedMs);
    if (spoken === undefined || recognised === undefined) return undefined;
    return { chain: { stt: recognised, chat: asked, tts: spoken }, toldMs };
  }
  return undefined;
}

function only<T extends CallEventType>(events: readonly TimedEvent[], type: T): readonly CallEventOf<T>[] {
  return events.map(({ event }) => event).filter((event): event is CallEventOf<T> => event.type === type);
}
