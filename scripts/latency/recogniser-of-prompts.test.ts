import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../engine/far-end/random.ts';
import { hearPrompt, shapeOf, type KnownPrompt } from './recogniser-of-prompts.ts';
import { voicedSpans } from './sound-shape.ts';

const RATE_HZ = 8000;

/** Syllables of random lengths and levels, a silence of 400 ms, and more of them. */
function spoken(seed: number): Int16Array {
  const random = seededRandom(seed);
  const burst = (ms: number, level: number) =>
    Array.from({ length: Math.round(ms) * 8 }, () => (random() * 2 - 1) * level);
  const syllables = (count: number) =>
    Array.from({ length: count }, () => [
      ...burst(60 + random() * 160, 1500 + random() * 6000),
      ...burst(20 + random() * 60, 300),
    ]).flat();
  return Int16Array.from([...syllables(4), ...burst(400, 10), ...syllables(8)]);
}

function known(key: string, seed: number, text: string): KnownPrompt & { readonly pcm: Int16Array } {
  const pcm = spoken(seed);
  return { key, text, pcm, shape: shapeOf(pcm, RATE_HZ), voiced: voicedSpans(pcm, RATE_HZ) };
}

const prompts = [
  known('a', 1, 'One two three, four five six seven eight nine.'),
  known('b', 2, 'Ten eleven twelve, thirteen fourteen and so on.'),
  known('c', 3, 'Good morning all, how do you do this day?'),
];

describe('hearPrompt', () => {
  it('knows each of them with silence around it, and writes its words', () => {
    for (const { key, text, pcm } of prompts) {
      const upload = Int16Array.from([...new Int16Array(3000), ...pcm, ...new Int16Array(5000)]);
      expect(hearPrompt({ samples: upload, rateHz: RATE_HZ }, prompts)).toMatchObject({ key, text });
    }
  });

  it('writes the first words of what is cut at the pause', () => {
    const { pcm, voiced } = prompts[2]!;
    const pauseAt = voiced.findIndex(({ startMs }, at) => startMs - (voiced[at - 1]?.endMs ?? startMs) > 300);
    const upload = pcm.subarray(0, (voiced[pauseAt - 1]!.endMs + 200) * 8);
    const heard = hearPrompt({ samples: upload, rateHz: RATE_HZ }, prompts)!;
    expect(heard.key).toBe('c');
    expect('Good morning all, how do you'.startsWith(heard.text)).toBe(true);
    expect(heard.text).not.toBe('');
  });

  it('knows nothing in a hum', () => {
    const hum = Int16Array.from({ length: 16_000 }, (_, at) => 2000 * Math.sin(at / 5));
    expect(hearPrompt({ samples: hum, rateHz: RATE_HZ }, prompts)).toBeUndefined();
  });
});
