import { join } from 'node:path';
import { loadCallerVoices } from '../far-end/caller-voices.ts';
import type { EchoDetector } from '../media/echo-detector.ts';
import { SileroVad } from '../media/silero-vad.ts';
import { loadSileroWeights } from '../media/silero-weights.ts';
import { TurnDetector, type TurnEvent } from '../media/turn-detector.ts';
import { echoOf, lineEcho, lineNoise, roomEcho, speechLevel, type EchoPath } from './echo-path.ts';

const FRAME = 160;
const SECOND = 8000;
const VOICES = join(import.meta.dirname, '../../seeds/voices');

/** An assistant who speaks for long, a line with an echo, and a caller. */
export interface EchoScene {
  readonly path: EchoPath;
  readonly sent: Int16Array;
  readonly echo: Float64Array;
  /** The line's noise: 20 dB under the caller, or none. */
  readonly noise: Float64Array;
  readonly caller: Int16Array;
}

const ASSISTANTS = [
  ['long-winded-ru-1', 'interested-ru-3'],
  ['long-winded-en-1', 'neutral-en-2'],
  ['hangs-up-ru-2', 'long-winded-ru-3'],
  ['long-winded-en-2', 'hangs-up-en-2'],
];
const CALLERS = [
  'not-interested-en-2',
  'interested-ru-3',
  'neutral-en-2',
  'interested-ru-2',
  'call-later-en-2',
  'interested-en-2',
];

/** `count` scenes, each the same in every run: line echo and a speakerphone's in turn. */
export async function echoScenes(count: number, { noisy }: { noisy: boolean }): Promise<EchoScene[]> {
  const voices = new Map((await loadCallerVoices(VOICES)).map(({ id, pcm }) => [id, pcm]));
  const voice = (id: string) => voices.get(id) ?? new Int16Array(0);
  return Array.from({ length: count }, (_, i) => {
    const path = i % 2 === 0 ? lineEcho(1000 + 77 * i) : roomEcho(1000 + 77 * i);
    const sent = oneAfterAnother(ASSISTANTS[i % ASSISTANTS.length]!.map(voice));
    const caller = voice(CALLERS[i % CALLERS.length]!);
    const noise = noisy ? lineNoise(sent.length, speechLevel(caller) / 10, i) : new Float64Array(sent.length);
    return { path, sent, echo: echoOf(sent, path), noise, caller };
  });
}

/** Half a second of silence, the voices with 300 ms after each, and a second of silence. */
function oneAfterAnother(voices: readonly Int16Array[]): Int16Array {
  const length = voices.reduce((sum, voice) => sum + voice.length + 0.3 * SECOND, 1.5 * SECOND);
  const whole = new Int16Array(Math.floor(length / FRAME) * FRAME);
  let at = 0.5 * SECOND;
  for (const voice of voices) {
    whole.set(voice, at);
    at += voice.length + 0.3 * SECOND;
  }
  return whole;
}

/** The caller's voice from `atSample` on, in silence as long as the scene. */
export function callerFrom(scene: EchoScene, atSample: number): Int16Array {
  const sound = new Int16Array(scene.sent.length);
  sound.set(scene.caller.subarray(0, sound.length - atSample), atSample);
  return sound;
}

/** The echo, 10 dB under the caller's voice or as weak as it is. */
export function underCaller({ echo, caller }: EchoScene): Float64Array {
  const gain = Math.min(1, (speechLevel(caller) / speechLevel(echo)) * 10 ** (-10 / 20));
  return echo.map((x) => x * gain);
}

/** An echo that comes `laterSamples` later from the middle of the call on. */
export function movedEcho({ echo }: EchoScene, laterSamples: number): Float64Array {
  const middle = Math.floor(echo.length / 2);
  return echo.map((x, i) => (i < middle ? x : echo[i - laterSamples]!));
}

/** What the turn detector reports, with the echo detector before it or without. */
export function turnEvents(sent: Int16Array, heard: Int16Array, detector?: EchoDetector): TurnEvent[] {
  const turns = new TurnDetector(new SileroVad(loadSileroWeights()));
  const silence = new Int16Array(FRAME);
  const events: TurnEvent[] = [];
  for (let at = 0; at + FRAME <= heard.length; at += FRAME) {
    const frame = heard.subarray(at, at + FRAME);
    detector?.sent(sent.subarray(at, at + FRAME));
    const verdict = detector?.judge(frame);
    events.push(...turns.push(verdict?.residual ?? (verdict?.echo ? silence : frame)));
  }
  return events;
}
