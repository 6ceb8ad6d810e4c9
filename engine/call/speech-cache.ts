import { ProviderError } from '../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Pcm, SpeechRequest, TextToSpeech } from '../ports/speech.ts';
import { waitForEach } from './patience.ts';
import { SharedSpeech } from './shared-speech.ts';

/** About eleven minutes of 24 kHz speech. */
const CACHE_BYTES = 32 * 1024 * 1024;
/** Cached speech is given out in pieces of this length. */
const CHUNK_MS = 200;
/** So many phrases are prepared at once: callers' own requests go beside them. */
const WARMING_AT_ONCE = 2;
/** How long each bit of a phrase that is prepared may take. */
const WARMING_STEP_MS = 8_000;

interface Entry {
  readonly pcm: Pcm;
  /** Prepared on purpose: it goes only when nothing else is left to go. */
  readonly kept: boolean;
}

/**
 * A voice that remembers what it said: a phrase is synthesised once for its text, language, voice and engine with its
 * model (`variant`, else `name`), and the least recently used go when there are too many bytes. Only what was said to
 * its end is kept. Requests for the same phrase at the same time share one synthesis, which stops when the last of
 * them has left.
 */
export class SpeechCache implements TextToSpeech {
  readonly #tts: TextToSpeech;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #making = new Map<string, SharedSpeech>();
  readonly #toWarm = new Map<string, SpeechRequest>();
  readonly #closing = new AbortController();
  #warming = 0;
  #bytes = 0;

  constructor(tts: TextToSpeech, clock: Clock, maxBytes: number = CACHE_BYTES) {
    this.#tts = tts;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  get name(): string {
    return this.#tts.name;
  }

  /** Of all samples that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  variant(request: SpeechRequest): string {
    return this.#tts.variant?.(request) ?? this.#tts.name;
  }

  async *speak(request: SpeechRequest, signal: AbortSignal): AsyncGenerator<Pcm> {
    signal.throwIfAborted();
    const key = this.#keyOf(request);
    const known = this.#find(key);
    if (known === undefined) {
      yield* this.#make(key, request).listen(signal);
      return;
    }
    for (const chunk of chunksOf(known)) {
      yield chunk;
      signal.throwIfAborted();
    }
  }

  /** The whole sound of a phrase that was said before, for those who cannot wait; undefined: it was not. */
  ready(request: SpeechRequest): readonly Pcm[] | undefined {
    const known = this.#find(this.#keyOf(request));
    return known === undefined ? undefined : [...chunksOf(known)];
  }

  /**
   * Sees to it that these phrases are ready before long, the first first; costs nothing where they are. Returns at
   * once and never throws: what could not be made is tried again when it is asked for the next time.
   */
  warm(requests: Iterable<SpeechRequest>): void {
    for (const request of requests) {
      const key = this.#keyOf(request);
      const entry = this.#entries.get(key);
      if (entry === undefined) this.#toWarm.set(key, request);
      else if (!entry.kept) this.#entries.set(key, { ...entry, kept: true });
    }
    while (this.#warming < WARMING_AT_ONCE && this.#toWarm.size > 0) void this.#warmSome();
  }

  /** Stops preparing; what callers asked for is theirs to stop. */
  close(): void {
    this.#toWarm.clear();
    this.#closing.abort(new Error('the speech is closing'));
  }

  async #warmSome(): Promise<void> {
    this.#warming += 1;
    for (const [key, request] of this.#toWarm) {
      this.#toWarm.delete(key);
      const patience = {
        clock: this.#clock,
        ms: WARMING_STEP_MS,
        signal: this.#closing.signal,
        late: () => new ProviderError('TTS_TIMEOUT', 'a phrase was not made in time', { retryable: true }),
      };
      try {
        await toEnd(waitForEach(patience, (signal) => this.speak(request, signal)));
      } catch {
        continue;
      }
      this.#keep(this.#keyOf(request));
    }
    this.#warming -= 1;
  }

  #keep(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, kept: true });
  }

  #make(key: string, request: SpeechRequest): SharedSpeech {
    const under = this.#making.get(key);
    if (under !== undefined) return under;
    const made = new SharedSpeech(
      (signal) => this.#tts.speak(request, signal),
      (chunks) => {
        if (this.#making.get(key) === made) this.#making.delete(key);
        // Another engine or voice stepped in: it is not the sound of what was asked for.
        if (chunks !== undefined && this.#keyOf(request) === key) this.#put(key, chunks);
      },
    );
    this.#making.set(key, made);
    return made;
  }

  #find(key: string): Pcm | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.pcm;
  }

  #put(key: string, chunks: readonly Pcm[]): void {
    const pcm = joined(chunks);
    if (pcm === undefined || pcm.samples.byteLength > this.#maxBytes) return;
    this.#drop(key);
    this.#entries.set(key, { pcm, kept: false });
    this.#bytes += pcm.samples.byteLength;
    for (const kept of [false, true]) {
      for (const [oldest, entry] of this.#entries) {
        if (this.#bytes <= this.#maxBytes) return;
        if (entry.kept === kept && oldest !== key) this.#drop(oldest);
      }
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.pcm.samples.byteLength ?? 0;
    this.#entries.delete(key);
  }

  #keyOf(request: SpeechRequest): string {
    const { text, language, voice } = request;
    return JSON.stringify([this.variant(request), language, voice, text]);
  }
}

async function toEnd(stream: AsyncGenerator): Promise<void> {
  while ((await stream.next()).done !== true);
}

/** Undefined: there is no sound, or no one rate. */
function joined(chunks: readonly Pcm[]): Pcm | undefined {
  const rateHz = chunks[0]?.rateHz;
  if (rateHz === undefined || chunks.some((chunk) => chunk.rateHz !== rateHz)) return undefined;
  const samples = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    samples.set(chunk.samples, at);
    at += chunk.samples.length;
  }
  return { samples, rateHz };
}

/** Copies: nobody writes into what is kept. */
function* chunksOf({ samples, rateHz }: Pcm): Generator<Pcm> {
  const step = Math.round((rateHz * CHUNK_MS) / 1000);
  for (let at = 0; at < samples.length; at += step) yield { samples: samples.slice(at, at + step), rateHz };
}
