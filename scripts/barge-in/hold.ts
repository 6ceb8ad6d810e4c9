import { randomUUID } from 'node:crypto';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { callTransport } from '../../engine/adapters/system/call-transport.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { Exchange } from '../../engine/call/exchange.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { loadResampler } from '../../engine/media/resampler.ts';
import { gatedSilero } from '../../engine/media/gated-vad.ts';
import { loadSileroWeights } from '../../engine/media/silero-weights.ts';
import { parseWav } from '../../engine/media/wav.ts';
import type { Operator } from '../../engine/ports/operator.ts';
import type { Pcm, Recognition, SpeechToText, TextToSpeech } from '../../engine/ports/speech.ts';
import { MemoryJournal } from '../../engine/testing/memory-journal.ts';
import { MemoryRecordings } from '../../engine/testing/memory-recordings.ts';
import { rudeCallers, type RudeCourse } from '../../engine/testing/rude-callers.ts';

/** A sound that the caller makes while the assistant speaks. */
export interface Intrusion {
  readonly name: string;
  readonly pcm: Int16Array;
  /** In `pcm`: where it begins to be heard. */
  readonly onsetMs: number;
  /** What a recogniser makes of it. */
  readonly heard: Recognition;
  /** The line gives the assistant's own voice back. */
  readonly echo?: NonNullable<RudeCourse['echo']>;
}

export interface Held {
  readonly intrusion: Intrusion;
  readonly events: readonly CallEvent[];
  readonly assistant: Int16Array;
  /** On the recording, ms. */
  readonly onsetMs: number;
}

/** The assistant speaks for so long; the intrusion begins in its middle. */
const SPEECH_SEC = 9;
const EARLIEST_MS = 1_500;
const WITHIN_MS = 3_000;
const HANGS_UP_MS = 12_500;
/** The usual provider's transcription. */
const STT_MS = 300;
const BETWEEN_CALLS_MS = 53;
const WORDS = 'раз два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать';

/** Holds a call for each intrusion in real time over RTP, `atOnce` at a time; the providers stand in this process. */
export async function holdIntrusions(
  intrusions: readonly Intrusion[],
  atOnce: number,
  voice: Int16Array,
  random: () => number,
): Promise<readonly Held[]> {
  await loadResampler();
  const weights = loadSileroWeights();
  const deps = { clock: systemClock, ticker: new SystemFrameTicker(), transport: new UdpTransport() };
  const transport = await callTransport();
  const journal = new MemoryJournal();
  const recordings = new MemoryRecordings();
  const waiting = [...intrusions];
  const held: Held[] = [];

  const hold = async (intrusion: Intrusion): Promise<void> => {
    const atMs = EARLIEST_MS + random() * WITHIN_MS;
    const { pcm, echo } = intrusion;
    const course = { cues: [{ atMs, pcm }], hangsUpAtMs: HANGS_UP_MS, ...(echo && { echo }) };
    const exchange = new Exchange({
      ports: {
        ...deps,
        transport,
        telephony: rudeCallers(
          () => deps,
          () => course,
        ),
        stt: ears(intrusion.heard),
        operator: mind(),
        tts: speaker(voice),
        recordings,
        createVad: () => gatedSilero(weights),
        ringTimeoutMs: 30_000,
        languages: ['ru'],
      },
      journal,
      maxCalls: 1,
      onTrouble: (_callId, what, error) => {
        throw new Error(what, { cause: error });
      },
    });
    const callId = toCallId(randomUUID());
    const plan = { callId, phone: '+79990000001', language: 'ru', voice: 'female', prompt: '' } as const;
    await journal.append({ type: 'call.created', seq: 1, at: new Date().toISOString(), ...plan });
    await exchange.place(plan).ended;
    const file = recordings.file(journal.view(callId).recording ?? '');
    const [caller, assistant] = file === undefined ? [] : parseWav(file).samples;
    if (caller === undefined || assistant === undefined)
      throw new Error(`${intrusion.name}: there is no recording`);
    // The far end's clock and the recording's: the jitter buffer stands between them.
    const lagMs = lagOf(caller, atMs + intrusion.onsetMs, intrusion);
    held.push({
      intrusion,
      events: journal.events(callId),
      assistant,
      onsetMs: atMs + intrusion.onsetMs + lagMs,
    });
  };
  const lane = async (at: number) => {
    await new Promise((resolve) => setTimeout(resolve, at * BETWEEN_CALLS_MS));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await hold(next);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, intrusions.length) }, (_, at) => lane(at)));
  return held;
}

/** How much later than it was sent the sound stands on the recording: the best match of the waves, 0…300 ms. */
function lagOf(caller: Int16Array, sentMs: number, { pcm, onsetMs }: Intrusion): number {
  const from = Math.round(onsetMs * 8);
  const needle = pcm.subarray(from, from + 1_600);
  let best = { lag: 0, dot: -Infinity };
  for (let lag = 0; lag < 2_400; lag += 1) {
    const at = Math.round(sentMs * 8) + lag;
    let dot = 0;
    for (let i = 0; i < needle.length; i += 4) dot += needle[i]! * (caller[at + i] ?? 0);
    if (dot > best.dot) best = { lag, dot };
  }
  return best.lag / 8;
}

function ears(heard: Recognition): SpeechToText {
  return {
    name: 'bench-ears',
    recognise: (_audio, _hint, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(heard), STT_MS);
        const leave = () => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', leave, { once: true });
      }),
  };
}

function mind(): Operator {
  return {
    name: 'bench-mind',
    async *reply() {
      yield WORDS;
    },
    analyse: () => Promise.reject(new Error('no call of the bench is judged')),
    followUp: () => Promise.reject(new Error('no call of the bench is followed up')),
  };
}

function speaker(voice: Int16Array): TextToSpeech {
  const samples = voice.subarray(0, SPEECH_SEC * 8_000);
  return {
    name: 'bench-voice',
    async *speak(): AsyncGenerator<Pcm> {
      yield { samples: samples.slice(), rateHz: 8000 };
    },
  };
}
