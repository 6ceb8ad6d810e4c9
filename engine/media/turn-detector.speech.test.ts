import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SileroVad } from './silero-vad.ts';
import { loadSileroWeights } from './silero-weights.ts';
import { TurnDetector, type TurnEvent } from './turn-detector.ts';

const MS = 8;
const FRAME = 160;
const clip = new Int16Array(
  Uint8Array.from(readFileSync(new URL('./fixtures/speech-8k.s16', import.meta.url))).buffer,
);
/** Marked on the clean recordings, see fixtures/speech-8k.txt. */
const UTTERANCES = [
  { startSample: 3352, endSample: 9864 },
  { startSample: 18548, endSample: 45572 },
];

function run(samples: Int16Array): TurnEvent[] {
  const detector = new TurnDetector(new SileroVad(loadSileroWeights()));
  const events: TurnEvent[] = [];
  for (let at = 0; at < samples.length; at += FRAME) {
    events.push(...detector.push(samples.subarray(at, at + FRAME)));
  }
  return [...events, ...detector.flush()];
}

/** Numbers in −1…1, the same in every run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

function expectBothTurns(samples: Int16Array, toleranceMs: number): void {
  const turns = run(samples).filter((e) => e.type === 'turn.ended');
  expect(turns).toHaveLength(UTTERANCES.length);
  for (const [i, turn] of turns.entries()) {
    const marked = UTTERANCES[i]!;
    expect(Math.abs(turn.startSample - marked.startSample) / MS).toBeLessThanOrEqual(toleranceMs);
    expect(Math.abs(turn.endSample - marked.endSample) / MS).toBeLessThanOrEqual(toleranceMs);
    // 600 ms of silence, what the network lingers after a voice, and a window.
    expect((turn.atSample - turn.endSample) / MS).toBeLessThanOrEqual(800);
    expect(turn.by).toBe('silence');
  }
}

describe('TurnDetector over Silero, on a person’s voice', () => {
  it('finds both turns, edges within 30 ms', () => expectBothTurns(clip, 30));

  it.each([0.1, 0.3, 3])('finds them at %f times the level', (gain) => {
    const scaled = clip.map((s) => Math.max(-32768, Math.min(32767, Math.round(s * gain))));
    expectBothTurns(scaled, 30);
  });

  it('finds them with 5 % of the packets lost and nothing in their place', () => {
    const random = randoms(3);
    const lossy = clip.slice();
    for (let at = 0; at < lossy.length; at += FRAME) if (random() > 0.9) lossy.fill(0, at, at + FRAME);
    expectBothTurns(lossy, 30);
  });

  it('finds them in white noise 15 dB under the voice', () => {
    const random = randoms(5);
    // RMS of the voice is 3400; of random() 0.577.
    const noise = 3400 / 10 ** (15 / 20) / 0.577;
    const noisy = clip.map((s) => Math.max(-32768, Math.min(32767, Math.round(s + noise * random()))));
    expectBothTurns(noisy, 120);
  });

  it('waits out the pause between the sentences of one turn', () => {
    const types = run(clip).map((e) => e.type);
    expect(types.filter((t) => t === 'speech.started')).toHaveLength(2);
    expect(types.filter((t) => t === 'speech.paused').length).toBeGreaterThanOrEqual(2);
  });
});

describe('TurnDetector over Silero, on no voice at all', () => {
  const tone = (hz: number, on: number, off: number) => (i: number) =>
    i % (on + off) < on ? 8000 * Math.sin((2 * Math.PI * hz * i) / 8000) : 0;
  const random = randoms(11);
  const white = (level: number) => () => level * random();
  const sounds: [string, (i: number) => number][] = [
    ['silence', () => 0],
    ['a DC offset', () => 4000],
    ...[2, 30, 300, 3000, 32000].map((level): [string, () => number] => [`noise of ${level}`, white(level)]),
    ['ringback tone', tone(425, 8000, 32000)],
    ['busy tone', tone(425, 2800, 2800)],
    ['fax tone', tone(2100, 8000, 0)],
    ['clicks', (i) => (i % 8000 < 80 ? 8000 * random() : 20 * random())],
    ['impulses', (i) => (i % 4000 === 0 ? 32767 : 0)],
  ];
  it.each(sounds)('tells of nothing: %s', (_, sound) => {
    expect(run(Int16Array.from({ length: 5 * 8000 }, (_, i) => Math.round(sound(i))))).toEqual([]);
  });
});
