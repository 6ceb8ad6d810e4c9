import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallListening, ListenedFrame } from '../contract/listening.ts';
import { LISTEN_RECORD_BYTES, listenBeat, listenBytes, ListenReader } from '../contract/listening.ts';
import { WAV_HEADER_BYTES } from '../media/wav.ts';
import { openOfflineParts, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { Audience } from './audience.ts';

vi.setConfig({ testTimeout: 60_000 });

const side = (value: number): Int16Array => new Int16Array(160).fill(value);
const numbers = (frames: readonly ListenedFrame[] | undefined): number[] | undefined =>
  frames?.map(({ nth }) => nth);

/** All that a listener is given until the call is over. */
async function hearOut(listening: CallListening): Promise<readonly ListenedFrame[]> {
  const all: ListenedFrame[] = [];
  for (let frames = await listening.take(); frames !== undefined; frames = await listening.take())
    all.push(...frames);
  return all;
}

describe('Audience', () => {
  it('copies both sides: the beat writes over its buffers', async () => {
    const audience = new Audience();
    const [one, other] = [audience.enter()!, audience.enter()!];
    const caller = side(1);
    audience.hear(0, caller, side(-2));
    caller.fill(9);
    audience.hear(1, caller, side(-9));
    for (const listening of [one, other]) {
      const frames = await listening.take();
      expect(numbers(frames)).toEqual([0, 1]);
      expect([...frames![0]!.samples]).toEqual(Array.from({ length: 320 }, (_, n) => (n % 2 === 0 ? 1 : -2)));
    }
  });

  it('looks at no sample while nobody listens, nor after the last has left', () => {
    const audience = new Audience();
    const untouchable = new Proxy(side(0), {
      get: () => {
        throw new Error('a frame was read that nobody listens to');
      },
    });
    audience.hear(0, untouchable, untouchable);
    const listening = audience.enter()!;
    expect(() => audience.hear(1, untouchable, untouchable)).toThrow('was read');
    listening.stop();
    listening.stop();
    audience.hear(2, untouchable, untouchable);
  });

  it('keeps three seconds for a slow listener, drops the oldest, counts them, and lets the others be', async () => {
    const audience = new Audience();
    const [slow, quick] = [audience.enter()!, audience.enter()!];
    for (let nth = 0; nth < 200; nth += 1) {
      audience.hear(nth, side(nth), side(0));
      if (nth % 10 === 9) await quick.take();
    }
    expect(numbers(await slow.take())).toEqual(Array.from({ length: 150 }, (_, n) => n + 50));
    expect([slow.dropped, quick.dropped]).toEqual([50, 0]);
  });

  it('lets those who wait go when it is over or they leave, and nobody in any more', async () => {
    const audience = new Audience();
    const [stays, leaves] = [audience.enter()!, audience.enter()!];
    const left = leaves.take();
    leaves.stop();
    expect(await left).toBeUndefined();
    audience.hear(0, side(1), side(1));
    audience.close();
    audience.close();
    expect(numbers(await stays.take())).toEqual([0]);
    expect(await stays.take()).toBeUndefined();
    expect(audience.enter()).toBeUndefined();
  });
});

describe('Frames on the wire', () => {
  it('come out as they went in, however they are cut, and a beat is none of them', () => {
    const sample = fc.integer({ min: -32_768, max: 32_767 });
    const frame = fc.record({
      nth: fc.integer({ min: 0, max: 0xffff_fffe }),
      samples: fc
        .array(sample, { minLength: 320, maxLength: 320 })
        .map((samples) => Int16Array.from(samples)),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 4 }), cuts, (frames, sizes) => {
        const bytes = Buffer.concat([listenBeat(), listenBytes(frames), listenBeat()]);
        expect(bytes).toHaveLength((frames.length + 2) * LISTEN_RECORD_BYTES);
        const reader = new ListenReader();
        const heard: ListenedFrame[] = [];
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const to = at + sizes[n % sizes.length]!;
          heard.push(...reader.push(bytes.subarray(at, to)));
          at = to;
        }
        expect(heard).toEqual(frames);
      }),
      { numRuns: 50 },
    );
  });
});

describe('Listening in to a whole call', () => {
  let parts: OfflineParts;
  beforeAll(async () => {
    parts = await openOfflineParts();
  });
  afterAll(() => parts.close());

  it('hears every sample of the recording from before the answer to the hang-up, and changes nothing', async () => {
    const phone = '+79990000006';
    const alone = await CallLab.open(parts);
    const expected = await alone.call({ phone });

    const lab = await CallLab.open(parts);
    const heard: Promise<readonly ListenedFrame[]>[] = [];
    const idle: CallListening[] = [];
    lab.exchange.subscribe(({ type, callId }) => {
      if (type === 'line.dialling') heard.push(hearOut(lab.exchange.listen(callId)!));
      if (type === 'line.answered') idle.push(lab.exchange.listen(callId)!);
    });
    const view = await lab.call({ phone });
    const frames = (await Promise.all(heard)).flat();
    expect(numbers(frames)).toEqual(Array.from({ length: frames.length }, (_, n) => n));
    const sound = Buffer.concat(frames.map(({ samples }) => Buffer.from(samples.buffer)));
    const wav = lab.recordings.file(view.recording!)!;
    expect(sound.equals(wav.subarray(WAV_HEADER_BYTES))).toBe(true);
    expect(idle[0]!.dropped).toBe(frames.length - 150);
    expect(view.transcript).toEqual(expected.transcript);
    expect(lab.exchange.listen(view.callId)).toBeUndefined();
    expect(lab.troubles).toEqual([]);
  });
});
