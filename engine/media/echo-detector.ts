import { BANDS, BLOCK_SAMPLES, EchoCanceller, SPAN_SAMPLES } from './echo-canceller.ts';
import { EchoLagSearch, type EchoLag, HEARD_SAMPLES, SENT_SAMPLES } from './echo-lag.ts';
import { EchoRest } from './echo-rest.ts';
import { Deemphasis, EchoRing } from './echo-ring.ts';
import { LagVote, SAME_LAG_SAMPLES } from './echo-lag-vote.ts';
import { NoiseFloor } from './echo-noise-floor.ts';
import { SearchPlan } from './echo-search-plan.ts';
import { ComfortNoise } from './comfort-noise.ts';

export interface EchoVerdict {
  /** The frame is our own sound come back, and nothing else. */
  readonly echo: boolean;
  /**
   * What a voice detector should hear instead of the frame: the caller without our own sound where he speaks over
   * it, the line's noise alone where there is echo on a noisy line. Without it: the frame itself, or silence for an
   * echo.
   */
  readonly residual?: Int16Array;
}

/** An echo comes back within 500 ms, and a room rings on. After so much silence sent nothing is worked out. */
const ECHO_FRAMES = 30;
/** Softer than this is silence: μ-law's first steps. */
const SILENT_PEAK = 16;
const SENT_KEPT = 16_384;
const HEARD_KEPT = 4096;

/** The filter begins this much before the lag: the direct sound may not be the first. */
const AHEAD_SAMPLES = 48;
/** A path that takes out less than 0.3 dB of the sound that it was learnt from is none. */
const LEAST_TAKEN = 0.93;
/** Frames that a new path is learnt from, again and again. */
const LESSON_FRAMES = 12;
const LESSONS = 2;
/** The power of what may be a sound, over the line's noise. */
const ACTIVE_OVER_NOISE = 2;
/** The caller is heard where a frame has so many dB over the usual, its bands together: two frames, or one … */
const OVER_DB = 8;
const SURELY_OVER_DB = 24;
const NEAR_FRAMES = 2;
/** … and listened to until so long after the last. */
const NEAR_LINGER_FRAMES = 5;
/** Searches while the caller is heard, in frames since his onset, then every so many: is it the echo, moved? */
const DOUBT_FRAMES = 12;
const DOUBT_EVERY_FRAMES = 10;
/** It is so where the other delay is this likely, and leaves less than this of what the old one left … */
const MOVED_LIKENESS = 0.3;
const MOVED_LEFT = 0.5;
/** … tried over these frames before; then it has so many to settle. */
const MOVED_FRAMES = 4;
const SETTLING_FRAMES = 5;

let search: EchoLagSearch | undefined;
const sentWindow = new Float64Array(SENT_SAMPLES);
const heardWindow = new Float64Array(HEARD_SAMPLES);
const span = new Float64Array(SPAN_SAMPLES);
const lessonLeft = new Float64Array(BANDS);
const lessonSent = new Float64Array(BANDS);
const block = new Float64Array(BLOCK_SAMPLES);

/**
 * Tells the assistant's own echo from the caller, on one call: line echo (ITU-T G.168) and a speakerphone's. The
 * delay is found by correlation, the path by an adaptive filter; a frame is echo when the filter leaves no more of
 * it than it usually does. Feed it on the beat: `sent`, then `judge`. Until the first sound was sent, and 600 ms
 * after the last, it does nothing at all.
 */
export class EchoDetector {
  readonly #sent = new EchoRing(SENT_KEPT);
  readonly #heard = new EchoRing(HEARD_KEPT);
  readonly #floor = new NoiseFloor(36);
  #silentFrames = ECHO_FRAMES + 1;
  #skippedSamples = 0;
  #path: Path | undefined;
  readonly #votes = new LagVote();
  readonly #plan = new SearchPlan();
  readonly #comfort = new ComfortNoise();

