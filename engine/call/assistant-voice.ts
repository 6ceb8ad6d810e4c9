import { PlayoutQueue } from '../media/playout-queue.ts';
import { Resampler } from '../media/resampler.ts';
import { FRAME_SAMPLES } from '../media/rtp-sender.ts';
import type { Pcm } from '../ports/speech.ts';
import type { PlayoutMeaning } from './call-events.ts';
import { Interjection } from './interjection.ts';
import { firstAudible, Utterance, type UtteranceMark, type UtteranceOrder } from './utterance.ts';

const RATE_HZ = 8000;
const SAMPLES_PER_MS = RATE_HZ / 1000;
const FADE_MS = 5;
const NONE: readonly PlayoutMeaning[] = [];

/** Where an utterance's sentences and sound go as they are made. */
export interface UtteranceSink {
  /** The sound pushed next says this. */
  sentence(text: string): void;
  sound(pcm: Pcm): void;
  /** Nothing more comes. */
  end(): void;
  /** Stops it within one frame; a no-op once it has been heard to its end. */
  cancel(): void;
}

/** 20 ms of the assistant, and what their sound means. */
export interface VoiceFrame {
  readonly samples: Int16Array;
  readonly meanings: readonly PlayoutMeaning[];
}

/** Words that are ready to be heard. */
export interface Filler {
  readonly text: string;
  readonly sound: readonly Pcm[];
}

/**
 * The assistant's side of a call: one utterance at a time, never two voices at once. It can be held (silent at once,
 * nothing lost) and released (goes on from where it was), and a filler can step into its silence. Pure of timers:
 * `frame` is asked for every 20 ms. Positions are samples since the answer.
 */
export class AssistantVoice {
  readonly #tell: (meanings: readonly PlayoutMeaning[]) => void;
  readonly #playout = new PlayoutQueue<UtteranceMark>();
  #utterance: Utterance | undefined;
  /** The utterance has sound in the queue, or has had. */
  #sounding = false;
  #filler: Interjection | undefined;
  #fillerEndMs = 0;
  #held: 'no' | 'fading' | 'silent' = 'no';
  #position = 0;
  #lastAudible = 0;

  /** `tell` hears what happens between two frames: an utterance was cut off, held, released. */
  constructor(tell: (meanings: readonly PlayoutMeaning[]) => void) {
    this.#tell = tell;
  }

  /** The sample after the last one that could be heard. */
  get lastAudible(): number {
    return this.#lastAudible;
  }

