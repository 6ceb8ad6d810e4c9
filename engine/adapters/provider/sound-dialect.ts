import { FRAME_BYTES } from './frame-queue.ts';

/** What a text message of the provider means. */
export type SoundMessage =
  | { readonly type: 'sound'; readonly bytes: Uint8Array }
  | { readonly type: 'dtmf'; readonly digit: string }
  | { readonly type: 'hangup' };

type Fields = Readonly<Record<string, unknown>>;

/** How sound and signs are written on a connection. */
export interface SoundDialect {
  read(message: Fields): SoundMessage | undefined;
  /** The messages that carry one frame to the person. */
  sound(frame: Uint8Array): readonly (Uint8Array | string)[];
}

const DIGIT = /^[0-9A-D*#]$/;

/** V4.3: sound is binary, μ-law; signs are JSON: `{"type":"dtmf","digit":"5"}`, `{"type":"hangup"}`. */
export class PlainDialect implements SoundDialect {
  read(message: Fields): SoundMessage | undefined {
    const { type, digit } = message;
    if (type === 'hangup') return { type };
    if (type === 'dtmf' && typeof digit === 'string' && DIGIT.test(digit)) return { type, digit };
    return undefined;
  }

  sound(frame: Uint8Array): readonly [Uint8Array] {
    return [frame];
  }
}

/**
 * Voximplant's JSON media stream (voximplant.com/docs/guides/media-streams/format): `start`, then `media` messages whose
 * `media.payload` is base64, then `stop`. Both sides must be set to ULAW in the scenario. Written from the document;
 * not tried with a live account.
 */
export class VoximplantDialect implements SoundDialect {
  readonly #plain = new PlainDialect();
  #sequence = 0;
  #chunk = 0;

  read(message: Fields): SoundMessage | undefined {
    if (message['event'] !== 'media') return this.#plain.read(message);
    const media = message['media'] as { readonly payload?: unknown } | null | undefined;
    if (typeof media?.payload !== 'string') return undefined;
    return { type: 'sound', bytes: Buffer.from(media.payload, 'base64') };
  }

  sound(frame: Uint8Array): readonly string[] {
    const messages: unknown[] = [];
    if (this.#sequence === 0) {
      messages.push({
        event: 'start',
        sequenceNumber: this.#sequence++,
        start: { mediaFormat: { encoding: 'ULAW', sampleRate: 8000, channels: 1 } },
      });
    }
    messages.push({
      event: 'media',
      sequenceNumber: this.#sequence++,
      media: {
        chunk: this.#chunk,
        // In samples since the start.
        timestamp: this.#chunk * FRAME_BYTES,
        payload: Buffer.from(frame).toString('base64'),
      },
    });
    this.#chunk += 1;
    return messages.map((message) => JSON.stringify(message));
  }
}
