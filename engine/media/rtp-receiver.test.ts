import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { muLawDecode, muLawEncode } from './g711.ts';
import { serialiseRtp } from './rtp-packet.ts';
import { RtpReceiver, type ReceivedFrame } from './rtp-receiver.ts';

const REMOTE = { address: '127.0.0.1', port: 40_000 };
const SSRC = 0x1234_5678;

interface Sent {
  readonly sequence: number;
  readonly timestamp: number;
  readonly samples?: number;
  readonly value?: number;
  readonly ssrc?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
}

/** One packet; every sample of it carries `value` (by default one that names the packet). */
function packet({
  sequence,
  timestamp,
  samples = 160,
  value,
  ssrc = SSRC,
  payloadType = 0,
  marker = false,
}: Sent): Uint8Array {
  const body = muLawEncode(new Int16Array(samples).fill(value ?? valueOf(sequence)));
  return serialiseRtp({ payloadType, marker, sequence: sequence & 0xffff, timestamp, ssrc }, body);
}

/** Never zero, and different for packets that lie near each other. */
const valueOf = (sequence: number): number => muLawDecode(Uint8Array.of(0x80 + (sequence % 100)))[0]!;

const receiver = (): RtpReceiver => new RtpReceiver({ remote: REMOTE, payloadType: 0 });

/** Sends `count` packets on the beat, one before each pull. */
function stream(
  to: RtpReceiver,
  count: number,
  {
    first = 0,
    ssrc = SSRC,
    fromMs = 0,
    timestamp = 0,
  }: { first?: number; ssrc?: number; fromMs?: number; timestamp?: number } = {},
): ReceivedFrame[] {
  return Array.from({ length: count }, (_, i) => {
    const sequence = first + i;
    to.push(packet({ sequence, timestamp: timestamp + 160 * sequence, ssrc }), REMOTE, fromMs + 20 * i);
    return to.pull();
  });
}

const kinds = (frames: readonly ReceivedFrame[]): string => frames.map((frame) => frame.kind[0]).join('');
const pulls = (from: RtpReceiver, count: number): ReceivedFrame[] =>
  Array.from({ length: count }, () => from.pull());

describe('RtpReceiver on a good line', () => {
  it('plays every sample, 40 ms later, and silence before and after', () => {
    const to = receiver();
    expect(kinds(pulls(to, 3))).toBe('sss');
    const frames = stream(to, 50);
    expect(kinds(frames)).toBe('ss' + 'v'.repeat(48));
    frames
      .slice(2)
      .forEach((frame, i) => expect(frame.samples).toEqual(new Int16Array(160).fill(valueOf(i))));
    expect(kinds(pulls(to, 10))).toBe('vvcccsssss');
    expect(to.stats()).toMatchObject({
      received: 50,
      lost: 0,
      late: 0,
      duplicate: 0,
      jitterMs: 0,
      concealedFrames: 3,
    });
  });

  it('follows sequence and timestamp over their wraps', () => {
    const to = receiver();
    const frames = Array.from({ length: 20 }, (_, i) => {
      to.push(
        packet({ sequence: 65_530 + i, timestamp: (2 ** 32 - 800 + 160 * i) % 2 ** 32 }),
        REMOTE,
        20 * i,
      );
      return to.pull();
    });
    expect(kinds(frames)).toBe('ss' + 'v'.repeat(18));
    expect(frames[19]!.samples[0]).toBe(valueOf(65_530 + 17));
  });

  it.each([80, 240, 320, 480])('repacks packets of %i samples', (samples) => {
    const to = receiver();
    const heard: number[] = [];
    let sent = 0;
    for (let beat = 0; beat < 60; beat++) {
      while (sent * samples <= beat * 160) {
        to.push(packet({ sequence: sent, timestamp: sent * samples, samples }), REMOTE, beat * 20);
        sent += 1;
      }
      heard.push(...to.pull().samples);
    }
    const expected = Array.from({ length: heard.length - 320 }, (_, i) => valueOf(Math.floor(i / samples)));
    expect(heard.slice(320)).toEqual(expected);
  });

  it('keeps nothing of the datagram', () => {
    const to = receiver();
    const bytes = packet({ sequence: 0, timestamp: 0 });
    to.push(bytes, REMOTE, 0);
    bytes.fill(0);
    expect(pulls(to, 3)[2]!.samples).toEqual(new Int16Array(160).fill(valueOf(0)));
  });
});