  /** From a sample sent to the same sample heard; undefined as long as no echo was found. */
  get lagMs(): number | undefined {
    return this.#path && this.#path.lagSamples / 8;
  }

  /** A frame that goes out now: 160 samples. Throws RangeError for another length. */
  sent(frame: Int16Array): void {
    requireFrame(frame);
    this.#silentFrames = isSilent(frame) ? this.#silentFrames + 1 : 0;
    if (this.#idle) {
      this.#skippedSamples += frame.length;
      return;
    }
    if (this.#skippedSamples > 0) {
      this.#sent.silence(this.#skippedSamples);
      this.#heard.silence(this.#sent.position - this.#heard.position);
      this.#skippedSamples = 0;
    }
    this.#sent.push(frame);
    if (this.#silentFrames === 0) this.#plan.soundSent();
  }

  /** A frame that comes in on the same beat: 160 samples. Throws RangeError for another length. */
  judge(heard: Int16Array): EchoVerdict {
    requireFrame(heard);
    if (this.#idle) {
      if (this.#path) this.#path.nearFrames = this.#path.linger = 0;
      return NOT_ECHO;
    }
    this.#heard.push(heard);
    if (this.#path === undefined) this.#findPath(isSilent(heard));
    // The very frame that gave the path away is judged by it.
    const verdict = this.#path === undefined ? this.#unsure() : this.#judgeBy(this.#path, heard);
    return isSilent(heard) ? NOT_ECHO : verdict;
  }

  get #idle(): boolean {
    return this.#silentFrames > ECHO_FRAMES;
  }

  #unsure(): EchoVerdict {
    return this.#plan.held ? ECHO : NOT_ECHO;
  }

  /** The likeliest lag of what is heard now. */
  #search(): EchoLag | undefined {
    search ??= new EchoLagSearch();
    this.#sent.copy(this.#sent.position, sentWindow);
    this.#heard.copy(this.#heard.position, heardWindow);
    return search.find(sentWindow, heardWindow);
  }

  #findPath(silent: boolean): void {
    this.#heard.copy(this.#heard.position, block);
    const power = meanSquare(block);
    const active = power > ACTIVE_OVER_NOISE * this.#floor.next(power);
    if (silent) return this.#plan.silence();
    if (!this.#plan.next(active)) return;
    const found = this.#search();
    const lagSamples = found && this.#votes.add(found, this.#heard.position);
    if (lagSamples === undefined) return;
    const path: Path = { ...newPath(), lagSamples };
    if (this.#learn(path)) this.#path = path;
  }

  /** Learns a path from the frames just heard; false where it is none. The newest frame is left to be judged. */
  #learn(path: Path): boolean {
    let [before, after] = [0, 0];
    const { canceller } = path;
    for (let lesson = 0; lesson < LESSONS; lesson++) {
      before = after = 0;
      lessonLeft.fill(0);
      lessonSent.fill(0);
      for (let ago = LESSON_FRAMES; ago >= 1; ago--) {
        this.#cancel(path, this.#heard.position - ago * BLOCK_SAMPLES);
        before += meanSquare(block);
        after += meanSquare(canceller.residual);
        for (let band = 0; band < BANDS; band++) {
          lessonLeft[band] = lessonLeft[band]! + canceller.left[band]!;
          lessonSent[band] = lessonSent[band]! + canceller.sent[band]!;
        }
      }
    }
    path.rest.lesson(lessonLeft, lessonSent);
    return after < LEAST_TAKEN * before;
  }

