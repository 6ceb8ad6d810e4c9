import { turnOptions, type TurnDetectorOptions, type TurnLimits } from './turn-detector-options.ts';
import { EnergyTrack } from './turn-detector-energy.ts';
import { endOf, noiseBefore, startOf } from './turn-edges.ts';
import type { Vad, VadFrame } from './vad.ts';
import { Voicing } from './voicing.ts';

/**
 * What the caller does, in the order it happens. Positions count every sample ever pushed, so they are positions
 * in the call's recording; `atSample` is the clock at the moment of the verdict. Turns are numbered from 1.
 *
 * One turn: started, (paused, resumed)*, paused?, then ended or dropped; sustained comes at most once, while he
 * speaks. An end after silence always follows a pause with the same `endSample`: work begun at the pause is good for
 * the end.
 */
export type TurnEvent =
  /** There was enough voice to call it speech. `startSample` is its true onset, some 100 ms ago. */
  | {
      readonly type: 'speech.started';
      readonly turn: number;
      readonly startSample: number;
      readonly atSample: number;
    }
  /** It is a voice: pitched sound of the turn adds up to `sustainMs`. A cough, a burst or a breath has not so much. */
  | { readonly type: 'speech.sustained'; readonly turn: number; readonly atSample: number }
  /** Quiet for `pauseMs`; the turn may go on. */
  | {
      readonly type: 'speech.paused';
      readonly turn: number;
      readonly endSample: number;
      readonly atSample: number;
    }
  | { readonly type: 'speech.resumed'; readonly turn: number; readonly atSample: number }
  | {
      readonly type: 'turn.ended';
      readonly turn: number;
      readonly startSample: number;
      /** The sample after the caller's last voiced one. */
      readonly endSample: number;
      readonly atSample: number;
      /** `silence`: the caller stopped; `length`: cut at maxTurnMs; `flush`: the line ended. */
      readonly by: 'silence' | 'length' | 'flush';
    }
  /** Came as speech and turned out too short to be any: a click, a cough. Instead of turn.ended. */
  | { readonly type: 'turn.dropped'; readonly turn: number; readonly atSample: number };

/** Voice that is, or may become, a turn. */
interface Voice {
  /** The first window that had it. */
  readonly heardFrom: number;
  /** The last window that had it ended here. */
  heardTo: number;
  heardSamples: number;
  pitchedSamples: number;
  sustained: boolean;
  /** Mean square of the loudest hop. */
  peak: number;
  /** Mean square of the line's noise before it. */
  noise: number;
  /** Once it is a turn. */
  started?: { readonly turn: number; readonly startSample: number };
  /** While it pauses. */
  paused?: { readonly endSample: number };
  /** What `awaitEnd` asked for. */
  endSilenceSamples?: number;
  /** Voice heard during the pause, not yet long enough to be believed. */
  resumingSamples: number;
}

const NONE: readonly TurnEvent[] = [];

/** A window is pitched from this much voicing on. */
const PITCHED = 0.6;
/** A window of voice below this, alone in a pause, is a crackle. */
const RESUME_SAMPLES = 2 * 256;
/** Crackles farther apart than this do not add up to a turn. */
const FORGET_SAMPLES = 8 * 200;
/** How long a detector goes on hearing a voice that has ended. Silence farther back was noise over a soft voice. */
const LINGER_SAMPLES = 8 * 96;
/** Longest piece given to the detector at once: the energies must not run ahead of the verdicts. */
const PIECE_SAMPLES = 256;
/** What `awaitEnd` takes, ms. */
export const END_SILENCE_MS = { least: 300, most: 1500 } as const;
const SAMPLES_PER_MS = 8;

/**
 * Cuts the caller's sound into turns. Pure: the same samples give the same events, however they are chunked.
 * Decisions fall when the detector completes a window (Silero: every 32 ms).
 */
export class TurnDetector {
  readonly #vad: Vad;
  readonly #limits: TurnLimits;
  readonly #energy = new EnergyTrack();
  readonly #voicing = new Voicing();
  #windowStart = 0;
  #pushed = 0;
  /** Up to here the line's sound was made up. */
  #concealedTo = 0;
  #probability = 0;
  #inVoice = false;
  #voice: Voice | undefined;
  #turns = 0;
  /** Sound before this belongs to an earlier turn. */
  #taken = 0;

  /** `vad` belongs to this detector from now on and must be fresh. Throws RangeError for impossible options. */
  constructor(vad: Vad, options: TurnDetectorOptions = {}) {
    this.#vad = vad;
    this.#limits = turnOptions(options);
  }

  /** From speech.started until the turn's end, pauses left out. */
  get speaking(): boolean {
    return this.#voice?.started !== undefined && this.#voice.paused === undefined;
  }

  /** The last window's voice probability, 0…1. */
  get probability(): number {
    return this.#probability;
  }

  /** Samples pushed so far. */
  get position(): number {
    return this.#pushed;
  }

