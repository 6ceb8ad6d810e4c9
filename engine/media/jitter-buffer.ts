import { Concealer } from './concealer.ts';
import { DelayWindow } from './delay-window.ts';
import { newSamples } from './slab.ts';
import { SampleTimeline, type Run } from './sample-timeline.ts';

export interface ReceivedFrame {
  /** 20 ms: 160 samples at 8 kHz. */
  readonly samples: Int16Array;
  /**
   * `voice`: at least one sample of it arrived. `concealed`: made up in place of lost ones. `silence`: before the
   * first packet, after the end, and where the sender suppresses silence.
   */
  readonly kind: 'voice' | 'concealed' | 'silence';
}

export interface ArrivedSamples {
  /** The sender's timestamp, extended over wraps. */
  readonly timestamp: number;
  readonly samples: Int16Array;
  /** The packet numbered directly before this one ended here; what lies between was suppressed silence. */
  readonly followsEnd?: number | undefined;
}

export type Placement = 'buffered' | 'late' | 'refused';

const FRAME_SAMPLES = 160;
const START_DELAY_SAMPLES = 320;
/** Shrinking stops here; clock drift may eat into it down to the floor. */
const MIN_DELAY_SAMPLES = 320;
const FLOOR_DELAY_SAMPLES = 160;
const MAX_DELAY_SAMPLES = 960;
/** Farther than this from the playout point, a packet belongs to another time scale until a second one agrees. */
const HORIZON_SAMPLES = 8000;
const MAX_SEGMENTS = 256;
/** After this many beats without voice the next packet may set the time anew. */
const IDLE_BEATS = 10;
const STEER_EVERY_BEATS = 10;
const GROW_FROM_SAMPLES = 40;
const SHRINK_FROM_SAMPLES = FRAME_SAMPLES;
const SHRINK_ALOUD_FROM_SAMPLES = 2 * FRAME_SAMPLES;
const SPLICE_SAMPLES = 40;
const QUIET_PEAK = 200;

/**
 * Puts arriving samples back on an even beat. Timestamps alone place them (RFC 3550 §5.1); sequence numbers are
 * the receiver's matter. Two clocks meet here, both in samples: ours counts what was pulled, the sender's is the
 * timestamp, and
 *
 *     transit = ours − timestamp      of a packet, on arrival
 *     offset  = ours − timestamp      of the sample that is played now
 *
 * so a packet is on time when transit ≤ offset, and offset − (transit of a fast packet) is the delay we add. The
 * offset is steered to cover nearly all transits of the last seconds. It grows by a concealed stretch at once when
 * packets come late, and shrinks by leaving samples out, in silence if there is some: the same rule follows jitter
 * and the drift between the two clocks. Since our clock is the beat, a stalled process distorts nothing.
 */
export class JitterBuffer {
  readonly #timeline = new SampleTimeline(MAX_SEGMENTS);
  readonly #concealer = new Concealer();
  readonly #transits = new DelayWindow();
  #beats = 0;
  #offset: number | undefined;
  /** Positive: samples of delay to add; negative: to take away. */
  #correction = 0;
  /** Up to here the sender's time was really heard. */
  #heardUntil = -Infinity;
  #beatsWithoutVoice = 0;
  /** Transit of the slowest packet since the last beat: after a stall of ours the others look fast, not so this one. */
  #slowest = -Infinity;
  /** Timestamp of the last packet that seemed to belong to another time scale. */
  #stray: number | undefined;

  /** The delay now added to a fast packet, in ms. */
  get delayMs(): number {
    const spread = this.#transits.spread();
    return this.#offset === undefined || spread === undefined ? 0 : (this.#offset - spread.fast) / 8;
  }