  /** Takes the next frame; what its sound means comes with it. */
  frame(): VoiceFrame {
    const position = this.#position;
    this.#position += FRAME_SAMPLES;
    if (this.#held !== 'no') {
      const samples =
        this.#held === 'fading' ? this.#playout.fadeOut(FRAME_SAMPLES) : new Int16Array(FRAME_SAMPLES);
      this.#held = 'silent';
      this.#utterance?.waited(FRAME_SAMPLES);
      this.#listen(samples, position);
      return { samples, meanings: [] };
    }
    const { samples, marks, voiced } = this.#playout.pull(FRAME_SAMPLES);
    if (!voiced && marks.length === 0 && this.#filler === undefined) return { samples, meanings: NONE };
    if (this.#filler !== undefined) this.#utterance?.waited(FRAME_SAMPLES);
    const meanings = [
      ...marks.flatMap(({ mark, offset }) => this.#pass(mark, position + offset)),
      ...(this.#utterance?.played(samples, position) ?? []),
    ];
    this.#filler?.played(samples, position);
    this.#listen(samples, position);
    return { samples, meanings };
  }

  /** Opens the way for an utterance. Another that was being said stops; a filler may end first. */
  say(order: UtteranceOrder): UtteranceSink {
    this.#cancelUtterance();
    const utterance = new Utterance(order);
    utterance.follows(this.#fillerEndMs);
    this.#utterance = utterance;
    this.#sounding = false;
    let resampler: Resampler | undefined;
    let fromHz = 0;
    const current = () => this.#utterance === utterance && !utterance.finished;
    const free = () => {
      resampler?.free();
      resampler = undefined;
    };
    return {
      sentence: (text) => {
        if (!current()) return;
        this.#sounding = true;
        this.#playout.pushMark({ type: 'sentence', utterance: order.utterance, text });
      },
      sound: (pcm) => {
        if (!current()) return;
        // One sentence has one rate; the next may come from another engine.
        if (resampler === undefined || pcm.rateHz !== fromHz) {
          if (resampler !== undefined) this.#playout.pushSamples(resampler.flush());
          free();
          resampler = new Resampler({ fromHz: pcm.rateHz, toHz: RATE_HZ });
          fromHz = pcm.rateHz;
        }
        this.#playout.pushSamples(resampler.push(pcm.samples));
      },
      end: () => {
        if (current()) {
          if (resampler !== undefined) this.#playout.pushSamples(resampler.flush());
          this.#playout.pushMark({ type: 'end', utterance: order.utterance });
        }
        free();
      },
      cancel: () => {
        if (current()) this.#cancelUtterance();
        free();
      },
    };
  }

  /** Says a filler where nothing is queued to be said; otherwise nothing happens. */
  interject({ text, sound }: Filler, replyTo: UtteranceOrder['replyTo']): void {
    if (this.#held !== 'no' || this.#filler !== undefined || this.#playout.queuedMs > 0) return;
    this.#filler = new Interjection(text, replyTo, this.#fillerEndMs);
    this.#playout.pushMark({ type: 'filler', part: 'begin' });
    for (const { samples, rateHz } of sound) {
      const resampler = new Resampler({ fromHz: rateHz, toHz: RATE_HZ });
      this.#playout.pushSamples(resampler.push(samples));
      this.#playout.pushSamples(resampler.flush());
      resampler.free();
    }
    this.#playout.pushMark({ type: 'filler', part: 'end' });
  }

  /** Falls silent with the next frame; what is to be said waits. */
  hold(): void {
    if (this.#held !== 'no') return;
    this.#held = 'fading';
    this.#tellOfHold('utterance.held');
  }

  /** Goes on from where it was held. */
  release(): void {
    if (this.#held === 'no') return;
    this.#held = 'no';
    this.#tellOfHold('utterance.resumed');
  }

  /** Whatever is being said stops for good, a filler too. */
  hush(): void {
    const { droppedSamples } = this.#playout.flush({ fadeMs: this.#held === 'no' ? FADE_MS : 0 });
    const meanings = [
      ...(this.#filler?.cut(this.#position) ?? []),
      ...(this.#utterance?.cut(this.#position, droppedSamples) ?? []),
    ];
    if (this.#filler !== undefined) this.#fillerEndMs = this.#position / SAMPLES_PER_MS;
    this.#filler = undefined;
    this.#utterance = undefined;
    this.#held = 'no';
    if (meanings.length > 0) this.#tell(meanings);
  }

  #cancelUtterance(): void {
    // One that has made no sound yet, or was heard to its end, leaves nothing in the queue: a filler may end.
    if (this.#sounding && this.#utterance?.finished === false) this.hush();
    else {
      this.#utterance = undefined;
      this.#held = 'no';
    }
  }

  #pass(mark: UtteranceMark, position: number): readonly PlayoutMeaning[] {
    if (mark.type !== 'filler') return this.#utterance?.pass(mark, position) ?? [];
    if (mark.part === 'begin') return [];
    const said = this.#filler?.end(position) ?? [];
    this.#filler = undefined;
    this.#fillerEndMs = position / SAMPLES_PER_MS;
    this.#utterance?.follows(this.#fillerEndMs);
    return said;
  }

  #listen(samples: Int16Array, position: number): void {
    if (firstAudible(samples) !== undefined) this.#lastAudible = position + samples.length;
  }

  #tellOfHold(type: 'utterance.held' | 'utterance.resumed'): void {
    if (this.#utterance?.isHeard !== true) return;
    const { utterance } = this.#utterance;
    this.#tell([{ type, utterance, atMs: this.#position / SAMPLES_PER_MS }]);
  }
}
