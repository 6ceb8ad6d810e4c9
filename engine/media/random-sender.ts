import { randomBytes } from 'node:crypto';
import { RtpSender } from './rtp-sender.ts';

/** A PCMU sender whose SSRC, first sequence number and first timestamp are drawn by chance (RFC 3550 §5.1). */
export function randomRtpSender(): RtpSender {
  const random = randomBytes(10);
  return new RtpSender({
    ssrc: random.readUInt32BE(0),
    timestamp: random.readUInt32BE(4),
    sequence: random.readUInt16BE(8),
  });
}
