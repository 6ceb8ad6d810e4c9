import type { Pcm, SpeechRequest } from '../../ports/speech.ts';

interface Entry {
  readonly pcm: Pcm;
  readonly bytes: number;
}

/** Sentences spoken before, least recently used dropped first. Bounded by the bytes of their samples. */
export class SpeechCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(engine: string, request: SpeechRequest): Pcm | undefined {
    const key = keyOf(engine, request);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.pcm;
  }

  /** Keeps a whole utterance: its chunks in order. */
  put(engine: string, request: SpeechRequest, chunks: readonly Pcm[]): void {
    const rateHz = chunks[0]?.rateHz;
    if (rateHz === undefined) return;
    const samples = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      samples.set(chunk.samples, at);
      at += chunk.samples.length;
    }
    if (samples.byteLength > this.#maxBytes) return;
    const key = keyOf(engine, request);
    this.#drop(key);
    this.#entries.set(key, { pcm: { samples, rateHz }, bytes: samples.byteLength });
    this.#bytes += samples.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

function keyOf(engine: string, request: SpeechRequest): string {
  return JSON.stringify([engine, request.language, request.voice, request.text]);
}