  /**
   * Takes any number of samples, mono 8 kHz; tells what they decided, oldest first. `concealed`: they were made up in
   * place of lost ones, and do not count towards speech.sustained.
   */
  push(
    samples: Int16Array,
    { concealed = false }: { readonly concealed?: boolean } = {},
  ): readonly TurnEvent[] {
    let events: TurnEvent[] | undefined;
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, PIECE_SAMPLES - (this.#pushed % PIECE_SAMPLES));
      const piece = count === samples.length ? samples : samples.subarray(from, from + count);
      this.#energy.push(piece);
      this.#voicing.push(piece);
      this.#pushed += count;
      if (concealed) this.#concealedTo = this.#pushed;
      for (const frame of this.#vad.push(piece)) this.#window(frame, (events ??= []));
      from += count;
    }
    return events ?? NONE;
  }

  /**
   * The open turn `turn` ends after `silenceMs` of silence instead of endSilenceMs, until it resumes after a pause; at the next
   * window where the silence has lasted so long already. A turn that is no longer open is left as it is. Throws
   * RangeError outside of END_SILENCE_MS.
   */
  awaitEnd(turn: number, silenceMs: number): void {
    const { least, most } = END_SILENCE_MS;
    if (!(silenceMs >= least && silenceMs <= most))
      throw new RangeError(`A turn ends after ${least}…${most} ms of silence, not ${silenceMs}`);
    if (this.#voice?.started?.turn === turn) this.#voice.endSilenceSamples = silenceMs * SAMPLES_PER_MS;
  }

  /** The line has ended: ends a turn that is open. The detector may be fed on. */
  flush(): TurnEvent[] {
    const events: TurnEvent[] = [];
    const voice = this.#voice;
    if (voice?.started) {
      const endSample = voice.paused?.endSample ?? this.#endOf(voice, this.#pushed);
      this.#end(voice, endSample, 'flush', this.#pushed, events);
    }
    this.#voice = undefined;
    this.#inVoice = false;
    return events;
  }

  #window({ endSample: now, probability }: VadFrame, events: TurnEvent[]): void {
    const from = this.#windowStart;
    this.#windowStart = now;
    this.#probability = probability;
    this.#inVoice =
      probability >= (this.#inVoice ? this.#limits.endProbability : this.#limits.startProbability);

    if (this.#inVoice) this.#heard(from, now, events);
    else this.#quiet(now, events);
    const started = this.#voice?.started;
    if (started && now - started.startSample >= this.#limits.maxTurnSamples) this.#cut(now, events);
  }

  #heard(from: number, now: number, events: TurnEvent[]): void {
    const voice = (this.#voice ??= {
      heardFrom: from,
      heardTo: from,
      heardSamples: 0,
      pitchedSamples: 0,
      sustained: false,
      peak: 0,
      noise: 0,
      resumingSamples: 0,
    });
    if (!voice.sustained && from >= this.#concealedTo && this.#voicing.measure() >= PITCHED)
      voice.pitchedSamples += now - from;
    if (voice.paused) {
      voice.resumingSamples += now - from;
      if (voice.resumingSamples < RESUME_SAMPLES) return;
      delete voice.paused;
      delete voice.endSilenceSamples;
      events.push({ type: 'speech.resumed', turn: voice.started!.turn, atSample: now });
    }
    voice.resumingSamples = 0;
    voice.heardTo = now;
    voice.heardSamples += now - from;
    voice.peak = Math.max(voice.peak, this.#energy.peak(from, now));
    if (!voice.started) this.#mayStart(voice, now, events);
    if (voice.started && !voice.sustained && voice.pitchedSamples >= this.#limits.sustainSamples) {
      voice.sustained = true;
      events.push({ type: 'speech.sustained', turn: voice.started.turn, atSample: now });
    }
  }

  #quiet(now: number, events: TurnEvent[]): void {
    const voice = this.#voice;
    if (!voice) return;
    voice.resumingSamples = 0;
    if (!voice.started) {
      if (now - voice.heardTo >= FORGET_SAMPLES) this.#voice = undefined;
      return;
    }
    if (!voice.paused) {
      const endSample = this.#endOf(voice, now);
      if (now - endSample < this.#limits.pauseSamples) return;
      voice.paused = { endSample };
      events.push({ type: 'speech.paused', turn: voice.started.turn, endSample, atSample: now });
    }
    const { endSample } = voice.paused;
    const silentFrom = Math.max(endSample, voice.heardTo - LINGER_SAMPLES);
    if (now - silentFrom >= (voice.endSilenceSamples ?? this.#limits.endSilenceSamples))
      this.#end(voice, endSample, 'silence', now, events);
  }

  /** A voice that the detector hears late has been sounding before: a soft first consonant counts as its own. */
  #mayStart(voice: Voice, now: number, events: TurnEvent[]): void {
    voice.noise = noiseBefore(this.#energy, voice, this.#taken, now);
    const startSample = startOf(this.#energy, voice, voice.noise, this.#taken, now);
    const { startSamples } = this.#limits;
    if (voice.heardSamples < startSamples && now - startSample < startSamples) return;
    voice.started = { turn: ++this.#turns, startSample };
    events.push({ type: 'speech.started', turn: this.#turns, startSample, atSample: now });
  }

  #endOf(voice: Voice, now: number): number {
    return endOf(this.#energy, voice, voice.noise, voice.started!.startSample, now);
  }

  #end(
    voice: Voice,
    endSample: number,
    by: 'silence' | 'length' | 'flush',
    now: number,
    events: TurnEvent[],
  ): void {
    const { turn, startSample } = voice.started!;
    if (endSample - startSample < this.#limits.minSpeechSamples) {
      events.push({ type: 'turn.dropped', turn, atSample: now });
    } else {
      events.push({ type: 'turn.ended', turn, startSample, endSample, atSample: now, by });
    }
    this.#taken = Math.max(this.#taken, endSample);
    this.#voice = undefined;
  }

  /** The turn is as long as turns may be: it ends here, and voice that goes on is the next one. */
  #cut(now: number, events: TurnEvent[]): void {
    const voice = this.#voice!;
    this.#end(voice, voice.paused?.endSample ?? now, 'length', now, events);
  }
}