  /** Takes the samples of one packet. They are kept: pass a copy. Repeated packets must be held back before. */
  push({ timestamp, samples, followsEnd }: ArrivedSamples): Placement {
    const transit = this.#now - timestamp;
    if (this.#offset === undefined) this.#anchor(timestamp);
    else if (this.#leapt(transit, followsEnd !== undefined && followsEnd < timestamp)) {
      const agrees = this.#stray !== undefined && Math.abs(timestamp - this.#stray) <= 10 * FRAME_SAMPLES;
      this.#stray = timestamp;
      if (!agrees && this.#beatsWithoutVoice < IDLE_BEATS) return 'refused';
      this.#anchor(timestamp);
    } else if (this.#beatsWithoutVoice >= IDLE_BEATS && this.#timeline.isEmpty) this.#resume(timestamp);
    else if (transit > this.#offset && this.#timeline.isEmpty && timestamp >= this.#heardUntil) {
      // The line was dry and this is what it waited for: nothing after it was heard, so it can still be.
      this.#waitFor(transit);
    }
    this.#stray = undefined;
    this.#slowest = Math.max(this.#slowest, transit);

    if (timestamp + samples.length <= this.#playing) return 'late';
    if (followsEnd !== undefined && followsEnd < timestamp)
      this.#timeline.insertSilence(followsEnd, timestamp);
    return this.#timeline.insertVoice(timestamp, samples) ? 'buffered' : 'refused';
  }

  /** A new source begins: what is buffered belongs to another time scale. */
  restart(): void {
    this.#timeline.clear();
    this.#offset = undefined;
  }

  /** The next 20 ms, in `samples`: 160, new ones by default. Call it once a beat. */
  pull(samples: Int16Array = newSamples(FRAME_SAMPLES)): ReceivedFrame {
    if (this.#slowest !== -Infinity) this.#transits.add(this.#slowest);
    this.#slowest = -Infinity;
    if (this.#offset === undefined) {
      this.#concealer.silence(samples);
      this.#beats += 1;
      return { samples, kind: 'silence' };
    }
    if (this.#beats % STEER_EVERY_BEATS === 0) this.#steer();
    const spliced = this.#correction < 0 ? this.#leaveOut(samples) : undefined;
    const kind = spliced ?? this.#play(samples);
    this.#beats += 1;
    this.#timeline.discardBefore(this.#playing);
    this.#beatsWithoutVoice = kind === 'voice' ? 0 : this.#beatsWithoutVoice + 1;
    return { samples, kind };
  }

  /** Our clock: samples pulled so far. */
  get #now(): number {
    return this.#beats * FRAME_SAMPLES;
  }

  /** The sender's time of the sample that is pulled next. */
  get #playing(): number {
    return this.#now - (this.#offset ?? 0);
  }

  #anchor(timestamp: number): void {
    this.#timeline.clear();
    this.#transits.clear();
    this.#slowest = -Infinity;
    this.#correction = 0;
    this.#heardUntil = -Infinity;
    this.#beatsWithoutVoice = 0;
    this.#offset = this.#now - timestamp + START_DELAY_SAMPLES;
    this.#timeline.insertSilence(this.#playing, timestamp);
  }

  /** True when the packet cannot be of the time scale being played. */
  #leapt(transit: number, afterSilence: boolean): boolean {
    const ahead = this.#offset! - transit;
    if (Math.abs(ahead) > HORIZON_SAMPLES) return true;
    // Silence that took no time: the sender's timestamps leapt, or else it comes faster than any packet before.
    if (!afterSilence && this.#stray === undefined) return false;
    const spread = this.#transits.spread();
    return spread !== undefined && spread.fast - transit > MAX_DELAY_SAMPLES;
  }

  /** Voice after a pause: the one moment when the delay can be set without being heard. */
  #resume(timestamp: number): void {
    const transit = this.#now - timestamp;
    const spread = this.#transits.spread();
    if (spread === undefined || transit - spread.fast > MAX_DELAY_SAMPLES) return this.#anchor(timestamp);
    this.#offset = Math.max(transit, comfortable(spread.most, spread.fast));
    this.#correction = 0;
  }

  #waitFor(transit: number): void {
    const spread = this.#transits.spread();
    if (spread === undefined || transit - spread.fast > MAX_DELAY_SAMPLES) return;
    this.#offset = transit;
    this.#correction = 0;
  }

  /** Grow when one packet in twenty would come late; shrink when even the slowest would not. */
  #steer(): void {
    const spread = this.#transits.spread();
    if (spread === undefined) return;
    const { fast, most, nearlyAll } = spread;
    const missing = within(fast + FLOOR_DELAY_SAMPLES, most, fast + MAX_DELAY_SAMPLES) - this.#offset!;
    const excess = this.#offset! - comfortable(nearlyAll, fast);
    if (missing >= GROW_FROM_SAMPLES) this.#correction = missing;
    else if (excess >= SHRINK_FROM_SAMPLES) this.#correction = -excess;
    else this.#correction = 0;
  }

