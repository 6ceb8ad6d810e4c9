import { turnOptions, type TurnDetectorOptions, type TurnLimits } from './turn-detector-options.ts';
import { EnergyTrack } from './turn-detector-energy.ts';
import type { Vad, VadFrame } from './vad.ts';

/**
 * What the caller does, in the order it happens. Positions count every sample ever pushed, so they are positions
 * in the call's recording; `atSample` is the clock at the moment of the verdict. Turns are numbered from 1.
 *
 * One turn: started, (paused, resumed)*, paused?, then ended or dropped. An end after silence always follows a
 * pause with the same `endSample`: work begun at the pause is good for the end.
 */
export type TurnEvent =
  /** There was enough voice to call it speech. `startSample` is its true onset, some 150 ms ago. */
  | {
      readonly type: 'speech.started';
      readonly turn: number;
      readonly startSample: number;
      readonly atSample: number;
    }
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
  voicedSamples: number;
  /** Mean square of the loudest hop. */
  peak: number;
  /** Once it is a turn. */
  started?: { readonly turn: number; readonly startSample: number };
  /** While it pauses. */
  paused?: { readonly endSample: number };
  /** Voice heard during the pause, not yet long enough to be believed. */
  resumingSamples: number;
}

/** A window of voice below this, alone in a pause, is a crackle. */
const RESUME_SAMPLES = 2 * 256;
/** Edges are sought no farther from where the detector heard the voice. */
const EDGE_SEARCH_SAMPLES = 8 * 240;
/** The noise before a voice is measured over this stretch, which ends a little before it. */
const NOISE_SAMPLES = 8 * 600;
const NOISE_GUARD_SAMPLES = 8 * 60;
/** Longest piece given to the detector at once: the energies must not run ahead of the verdicts. */
const PIECE_SAMPLES = 256;

/**
 * Cuts the caller's sound into turns. Pure: the same samples give the same events, however they are chunked.
 * Decisions fall when the detector completes a window (Silero: every 32 ms).
 */
export class TurnDetector {
  readonly #vad: Vad;
  readonly #limits: TurnLimits;
  readonly #energy = new EnergyTrack();
  #windowStart = 0;
  #pushed = 0;
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

  /** Takes any number of samples, mono 8 kHz; tells what they decided, oldest first. */
  push(samples: Int16Array): TurnEvent[] {
    const events: TurnEvent[] = [];
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, PIECE_SAMPLES - (this.#pushed % PIECE_SAMPLES));
      const piece = samples.subarray(from, from + count);
      this.#energy.push(piece);
      this.#pushed += count;
      for (const frame of this.#vad.push(piece)) this.#window(frame, events);
      from += count;
    }
    return events;
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
      voicedSamples: 0,
      peak: 0,
      resumingSamples: 0,
    });
    if (voice.paused) {
      voice.resumingSamples += now - from;
      if (voice.resumingSamples < RESUME_SAMPLES) return;
      delete voice.paused;
      events.push({ type: 'speech.resumed', turn: voice.started!.turn, atSample: now });
    }
    voice.resumingSamples = 0;
    voice.heardTo = now;
    voice.voicedSamples += now - from;
    voice.peak = Math.max(voice.peak, this.#energy.peak(from, now));
    if (!voice.started && voice.voicedSamples >= this.#limits.minSpeechSamples)
      this.#start(voice, now, events);
  }

  #quiet(now: number, events: TurnEvent[]): void {
    const voice = this.#voice;
    if (!voice) return;
    voice.resumingSamples = 0;
    if (now - voice.heardTo < this.#limits.pauseSamples) return;
    if (!voice.started) {
      this.#voice = undefined;
      return;
    }
    if (!voice.paused) {
      voice.paused = { endSample: this.#endOf(voice, now) };
      events.push({
        type: 'speech.paused',
        turn: voice.started.turn,
        endSample: voice.paused.endSample,
        atSample: now,
      });
    }
    if (now - voice.heardTo >= this.#limits.endSilenceSamples) {
      this.#end(voice, voice.paused.endSample, 'silence', now, events);
    }
  }

  #start(voice: Voice, now: number, events: TurnEvent[]): void {
    const { heardFrom, peak } = voice;
    const earliest = Math.max(this.#taken, heardFrom - EDGE_SEARCH_SAMPLES);
    const quietFrom = Math.max(this.#taken, heardFrom - NOISE_SAMPLES);
    // Where the voice came with the first sound of the line, its own softest hops stand for the noise.
    const noise =
      this.#energy.quantile(quietFrom, heardFrom - NOISE_GUARD_SAMPLES, 0.5) ??
      this.#energy.quantile(quietFrom, now, 0.1) ??
      0;
    const startSample = this.#energy.startNear(heardFrom, { noise, peak }, earliest, now);
    voice.started = { turn: ++this.#turns, startSample };
    events.push({ type: 'speech.started', turn: this.#turns, startSample, atSample: now });
  }

  /** The sample after the last voiced one, the noise being what came after it. */
  #endOf(voice: Voice, now: number): number {
    const { heardTo, peak } = voice;
    const noise = this.#energy.quantile(heardTo, now, 0.5) ?? 0;
    const earliest = Math.max(voice.started!.startSample, heardTo - EDGE_SEARCH_SAMPLES);
    return this.#energy.endNear(
      heardTo,
      { noise, peak },
      earliest,
      Math.min(now, heardTo + EDGE_SEARCH_SAMPLES),
    );
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