  /** Takes the echo out of the block that was heard up to `end`. */
  #cancel(path: Path, end: number): void {
    this.#heard.copy(end, block);
    this.#sent.copy(end - Math.max(0, path.lagSamples - AHEAD_SAMPLES), span);
    path.canceller.cancel(span, block);
  }

  #judgeBy(path: Path, heard: Int16Array): EchoVerdict {
    this.#cancel(path, this.#heard.position);
    this.#floor.next(meanSquare(path.canceller.residual));
    const over = path.rest.over(path.canceller.left, path.canceller.sent);
    this.#follow(path, over);
    const cleaned = this.#cleaned(path, heard);
    path.rest.learn(path.canceller.left, path.linger > 0);
    if (path.linger > 0) return { echo: false, residual: cleaned };
    // Nothing sent can be heard now: whoever speaks too softly to be noticed is not touched.
    return path.rest.audible || over > 0
      ? { echo: true, ...this.#comfort.frame(this.#floor.floor) }
      : NOT_ECHO;
  }

  /** Counts the frames of the caller; looks again for the echo when it may have moved. */
  #follow(path: Path, overDb: number): void {
    const over = overDb > OVER_DB && path.settling === 0;
    path.settling = Math.max(0, path.settling - 1);
    path.nearFrames = over ? path.nearFrames + 1 : path.linger > 0 ? path.nearFrames : 0;
    const doubted = path.nearFrames <= DOUBT_FRAMES || path.nearFrames % DOUBT_EVERY_FRAMES === 0;
    if (over && doubted && this.#moved(path)) {
      path.nearFrames = path.linger = 0;
      return;
    }
    if (over && (overDb > SURELY_OVER_DB || path.nearFrames >= NEAR_FRAMES)) path.linger = NEAR_LINGER_FRAMES;
    else if (path.linger > 0) path.linger -= 1;
  }

  /** Whether the frame is the echo after all, of another delay: only then the path moves there. */
  #moved(path: Path): boolean {
    const found = this.#search();
    if (found === undefined || found.likeness < MOVED_LIKENESS) return false;
    const { lagSamples } = found;
    if (Math.abs(lagSamples - path.lagSamples) <= SAME_LAG_SAMPLES) return false;
    const left = meanSquare(path.canceller.residual);
    const there = new EchoCanceller(path.canceller);
    const trial = { ...path, lagSamples, canceller: there };
    for (let ago = MOVED_FRAMES; ago >= 0; ago--)
      this.#cancel(trial, this.#heard.position - ago * BLOCK_SAMPLES);
    const moved = meanSquare(there.residual) < MOVED_LEFT * left;
    if (moved) Object.assign(path, { lagSamples, canceller: there, settling: SETTLING_FRAMES });
    return moved;
  }

  #cleaned(path: Path, heard: Int16Array): Int16Array {
    const cleaned = new Int16Array(heard.length);
    const { echo } = path.canceller;
    for (let i = 0; i < heard.length; i++) {
      const sample = Math.round(heard[i]! - path.deemphasis.next(echo[i]!));
      cleaned[i] = Math.max(-32_768, Math.min(32_767, sample));
    }
    return cleaned;
  }
}

const ECHO: EchoVerdict = { echo: true };
const NOT_ECHO: EchoVerdict = { echo: false };

/** The way of the echo, and how well it is known. */
interface Path {
  lagSamples: number;
  canceller: EchoCanceller;
  readonly deemphasis: Deemphasis;
  readonly rest: EchoRest;
  /** Frames with more in them than echo, since it began. */
  nearFrames: number;
  /** Frames for which a path that has moved is given time. */
  settling: number;
  /** Frames for which the caller is still listened to. */
  linger: number;
}

function newPath(): Path {
  return {
    lagSamples: 0,
    canceller: new EchoCanceller(),
    deemphasis: new Deemphasis(),
    rest: new EchoRest(),
    nearFrames: 0,
    settling: 0,
    linger: 0,
  };
}

function meanSquare(samples: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return sum / samples.length;
}

function isSilent(frame: Int16Array): boolean {
  for (let i = 0; i < frame.length; i++) if (Math.abs(frame[i]!) > SILENT_PEAK) return false;
  return true;
}

function requireFrame({ length }: Int16Array): void {
  if (length !== BLOCK_SAMPLES)
    throw new RangeError(`A frame of ${length} samples: give 20 ms at 8 kHz, ${BLOCK_SAMPLES} samples`);
}
