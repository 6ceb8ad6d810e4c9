import { describe, expect, it } from 'vitest';
import { muLawEncode } from '../../media/g711.ts';
import { writeWav } from '../../media/wav.ts';
import { readPostedSound } from './posted-sound.ts';

const tone = (rateHz: number, ms: number) =>
  Int16Array.from(
    { length: (rateHz * ms) / 1000 },
    (_, at) => 8000 * Math.sin((2 * Math.PI * 440 * at) / rateHz),
  );

describe('a posted piece of sound', () => {
  it('is μ-law as it stands, whatever it is called', async () => {
    const raw = muLawEncode(tone(8000, 100));
    for (const type of ['', 'audio/basic', 'audio/PCMU;rate=8000', 'application/octet-stream'])
      expect(await readPostedSound(raw, type)).toEqual(raw);
    expect(await readPostedSound(new Uint8Array(), 'anything')).toHaveLength(0);
  });

  it('is A-law where it says so', async () => {
    // G.711: 0xD5 is A-law's positive zero.
    const read = await readPostedSound(new Uint8Array(10).fill(0xd5), 'audio/PCMA');
    expect(new Set(read)).toEqual(new Set(muLawEncode(Int16Array.of(8))));
  });

  it('may be WAV of any rate, mono or stereo', async () => {
    const plain = tone(8000, 100);
    expect(await readPostedSound(writeWav(8000, [plain]), 'audio/wav')).toEqual(muLawEncode(plain));
    expect(await readPostedSound(writeWav(8000, [plain, plain]), '')).toEqual(muLawEncode(plain));
    expect(await readPostedSound(writeWav(16_000, [tone(16_000, 100)]), 'audio/wav')).toHaveLength(800);
  });

  it.each([
    ['something else', Buffer.from('ID3'), 'audio/mpeg', 'cannot be read'],
    ['a WAV that is none', Buffer.from('data'), 'audio/wav', 'not a WAV file'],
    ['a broken WAV', Buffer.from('RIFF1234WAVE'), '', 'cut off'],
    ['too much', new Uint8Array(481_000), 'audio/basic', 'more than 60 s'],
  ])('says what is wrong with %s', async (_what, body, type, why) => {
    await expect(readPostedSound(body, type)).rejects.toThrow(why);
  });
});