describe('RtpReceiver on a bad line', () => {
  it('puts reordered packets in order, once each', () => {
    const to = receiver();
    const order = [0, 1, 3, 2, 4, 4, 6, 5, 7, 8, 9];
    const frames = order.map((sequence, i) => {
      to.push(packet({ sequence, timestamp: 160 * sequence }), REMOTE, 20 * i);
      return to.pull();
    });
    expect(frames.slice(2).map((frame) => frame.samples[80])).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map(valueOf),
    );
    expect(to.stats()).toMatchObject({ received: 10, reordered: 2, duplicate: 1, lost: 0, late: 0 });
  });

  it('conceals a lost packet and counts it', () => {
    const to = receiver();
    const frames = Array.from({ length: 20 }, (_, i) => {
      if (i !== 8) to.push(packet({ sequence: i, timestamp: 160 * i, value: 1000 }), REMOTE, 20 * i);
      return to.pull();
    });
    expect(kinds(frames)).toBe('ss' + 'v'.repeat(8) + 'c' + 'v'.repeat(9));
    const level = muLawDecode(muLawEncode(Int16Array.of(1000)))[0]!;
    frames.slice(2).forEach((frame) => expect(Math.min(...frame.samples)).toBeGreaterThan(0.7 * level));
    expect(to.stats()).toMatchObject({ received: 19, lost: 1, concealedFrames: 1 });
  });

  it('takes a timestamp gap without a sequence gap for silence, at once', () => {
    const to = receiver();
    stream(to, 10);
    const frames = [10, 11, 12].map((sequence) => {
      to.push(
        packet({ sequence, timestamp: 160 * (sequence + 2), marker: sequence === 10 }),
        REMOTE,
        20 * sequence,
      );
      return to.pull();
    });
    // The two packets still buffered, then the gap of two frames.
    expect(kinds([...frames, ...pulls(to, 3)])).toBe('vvssvv');
    expect(to.stats().lost).toBe(0);
  });

  it('keeps the length of a pause in which nothing was sent', () => {
    const to = receiver();
    stream(to, 10);
    const pause = pulls(to, 50);
    expect(kinds(pause)).toBe('vvccc' + 's'.repeat(45));
    // RFC 3551 §4.1: the timestamp counts on over the pause.
    const frames = Array.from({ length: 5 }, (_, i) => {
      to.push(
        packet({ sequence: 10 + i, timestamp: 160 * (60 + i), marker: i === 0 }),
        REMOTE,
        20 * (60 + i),
      );
      return to.pull();
    });
    expect(kinds(frames)).toBe('ssvvv');
  });

  it('counts what comes after its moment', () => {
    const to = receiver();
    for (let i = 0; i < 20; i++) {
      if (i !== 5) to.push(packet({ sequence: i, timestamp: 160 * i }), REMOTE, 20 * i);
      if (i === 12) to.push(packet({ sequence: 5, timestamp: 800 }), REMOTE, 20 * i);
      to.pull();
    }
    expect(to.stats()).toMatchObject({ received: 20, lost: 0, late: 1, reordered: 1, concealedFrames: 1 });
  });

  it('measures jitter as RFC 3550 A.8 does', () => {
    const to = receiver();
    const arrivals = [0, 25, 38, 65, 80];
    let expected = 0;
    arrivals.forEach((atMs, i) => {
      to.push(packet({ sequence: i, timestamp: 160 * i }), REMOTE, atMs);
      if (i > 0) expected += (Math.abs(atMs - arrivals[i - 1]! - 20) - expected) / 16;
    });
    expect(to.stats().jitterMs).toBeCloseTo(expected, 9);
  });
});

