import { ProviderError } from '../../contract/errors.ts';
import { LITTLE_ENDIAN } from '../../media/wav.ts';
import type { Pcm } from '../../ports/speech.ts';
import { nonsenseError } from './errors.ts';

/** What `response_format: pcm` is: 24 kHz, 16 bits, little-endian, mono, no header. */
const RATE_HZ = 24_000;

/** What files, pages and events begin with; PCM by chance, once in millions. */
const NOT_PCM = /^(?:RIFF|data|ID3|OggS|fLaC|<!DO|<!do|<htm|<HTM|\{"er)/;
const MAGIC_BYTES = 4;

/**
 * The bytes of a speech answer from its first sound on: the zeros before it are dropped chunk by chunk. Throws
 * ProviderError when there is no sound, and when the bytes begin as a file or a page do.
 */
export async function* soundOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let state: 'head' | 'silent' | 'sounding' = 'head';
  let held = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = joined(held, chunk);
    held = new Uint8Array();
    if (state === 'head') {
      if (bytes.length < MAGIC_BYTES) {
        held = bytes.slice();
        continue;
      }
      if (NOT_PCM.test(String.fromCharCode(...bytes.subarray(0, MAGIC_BYTES))))
        throw nonsenseError('TTS', 'a file, a page or events in place of PCM');
      state = 'silent';
    }
    if (state === 'silent' && bytes.every((byte) => byte === 0)) {
      // Half a sample stays: without it the samples behind would be turned round.
      held = bytes.slice(0, bytes.length % 2);
      continue;
    }
    state = 'sounding';
    yield bytes;
  }
  if (state === 'sounding') return;
  if (held.length > 1 && held.some((byte) => byte !== 0)) yield held;
  else throw silenceError();
}

function silenceError(): ProviderError {
  return new ProviderError('TTS_EMPTY', 'the speech server sent no sound: check the model and the voice', {
    retryable: true,
  });
}

/**
 * Cuts bytes into samples. A chunk may end in the middle of a sample: the odd byte is carried to the next. The samples
 * may be views of the chunks: whoever gives chunks must not write to them again.
 */
export async function* samplesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Pcm> {
  let carried = new Uint8Array();
  for await (const chunk of chunks) {
    const bytes = joined(carried, chunk);
    const count = bytes.length >> 1;
    carried = bytes.slice(count * 2);
    if (count > 0) yield { samples: samplesIn(bytes, count), rateHz: RATE_HZ };
  }
}

/** A view where memory lies as samples do, else a copy. */
function samplesIn(bytes: Uint8Array, count: number): Int16Array {
  if (LITTLE_ENDIAN && bytes.byteOffset % 2 === 0)
    return new Int16Array(bytes.buffer, bytes.byteOffset, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const samples = new Int16Array(count);
  for (let i = 0; i < count; i++) samples[i] = view.getInt16(i * 2, true);
  return samples;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
