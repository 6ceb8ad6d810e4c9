import type { SpokenLanguage, Voice } from '../contract/languages.ts';
import { filler } from '../dialogue/phrases.ts';
import type { Clock } from '../ports/clock.ts';
import type { Pcm, TextToSpeech } from '../ports/speech.ts';
import type { SpeechPiece } from './speech.ts';

/** As many as any language has: they go round. */
const VARIANTS = 3;
const MAKING_TIMEOUT_MS = 15_000;

/** Words that are ready to be heard. */
export interface Filler {
  readonly text: string;
  readonly sound: readonly Pcm[];
}

/** Short words with their sound, made once for a process and a voice, for replies that are late. */
export class Fillers {
  readonly #tts: TextToSpeech;
  readonly #ready = new Map<string, Filler>();
  readonly #making = new Set<string>();

  constructor(tts: TextToSpeech) {
    this.#tts = tts;
  }

  /** Sees to it that they are there in a moment; costs nothing when they are. Never rejects: there is life without. */
  prepare(language: SpokenLanguage, voice: Voice): void {
    for (let nth = 0; nth < VARIANTS; nth += 1) void this.#make(language, voice, nth);
  }

  /** Undefined: not ready. */
  get(language: SpokenLanguage, voice: Voice, nth: number): Filler | undefined {
    return this.#ready.get(keyOf(language, voice, nth % VARIANTS));
  }

  async #make(language: SpokenLanguage, voice: Voice, nth: number): Promise<void> {
    const key = keyOf(language, voice, nth);
    if (this.#ready.has(key) || this.#making.has(key)) return;
    this.#making.add(key);
    const text = filler(language, nth);
    const sound: Pcm[] = [];
    try {
      const signal = AbortSignal.timeout(MAKING_TIMEOUT_MS);
      for await (const pcm of this.#tts.speak({ text, language, voice }, signal)) sound.push(pcm);
      if (sound.length > 0) this.#ready.set(key, { text, sound });
    } catch {
      // The next call tries again.
    } finally {
      this.#making.delete(key);
    }
  }
}

function keyOf(language: SpokenLanguage, voice: Voice, nth: number): string {
  return `${language} ${voice} ${nth}`;
}

export interface Bridge {
  readonly clock: Clock;
  /** How long the first sound may take before the filler is heard. */
  readonly waitMs: number;
  /** Undefined: there is none, and the caller waits. */
  readonly filler: () => Filler | undefined;
  readonly signal: AbortSignal;
}

/** The same speech, with a filler before it where its first piece does not come in time. */
export async function* bridged(
  pieces: AsyncIterable<SpeechPiece>,
  { clock, waitMs, filler: pick, signal }: Bridge,
): AsyncGenerator<SpeechPiece> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    // Its failing is seen below, whenever that is.
    next.catch(() => undefined);
    const late = await isLate(next, clock, waitMs, signal);
    const words = late && !signal.aborted ? pick() : undefined;
    if (words !== undefined) {
      yield { type: 'sentence', text: words.text };
      for (const pcm of words.sound) yield { type: 'sound', pcm };
      yield { type: 'said' };
    }
    for (;;) {
      const step = await next;
      if (step.done === true) return;
      yield step.value;
      next = iterator.next();
    }
  } finally {
    iterator.return?.().catch(() => undefined);
  }
}

function isLate(
  first: Promise<unknown>,
  clock: Clock,
  waitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => settle(true), Math.max(0, waitMs));
    const leave = (): void => settle(false);
    const settle = (late: boolean): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      resolve(late);
    };
    signal.addEventListener('abort', leave, { once: true });
    first.then(leave, leave);
  });
}