describe('RtpReceiver and strangers', () => {
  it('refuses other addresses, ports, payload types and what is no RTP', () => {
    const to = receiver();
    const good = packet({ sequence: 0, timestamp: 0 });
    to.push(good, { ...REMOTE, address: '127.0.0.2' }, 0);
    to.push(good, { ...REMOTE, port: 40_001 }, 0);
    to.push(packet({ sequence: 0, timestamp: 0, payloadType: 8 }), REMOTE, 0);
    to.push(Uint8Array.of(1, 2, 3), REMOTE, 0);
    to.push(packet({ sequence: 0, timestamp: 0, samples: 1601 }), REMOTE, 0);
    expect(to.stats()).toMatchObject({ received: 0, foreignSource: 2, foreignPayload: 1, malformed: 2 });
    expect(kinds(pulls(to, 5))).toBe('sssss');
    to.push(good, { ...REMOTE, address: '::ffff:127.0.0.1' }, 0);
    expect(to.stats().received).toBe(1);
  });

  it('refuses another SSRC while the first one speaks', () => {
    const to = receiver();
    for (let i = 0; i < 50; i++) {
      to.push(packet({ sequence: i, timestamp: 160 * i, value: 1000 }), REMOTE, 20 * i);
      to.push(
        packet({ sequence: 900 + i, timestamp: 7 + 160 * i, ssrc: 9, value: -9000 }),
        REMOTE,
        20 * i + 1,
      );
      expect(Math.min(...to.pull().samples)).toBeGreaterThanOrEqual(0);
    }
    expect(to.stats()).toMatchObject({ received: 50, foreignSsrc: 50, restarts: 0 });
  });

  it('follows a new SSRC of the same address after 200 ms of silence, from its second packet on', () => {
    const to = receiver();
    stream(to, 20);
    const heardLastMs = 19 * 20;
    to.push(packet({ sequence: 7, timestamp: 70, ssrc: 9 }), REMOTE, heardLastMs + 199);
    to.push(packet({ sequence: 8, timestamp: 230, ssrc: 9 }), REMOTE, heardLastMs + 199.9);
    expect(to.stats()).toMatchObject({ foreignSsrc: 2, restarts: 0 });
    pulls(to, 10);
    const frames = stream(to, 20, {
      first: 500,
      ssrc: 9,
      fromMs: heardLastMs + 220,
      timestamp: 3_000_000_000 - 80_000,
    });
    expect(kinds(frames)).toBe('sssv' + 'v'.repeat(16));
    expect(frames[3]!.samples[0]).toBe(valueOf(501));
    expect(to.stats()).toMatchObject({ received: 39, foreignSsrc: 3, restarts: 1, lost: 0 });
  });

  it('is not turned away by one stray packet in a pause', () => {
    const to = receiver();
    stream(to, 20);
    pulls(to, 20);
    to.push(packet({ sequence: 7, timestamp: 70, ssrc: 9 }), REMOTE, 800);
    const frames = stream(to, 5, { first: 20, fromMs: 820, timestamp: 160 * 20 });
    expect(kinds(frames)).toBe('ssvvv');
    expect(to.stats()).toMatchObject({ foreignSsrc: 1, restarts: 0 });
  });

  it('hears no telephone-event and no comfort noise, and misses nothing because of them', () => {
    const to = receiver();
    stream(to, 10);
    const frames = [10, 11, 12, 13].map((sequence) => {
      const payloadType = sequence === 13 ? 13 : 101;
      to.push(packet({ sequence, timestamp: 1600, samples: 4, payloadType }), REMOTE, 20 * sequence);
      return to.pull();
    });
    frames.push(...stream(to, 6, { first: 14, fromMs: 280 }));
    expect(kinds(frames)).toBe('vvcc' + 'ss' + 'vvvv');
    expect(to.stats()).toMatchObject({ events: 3, lost: 0, received: 20 });
  });

  it('survives one packet from nowhere, and follows a source whose timestamps leap', () => {
    const to = receiver();
    stream(to, 20);
    to.push(packet({ sequence: 20, timestamp: 2_000_000_000 }), REMOTE, 400);
    to.pull();
    const after = stream(to, 20, { first: 21, fromMs: 420 });
    expect(kinds(after)).toBe('vc' + 'v'.repeat(18));
    expect(to.stats().outOfRange).toBe(1);
    const leapt = stream(to, 20, { first: 41, fromMs: 820, timestamp: 1_000_000_000 });
    expect(kinds(leapt).slice(-15)).toBe('v'.repeat(15));
    expect(to.stats()).toMatchObject({ outOfRange: 2, lost: 0 });
  });

  it('does not wait out a leap of the timestamps that took no time', () => {
    const to = receiver();
    stream(to, 20);
    const frames = stream(to, 20, { first: 20, fromMs: 400, timestamp: 4000 });
    expect(kinds(frames).slice(5)).toBe('v'.repeat(15));
    expect(to.stats().delayMs).toBeLessThanOrEqual(60);
  });

  it('never throws, stays bounded, and plays a clean stream after any storm', () => {
    const storm = fc.array(
      fc.oneof(
        { weight: 1, arbitrary: fc.constant('pull' as const) },
        {
          weight: 3,
          arbitrary: fc.record({
            sequence: fc.oneof(fc.nat(65_535), fc.nat(40)),
            timestamp: fc.oneof(fc.nat(2 ** 31 - 1), fc.nat(9000)),
            samples: fc.oneof(fc.constant(160), fc.nat(1700)),
            ssrc: fc.constantFrom(1, 2),
            payloadType: fc.constantFrom(0, 0, 0, 101, 13, 8),
          }),
        },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
      ),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(storm, fc.nat(65_535), fc.nat(2 ** 31 - 1), (events, first, timestamp) => {
        const to = receiver();
        let nowMs = 0;
        for (const event of events) {
          nowMs += 7;
          if (event === 'pull') expect(to.pull().samples).toHaveLength(160);
          else to.push(event instanceof Uint8Array ? event : packet(event), REMOTE, nowMs);
        }
        expect(to.stats().lost).toBeGreaterThanOrEqual(0);
        const frames = stream(to, 400, { first, ssrc: 77, fromMs: nowMs + 200, timestamp });
        expect(kinds(frames.slice(-300))).toBe('v'.repeat(300));
        expect(to.stats().delayMs).toBeLessThanOrEqual(140);
      }),
      { numRuns: 60 },
    );
  });
});
