import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplesOf, soundOf } from './pcm.ts';

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('speech as PCM', () => {
  const cut = async function* (bytes: Uint8Array, sizes: readonly number[]) {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length] ?? 1;
      yield bytes.slice(at, at + size);
      at += size;
    }
  };

  it('is the same samples however the bytes are cut; only zeros before the sound may go', async () => {
    const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 3, maxLength: 60 });
    const zeros = fc.array(fc.constant(0), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        zeros,
        samples,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (lead, rest, sizes) => {
          fc.pre(rest[0] !== 0 && rest.at(-1) !== 0);
          const all = Int16Array.from([...lead, ...rest]);
          const chunks = await collect(samplesOf(soundOf(cut(new Uint8Array(all.buffer), sizes))));
          const heard = chunks.flatMap((chunk) => [...chunk.samples]);
          expect([...all].slice(all.length - heard.length)).toEqual(heard);
          expect(heard.length).toBeGreaterThanOrEqual(rest.length);
          expect(chunks.every((chunk) => chunk.samples.length > 0)).toBe(true);
        },
      ),
    );
  });

  it.each(['RIFF....WAVE', 'ID3.....', '<!DOCTYPE html>', '{"error":{}}'])('is not «%s»', async (text) => {
    for (const size of [1, 3, 50])
      await expect(collect(soundOf(cut(Buffer.from(text), [size])))).rejects.toMatchObject({
        code: 'TTS_FAILED',
      });
  });
});
