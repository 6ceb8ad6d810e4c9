import type { MediaAddress } from '../ports/media-transport.ts';
import { muLawDecode } from './g711.ts';
import { InterarrivalJitter } from './interarrival-jitter.ts';
import { JitterBuffer, type ReceivedFrame } from './jitter-buffer.ts';
import { parseRtp, type RtpPacket } from './rtp-packet.ts';
import { CounterExtender, TIMESTAMP_MODULUS } from './sequence.ts';
import { SequenceTracker } from './sequence-tracker.ts';
import { SourceLock } from './source-lock.ts';

export type { ReceivedFrame } from './jitter-buffer.ts';

export interface RtpReceiverOptions {
  /** The only address and port whose packets count. */
  readonly remote: MediaAddress;
  /** PCMU's: 0 (RFC 3551 table 4). */
  readonly payloadType: number;
  /** telephone-event (RFC 4733): counted and not heard. 101 by custom. */
  readonly eventPayloadType?: number;
}

/** Counted from the first packet of the call, over restarts of the source. */
export interface ReceiverStats {
  /** Packets of our source, each once, of any known payload type. */
  readonly received: number;
  /** Numbers that never came (RFC 3550 A.3). */
  readonly lost: number;
  /** Came after their moment had been played. */
  readonly late: number;
  readonly duplicate: number;
  readonly reordered: number;
  readonly foreignSource: number;
  readonly foreignSsrc: number;
  readonly foreignPayload: number;
  /** No RTP, or more than 200 ms of sound in one packet. */
  readonly malformed: number;
  /** Sequence number or timestamp far from all others, or more packets than the buffer holds. */
  readonly outOfRange: number;
  /** telephone-event packets. */
  readonly events: number;
  /** A new SSRC, or a new numbering of the old one, was accepted. */
  readonly restarts: number;
  readonly concealedFrames: number;
  /** RFC 3550 §6.4.1. */
  readonly jitterMs: number;
  /** What the jitter buffer now adds to a fast packet. */
  readonly delayMs: number;
}

/** Comfort noise (RFC 3389): says «silence», and takes a sequence number. */
const PAYLOAD_TYPE_CN = 13;
const CLOCK_HZ = 8000;
/** RFC 3551 §4.2: a receiver should accept packets of 0 to 200 ms. */
const MAX_PAYLOAD_SAMPLES = 1600;

type Counter = Exclude<keyof ReceiverStats, 'lost' | 'jitterMs' | 'delayMs'>;

/**
 * One direction of a call: datagrams in, an even beat of 20 ms frames out. Refuses what does not belong to the
 * call, and survives whatever arrives. Pure: the time comes with each packet, and the beat is `pull`.
 */
export class RtpReceiver {
  readonly #options: RtpReceiverOptions;
  readonly #remoteAddress: string;
  readonly #lock = new SourceLock();
  readonly #sequence = new SequenceTracker();
  readonly #jitter = new InterarrivalJitter(CLOCK_HZ);
  readonly #buffer = new JitterBuffer();
  #timestamps = new CounterExtender(TIMESTAMP_MODULUS);
  /** The source's first timestamp: all others are counted from it, and stay small integers, which cost no memory. */
  #firstTimestamp: number | undefined;
  /** Where the newest packet's sound ended, on the sender's clock (`#firstTimestamp` is 0). */
  #newestEnd: number | undefined;
  readonly #counts: Record<Counter, number> = {
    received: 0,
    late: 0,
    duplicate: 0,
    reordered: 0,
    foreignSource: 0,
    foreignSsrc: 0,
    foreignPayload: 0,
    malformed: 0,
    outOfRange: 0,
    events: 0,
    restarts: 0,
    concealedFrames: 0,
  };

  constructor(options: RtpReceiverOptions) {
    this.#options = options;
    this.#remoteAddress = plainAddress(options.remote.address);
  }

  /** Takes one datagram; keeps nothing of `bytes`. `nowMs`: monotonic time of its arrival. */
  push(bytes: Uint8Array, from: MediaAddress, nowMs: number): void {
    const { remote, payloadType, eventPayloadType = 101 } = this.#options;
    if (from.port !== remote.port || plainAddress(from.address) !== this.#remoteAddress) {
      return this.#count('foreignSource');
    }
    const packet = parseRtp(bytes);
    if (packet === undefined || packet.payload.length > MAX_PAYLOAD_SAMPLES) return this.#count('malformed');
    const isVoice = packet.payloadType === payloadType;
    const isEvent = packet.payloadType === eventPayloadType;
    if (!isVoice && !isEvent && packet.payloadType !== PAYLOAD_TYPE_CN) return this.#count('foreignPayload');

    const admission = this.#lock.admit(packet.ssrc, packet.sequence, nowMs);
    if (admission === 'foreign') return this.#count('foreignSsrc');
    if (admission === 'new' && this.#counts.received > 0) {
      this.#sequence.restart();
      this.#restart();
    }
    const verdict = this.#sequence.accept(packet.sequence).kind;
    if (verdict === 'duplicate') return this.#count('duplicate');
    if (verdict === 'jumped') return this.#count('outOfRange');
    if (verdict === 'restarted') this.#restart();
    if (verdict === 'reordered') this.#count('reordered');
    this.#count('received');
    if (isEvent) this.#count('events');
    if (isVoice) this.#place(packet, verdict, nowMs);
  }

  /** The next frame, in `samples`: 160, new ones by default. Call it once a beat of 20 ms, from the first packet on or before. */
  pull(samples?: Int16Array): ReceivedFrame {
    const frame = this.#buffer.pull(samples);
    if (frame.kind === 'concealed') this.#count('concealedFrames');
    return frame;
  }

  stats(): ReceiverStats {
    return {
      ...this.#counts,
      lost: this.#sequence.lost,
      jitterMs: this.#jitter.jitterMs,
      delayMs: this.#buffer.delayMs,
    };
  }

  #place(packet: RtpPacket, verdict: string, nowMs: number): void {
    this.#firstTimestamp ??= packet.timestamp;
    const timestamp = this.#timestamps.extend((packet.timestamp - this.#firstTimestamp) >>> 0);
    this.#jitter.add(nowMs, timestamp);
    const samples = muLawDecode(packet.payload);
    const followsEnd = verdict === 'next' ? this.#newestEnd : undefined;
    if (verdict !== 'reordered') this.#newestEnd = timestamp + samples.length;
    const placement = this.#buffer.push({ timestamp, samples, followsEnd });
    if (placement === 'late') this.#count('late');
    if (placement === 'refused') this.#count('outOfRange');
  }

  #restart(): void {
    this.#count('restarts');
    this.#timestamps = new CounterExtender(TIMESTAMP_MODULUS);
    this.#firstTimestamp = undefined;
    this.#newestEnd = undefined;
    this.#jitter.restart();
    this.#buffer.restart();
  }

  #count(counter: Counter): void {
    this.#counts[counter] += 1;
  }
}

/** An IPv4 peer on an IPv6 socket is written ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2). */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
