import { describe, expect, it } from 'vitest';
import { loadCallerVoices } from '../../engine/far-end/caller-voices.ts';
import { FaultyLine, voiceRms } from '../../engine/far-end/line-faults.ts';
import type { LineFaults } from '../../engine/contract/call-plan.ts';
import { muLawDecode, muLawEncode } from '../../engine/media/g711.ts';
import { VOICES_DIR } from '../../engine/testing/call-lab-offline.ts';
import { findSounds, loudestDbfs } from './find-sounds.ts';

const RATE_HZ = 8000;
const voices = await loadCallerVoices(VOICES_DIR);
const tone = Int16Array.from({ length: 8000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * 300 * i) / RATE_HZ));

/** A side of a recording on which these sound at these ms, as the line leaves it. */
function recorded(seconds: number, at: readonly [number, Int16Array][], faults: LineFaults = {}): Int16Array {
  const side = new Int16Array(seconds * RATE_HZ);
  for (const [ms, pcm] of at) side.set(pcm.subarray(0, Math.max(0, side.length - ms * 8)), ms * 8);
  const line = new FaultyLine(faults, voiceRms(at.map(([, pcm]) => pcm)));
  const heard = muLawDecode(muLawEncode(line.colour(side)));
  for (let frame = 0; frame < heard.length; frame += 160)
    if (line.carry(new Uint8Array(1)).length === 0) heard.fill(0, frame, frame + 160);
  return heard;
}

describe('A tester’s sounds on a recording', () => {
  it.each<[string, LineFaults]>([
    ['a clean line', {}],
    ['white noise at 5 dB', { noiseSnrDb: 5 }],
    ['a fifth of the packets lost', { loss: 0.2 }],
  ])('are found where they are, and others are not: %s', (_, faults) => {
    for (let at = 0; at < voices.length; at += 3) {
      const { id, pcm } = voices[at]!;
      const second = voices[(at + 7) % voices.length]!;
      const third = voices[(at + 13) % voices.length]!;
      const secondMs = 3000 + Math.ceil(pcm.length / 8) + 4000;
      const side = recorded(
        45,
        [
          [3000, pcm],
          [secondMs, second.pcm],
        ],
        faults,
      );
      const [first, next] = findSounds(side, [pcm, second.pcm], RATE_HZ);
      expect(Math.abs((first?.atMs ?? 0) - 3000), id).toBeLessThanOrEqual(20);
      expect(Math.abs((next?.atMs ?? 0) - secondMs), second.id).toBeLessThanOrEqual(20);
      expect(findSounds(side, [third.pcm], RATE_HZ), `${third.id} beside ${id}`).toEqual([undefined]);
    }
  });

  it('are told apart when the same one sounds three times', () => {
    const { pcm } = voices[0]!;
    const side = recorded(20, [
      [1000, pcm],
      [6000, pcm],
      [12_000, pcm],
    ]);
    expect(findSounds(side, [pcm, pcm, pcm], RATE_HZ).map((found) => found?.atMs)).toEqual([
      1000, 6000, 12_000,
    ]);
    expect(findSounds(side, [pcm, pcm, pcm, pcm], RATE_HZ)[3]).toBeUndefined();
  });

  it('may be a tone, or be cut off by the end of the call', () => {
    expect(findSounds(recorded(5, [[2000, tone]]), [tone], RATE_HZ)).toEqual([{ atMs: 2000, heardMs: 1000 }]);
    const long = voices.find(({ id }) => id === 'long-winded-ru-1')!.pcm;
    const [cut] = findSounds(recorded(5, [[2000, long]]), [long], RATE_HZ);
    expect(Math.abs(cut!.atMs - 2000)).toBeLessThanOrEqual(20);
    expect(Math.abs(cut!.heardMs - 3000)).toBeLessThanOrEqual(20);
  });

  it('are nowhere on an empty side, and silence is nowhere at all', () => {
    expect(findSounds(new Int16Array(0), [tone], RATE_HZ)).toEqual([undefined]);
    expect(findSounds(recorded(5, [[2000, tone]]), [new Int16Array(8000)], RATE_HZ)).toEqual([undefined]);
  });
});

describe('The loudest of a sound', () => {
  it.each([
    ['a tone a quarter of full scale', tone, -15.3],
    ['the same a hundred times softer', tone.map((sample) => sample / 100), -55.3],
    ['silence', new Int16Array(8000), -Infinity],
  ])('%s', (_, pcm, dbfs) => {
    expect(loudestDbfs(pcm, RATE_HZ)).toBeCloseTo(dbfs, 0);
  });
});
