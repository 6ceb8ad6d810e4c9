import type { SoundPeer } from '../../contract/provider.ts';
import { PlainDialect, VoximplantDialect, type SoundDialect, type SoundMessage } from './sound-dialect.ts';

/** About two seconds of frames. What a provider has not read by then he would hear too late. */
const BACKLOG_MAX_BYTES = 16_000;
/** A connection that could not be written to for so many frames in a row (10 s) is given up. */
const STUCK_FRAMES = 500;

/** Close codes of our own (RFC 6455 §7.4.2: 4000…4999). docs/telephony-provider.md tells integrators of them. */
export const CLOSE = {
  over: [1000, 'the call is over'],
  replaced: [4001, 'another connection took over'],
  stuck: [4008, 'you read too slowly'],
} as const;

/** One WebSocket of the provider: what he says in it, and frames to him while he keeps up. */
export class SoundConnection {
  readonly #peer: SoundPeer;
  readonly #start: Readonly<Record<string, unknown>>;
  #dialect: SoundDialect = new PlainDialect();
  #stuckFrames = 0;
  #skipped = 0;

  /** `start`: what the provider is told at once. */
  constructor(peer: SoundPeer, start: Readonly<Record<string, unknown>>) {
    this.#peer = peer;
    this.#start = start;
    peer.send(JSON.stringify({ type: 'start', ...this.#start }));
  }

  /** Frames that were left out because the provider did not keep up. */
  get skipped(): number {
    return this.#skipped;
  }

  /** One frame of μ-law to the person. */
  send(frame: Uint8Array): void {
    if (this.#peer.backlogBytes() > BACKLOG_MAX_BYTES) {
      this.#skipped += 1;
      this.#stuckFrames += 1;
      if (this.#stuckFrames === STUCK_FRAMES) this.#peer.close(...CLOSE.stuck);
      return;
    }
    this.#stuckFrames = 0;
    for (const message of this.#dialect.sound(frame)) this.#peer.send(message);
  }

  /** What a text message means; undefined when nothing can be made of it. */
  read(text: string): SoundMessage | undefined {
    const message = parsed(text);
    if (message === undefined) return undefined;
    // Voximplant's scenario cannot send bytes: its streams announce themselves.
    if (message['event'] === 'start') this.#dialect = new VoximplantDialect();
    return this.#dialect.read(message);
  }

  /** Asks the provider to let the person go, and closes. */
  hangUp(): void {
    this.#peer.send(JSON.stringify({ type: 'hangup' }));
    this.#peer.close(...CLOSE.over);
  }

  replace(): void {
    this.#peer.close(...CLOSE.replaced);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
