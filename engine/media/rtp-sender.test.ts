import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRtp } from './rtp-packet.ts';
import { RtpSender } from './rtp-sender.ts';

const frame160 = new Uint8Array(160).fill(0xff);

describe('RtpSender', () => {
  it('numbers consecutive frames through both wraps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 65_500, max: 65_535 }),
        fc.integer({ min: 0, max: 9000 }),
        (sequence, back) => {
          const timestamp = 2 ** 32 - 1 - back;
          const sender = new RtpSender({ ssrc: 0xfeedbeef, sequence, timestamp });
          for (let frame = 0; frame < 60; frame++) {
            const packet = parseRtp(sender.packet(frame160, { frame }))!;
            expect(packet.sequence).toBe((sequence + frame) % 65_536);
            expect(packet.timestamp).toBe((timestamp + frame * 160) % 2 ** 32);
            expect(packet).toMatchObject({ payloadType: 0, ssrc: 0xfeedbeef, marker: frame === 0 });
            expect(packet.payload).toEqual(frame160);
          }
          expect(sender.packets).toBe(60);
        },
      ),
    );
  });

  it('lets the timestamp run over silent beats, the sequence not, and marks the first packet after them', () => {
    const sender = new RtpSender({ ssrc: 1, sequence: 10, timestamp: 0 });
    const sent = [3, 4, 9, 10].map((frame) => parseRtp(sender.packet(frame160, { frame }))!);
    expect(sent.map((packet) => packet.sequence)).toEqual([10, 11, 12, 13]);
    expect(sent.map((packet) => packet.timestamp)).toEqual([480, 640, 1440, 1600]);
    expect(sent.map((packet) => packet.marker)).toEqual([true, false, true, false]);
  });
});
