import { notePause, silenceBeforeEnd, type Rhythm } from '../../../engine/dialogue/turn-end.ts';
import { END_SILENCE_MS, TurnDetector, type TurnEvent } from '../../../engine/media/turn-detector.ts';
import type { LabelledPrompt } from '../labelled.ts';
import type { Decider, Product, Words } from './deciders.ts';
import { heardAgain, type HeardTurn } from './heard.ts';
import { saidBetween } from './turn.ts';

/** When the turn was said to be over, ms of the recording, and how this caller pauses by now. */
export interface Decided {
  readonly endsMs: readonly number[];
  readonly rhythm: Rhythm;
}

export interface DecideOptions {
  /** How this caller has paused until now. */
  readonly rhythm: Rhythm;
  /** From a pause to its words. */
  readonly recogniserMs: number;
}

const SAMPLES_PER_MS = 8;

/** Lets one decider listen to a turn. The product's is what the machine does (call.machine.ts, `hearing`), in its order. */
export function decide(
  prompt: LabelledPrompt,
  heard: HeardTurn,
  decider: Decider,
  options: DecideOptions,
): Decided {
  if (decider.kind === 'product') return new ProductEar(prompt, heard, decider, options).listen();
  const detector = new TurnDetector(heardAgain(heard.windows), { endSilenceMs: decider.ms });
  const events = heard.frames.flatMap(({ samples, concealed }) => detector.push(samples, { concealed }));
  return { endsMs: endsOf(events, heard.from), rhythm: options.rhythm };
}

type Paused = Extract<TurnEvent, { type: 'speech.paused' }>;

class ProductEar {
  readonly #prompt: LabelledPrompt;
  readonly #heard: HeardTurn;
  readonly #words: Words;
  readonly #biasMs: number;
  readonly #recogniserSamples: number;
  readonly #detector: TurnDetector;
  #rhythm: Rhythm;
  #startSample = 0;
  #paused: Paused | undefined;
  /** The pause's words, and when they come. */
  #foreseen: { readonly text: string; readonly atSample: number } | undefined;

  constructor(
    prompt: LabelledPrompt,
    heard: HeardTurn,
    { words, biasMs }: Product,
    { rhythm, recogniserMs }: DecideOptions,
  ) {
    this.#prompt = prompt;
    this.#heard = heard;
    this.#words = words;
    this.#biasMs = biasMs;
    this.#rhythm = rhythm;
    this.#recogniserSamples = recogniserMs * SAMPLES_PER_MS;
    this.#detector = new TurnDetector(heardAgain(heard.windows));
  }

  listen(): Decided {
    const ends: TurnEvent[] = [];
    for (const { samples, concealed } of this.#heard.frames) {
      const { position } = this.#detector;
      if (this.#foreseen !== undefined && position >= this.#foreseen.atSample) {
        this.#awaitEnd(this.#foreseen.text);
        this.#foreseen = undefined;
      }
      for (const event of this.#detector.push(samples, { concealed })) {
        this.#hear(event);
        ends.push(event);
      }
    }
    return { endsMs: endsOf(ends, this.#heard.from), rhythm: this.#rhythm };
  }

  #hear(event: TurnEvent): void {
    switch (event.type) {
      case 'speech.started':
        this.#startSample = event.startSample;
        break;
      case 'speech.paused': {
        this.#paused = event;
        this.#awaitEnd();
        const text = this.#recognised(event.endSample);
        if (text !== '') this.#foreseen = { text, atSample: event.atSample + this.#recogniserSamples };
        break;
      }
      case 'speech.resumed':
        if (this.#paused !== undefined)
          this.#rhythm = notePause(this.#rhythm, (event.atSample - this.#paused.endSample) / SAMPLES_PER_MS);
        this.#forget();
        break;
      case 'turn.ended':
      case 'turn.dropped':
        this.#forget();
        break;
      case 'speech.sustained':
        break;
    }
  }

  #forget(): void {
    this.#paused = undefined;
    this.#foreseen = undefined;
  }

  #awaitEnd(text?: string): void {
    if (this.#paused === undefined) return;
    const own = silenceBeforeEnd({ text, language: this.#prompt.language, rhythm: this.#rhythm });
    const silenceMs = Math.max(END_SILENCE_MS.least, Math.min(END_SILENCE_MS.most, own + this.#biasMs));
    this.#detector.awaitEnd(this.#paused.turn, silenceMs);
  }

  #recognised(endSample: number): string {
    if (this.#words === 'none') return '';
    const { from } = this.#heard;
    const ms = (sample: number) => (sample - from) / SAMPLES_PER_MS;
    const text = saidBetween(this.#prompt, ms(this.#startSample), ms(endSample));
    return this.#words === 'marked' ? text : text.replace(/[\s,;:–—-]+$/u, '');
  }
}

function endsOf(events: readonly TurnEvent[], from: number): readonly number[] {
  return events.flatMap((event) =>
    event.type === 'turn.ended' ? (event.atSample - from) / SAMPLES_PER_MS : [],
  );
}
