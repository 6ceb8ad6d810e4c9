/** What espeak-child.mjs says on its stdout. */
export type EspeakFrame =
  | { readonly kind: 'ready'; readonly rateHz: number }
  | { readonly kind: 'audio'; readonly id: number; readonly samples: Int16Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };

/** Bytes of u32le payload length, u8 kind, u32le request id. */
const HEAD_BYTES = 9;
/** espeak-ng gives about 60 ms a piece; a length above this is no frame of ours. */
const MAX_PAYLOAD_BYTES = 1 << 20;

/** Puts frames together from pieces of any size. Throws RangeError on bytes that are no frame. */
export class EspeakFrameReader {
  #rest: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): EspeakFrame[] {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const frames: EspeakFrame[] = [];
    let at = 0;
    while (all.length - at >= HEAD_BYTES) {
      const payloadBytes = view.getUint32(at, true);
      if (payloadBytes > MAX_PAYLOAD_BYTES) throw new RangeError(`espeak frame of ${payloadBytes} bytes`);
      if (all.length - at < HEAD_BYTES + payloadBytes) break;
      const payload = all.subarray(at + HEAD_BYTES, at + HEAD_BYTES + payloadBytes);
      frames.push(toFrame(view.getUint8(at + 4), view.getUint32(at + 5, true), payload));
      at += HEAD_BYTES + payloadBytes;
    }
    this.#rest = new Uint8Array(all.subarray(at));
    return frames;
  }
}

function toFrame(kind: number, id: number, payload: Uint8Array): EspeakFrame {
  switch (kind) {
    case 0:
      return { kind: 'ready', rateHz: rateOf(JSON.parse(Buffer.from(payload).toString('utf8'))) };
    case 1:
      return { kind: 'audio', id, samples: new Int16Array(new Uint8Array(payload).buffer) };
    case 2:
      return { kind: 'end', id };
    case 3:
      return { kind: 'error', id, message: Buffer.from(payload).toString('utf8') };
    default:
      throw new RangeError(`espeak frame of unknown kind ${kind}`);
  }
}

function rateOf(ready: unknown): number {
  if (typeof ready === 'object' && ready !== null && 'rateHz' in ready && typeof ready.rateHz === 'number') {
    return ready.rateHz;
  }
  throw new RangeError('espeak ready frame without a rate');
}
