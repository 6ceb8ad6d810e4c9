import type { MediaNumbers } from '../contract/media-numbers.ts';
import type { Pacing } from '../media/pacing.ts';
import type { RtpReceiver } from '../media/rtp-receiver.ts';
import type { RtpSender } from '../media/rtp-sender.ts';
import type { MediaAddress } from '../ports/media-transport.ts';

export interface MeasuredLine {
  readonly receiver: RtpReceiver;
  readonly sender: RtpSender;
  readonly pacing: Pacing;
  readonly remote: MediaAddress;
}

/** How an open line's sound fares, worked out for whoever asks: the beat itself only counts. */
export function mediaNumbers(line: MeasuredLine, local: MediaAddress): MediaNumbers {
  const { received, lost, late, reordered, duplicate, concealedFrames, ...rest } = line.receiver.stats();
  const { p50Ms, p99Ms, maxMs, lastSecondMaxMs, worstMs } = line.pacing.lateness();
  return {
    ...{ received, lost, late, reordered, duplicate, concealedFrames },
    strangers: rest.foreignSource + rest.foreignSsrc,
    jitterMs: hundredths(rest.jitterMs),
    bufferMs: hundredths(rest.delayMs),
    sent: line.sender.packets,
    lateness: {
      p50Ms: hundredths(p50Ms),
      p99Ms: hundredths(p99Ms),
      maxMs: hundredths(maxMs),
      lastSecondMaxMs: hundredths(lastSecondMaxMs),
      worstMs: hundredths(worstMs),
    },
    loopback: isOwn(line.remote.address, local.address),
  };
}

/** RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3; or the very address we listen at. */
function isOwn(remote: string, local: string): boolean {
  const plain = remote.replace(/^::ffff:/, '');
  return plain.startsWith('127.') || plain === '::1' || plain === local.replace(/^::ffff:/, '');
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