  #play(out: Int16Array): ReceivedFrame['kind'] {
    let inserted = 0;
    let audible = 0;
    if (this.#correction > 0) {
      inserted = Math.min(Math.ceil(this.#correction), FRAME_SAMPLES);
      audible += this.#concealer.conceal(out.subarray(0, inserted));
      this.#offset! += inserted;
      this.#correction = Math.max(0, this.#correction - inserted);
    }
    const rest = inserted === 0 ? out : out.subarray(inserted);
    const from = this.#playing + inserted;
    let voiced = false;
    for (const run of this.#timeline.read(from, rest)) {
      const part = run.length === rest.length ? rest : rest.subarray(run.offset, run.offset + run.length);
      if (run.kind === 'gap') audible += this.#concealer.conceal(part);
      else if (run.kind === 'silence') this.#concealer.silence(part);
      else {
        this.#concealer.voice(part);
        this.#heardUntil = from + run.offset + run.length;
        voiced = true;
      }
    }
    if (voiced) return 'voice';
    return audible > 0 ? 'concealed' : 'silence';
  }

  /** Skips up to one frame of the sender's time; undefined when this is no good moment for it. */
  #leaveOut(out: Int16Array): ReceivedFrame['kind'] | undefined {
    const skip = Math.min(Math.floor(-this.#correction), FRAME_SAMPLES);
    const before = newSamples(FRAME_SAMPLES);
    const runs = this.#timeline.read(this.#playing, before);
    if (this.#beatsWithoutVoice > 0 && !runs.some((run) => run.kind === 'voice')) {
      // Already faded out or fading: leaving more of the pause out joins nothing that was heard.
      this.#offset! -= skip;
      this.#correction += skip;
      return undefined;
    }
    const quiet = before.every((sample) => Math.abs(sample) < QUIET_PEAK);
    if (!quiet && -this.#correction < SHRINK_ALOUD_FROM_SAMPLES) return undefined;
    if (skip === 0 || !isVoice(runs) || !isVoice(this.#timeline.read(this.#playing + skip, out))) {
      return undefined;
    }
    this.#offset! -= skip;
    this.#correction += skip;
    for (let i = 0; i < SPLICE_SAMPLES; i++) {
      const weight = (i + 1) / (SPLICE_SAMPLES + 1);
      out[i] = Math.round(before[i]! * (1 - weight) + out[i]! * weight);
    }
    this.#concealer.voice(out);
    this.#heardUntil = this.#playing + FRAME_SAMPLES;
    return 'voice';
  }
}

/** The offset that covers `transit`, within the bounds of the delay we like to add to a fast packet. */
function comfortable(transit: number, fast: number): number {
  return within(fast + MIN_DELAY_SAMPLES, transit, fast + MAX_DELAY_SAMPLES);
}

function within(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function isVoice(runs: readonly Run[]): boolean {
  return runs.every((run) => run.kind === 'voice');
}
