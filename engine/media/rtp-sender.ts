import { serialiseRtp } from './rtp-packet.ts';

/** RFC 3551 table 4: PCMU at 8 kHz is payload type 0. */
export const PAYLOAD_TYPE_PCMU = 0;

/** One frame of 20 ms at 8 kHz. */
export const FRAME_SAMPLES = 160;

export interface RtpSenderOptions {
  /** Random, RFC 3550 §5.1: the caller draws them, so that tests are repeatable. */
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType?: number;
}

/**
 * Numbers the packets of one outgoing stream. The timestamp follows the beat's frame number and the sequence
 * number the packets that were sent, so a beat without a packet shows as silence, not as loss (RFC 3550 §5.1).
 */
export class RtpSender {
  readonly ssrc: number;
  readonly #payloadType: number;
  readonly #firstTimestamp: number;
  #sequence: number;
  #lastFrame: number | undefined;

  constructor(options: RtpSenderOptions) {
    this.ssrc = options.ssrc >>> 0;
    this.#payloadType = options.payloadType ?? PAYLOAD_TYPE_PCMU;
    this.#firstTimestamp = options.timestamp;
    this.#sequence = options.sequence;
  }

  /** How many packets were made. */
  packets = 0;

  /**
   * The packet of beat `frame` (ascending; the sender's timestamp counts from frame 0). The marker is set on the
   * first packet, and on the first after beats without one (RFC 3551 §4.1).
   */
  packet(payload: Uint8Array, { frame }: { readonly frame: number }): Uint8Array {
    const bytes = serialiseRtp(
      {
        payloadType: this.#payloadType,
        marker: this.#lastFrame === undefined || frame !== this.#lastFrame + 1,
        sequence: this.#sequence & 0xffff,
        timestamp: (this.#firstTimestamp + frame * FRAME_SAMPLES) % 2 ** 32,
        ssrc: this.ssrc,
      },
      payload,
    );
    this.#lastFrame = frame;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packets += 1;
    return bytes;
  }
}
