import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../engine/far-end/random.ts';
import { gapsOnRecording } from '../call/result.ts';
import { busyMs } from '../calls/run.ts';
import { summarise, type Summary } from '../latency/statistics.ts';
import { CallBook, type EndedCall } from './call-book.ts';
import type { ReadyCaller } from './callers.ts';
import { leaks } from './handles.ts';
import type { LoadHouse } from './house.ts';
import type { Look, Weight } from './messages.ts';
import { chooseCaller } from './mix.ts';
import { Pace } from './pace.ts';

export interface SoakOptions {
  readonly house: LoadHouse;
  readonly callers: readonly ReadyCaller[];
  readonly calls: number;
  readonly perSecond: number;
  readonly minutes: number;
  readonly seed: number;
  /** Journals and recordings of calls that went otherwise go there: a folder that is there. */
  readonly out: string;
  /** How long a pool or a keep-alive may take to let go of what it holds, after the last call. */
  readonly settleMs: number;
  /** Aborted: no more orders, calls are hung up, what there is so far is told. */
  readonly stop: AbortSignal;
  readonly onState: (state: SoakState) => void;
}

/** A moment of the run, for those who watch. */
export interface SoakState {
  readonly elapsedSec: number;
  readonly leftSec: number;
  readonly phase: 'нагрузка' | 'договаривают' | 'остывает' | 'прерывается';
  readonly book: CallBook;
  readonly gapMs: Summary;
  readonly look: Look;
  readonly weight: Weight;
}

export interface Sample {
  /** Since the first order. */
  readonly atMinute: number;
  readonly rss: number;
  readonly heap: number;
  readonly heapTotal: number;
  readonly anonymous: number | undefined;
  readonly live: number;
  readonly collectedInMs: number;
  /** How busy all cores were since the sample before, every program of the machine together, %. */
  readonly machinePercent: number;
}

/** Everything that was measured. */
export interface SoakFigures {
  readonly elapsedSec: number;
  readonly interrupted: boolean;
  readonly ordered: number;
  readonly cut: number;
  readonly mostLive: number;
  readonly ended: readonly EndedCall[];
  readonly providerFailures: number;
  /** Of replies, as the journals have it, and as the recordings have it by energy alone. */
  readonly gapMs: Summary;
  readonly gapOnRecordingMs: Summary;
  readonly before: Weight;
  readonly after: Weight;
  /** Under load, none after it. */
  readonly samples: readonly Sample[];
  /** Of the product's process while orders were given, % of a core. */
  readonly cpuPercent: number;
  readonly troubles: readonly string[];
}

const TICK_MS = 200;
const LOOK_EVERY_MS = 1_000;
/** A collection stops everything for a moment: seldom enough to be lost in the percentiles. */
const WEIGH_EVERY_MS = { least: 5_000, most: 30_000 } as const;
const WEIGHTS = 20;
/** Some wait in the queue, so that every slot is taken. */
const WAITING_SHARE = 0.1;
/** Delays count from here on: until then code is compiled and callers pour in. */
const LATE_FROM = { minutes: 2, share: 0.2 } as const;
/** A call rings 30 s and lasts two minutes at the most, and may wait as long for a slot. */
const LONGEST_CALL_MS = 5 * 60_000;
const SETTLE_BEFORE_MS = 2_000;
const SETTLE_LOOK_MS = 2_000;
/** Who interrupts does not want to wait. */
const INTERRUPTED_SETTLE_MS = 2_000;
const CUT_AFTER_MS = 10_000;
const MOST_TROUBLES = 20;

/** Holds the load for its minutes and lets it end. Rejects where the product dies under it. */
export async function soak(options: SoakOptions): Promise<SoakFigures> {
  await delay(SETTLE_BEFORE_MS);
  const before = await options.house.weigh();
  const run = new Soak(options, before);
  await run.load();
  await run.drain();
  const after = await run.settle();
  return run.figures(after);
}

class Soak {
  readonly #options: SoakOptions;
  readonly #book = new CallBook();
  readonly #startedMs = performance.now();
  readonly #random: () => number;
  readonly #pace: Pace;
  readonly #before: Weight;
  readonly #samples: Sample[] = [];
  readonly #recordedGapsMs: number[] = [];
  readonly #troubles: string[] = [];
  #look: Look;
  #weight: Weight;
  #busy = busyMs();
  #lookedMs = -Infinity;
  #weighedMs = -Infinity;
  #nextOrder = 0;
  #ordering = 0;
  #loaded: { readonly ms: number; readonly cpuMs: number } | undefined;

  constructor(options: SoakOptions, before: Weight) {
    this.#options = options;
    this.#before = before;
    this.#look = before;
    this.#weight = before;
    this.#random = seededRandom(options.seed);
    this.#pace = new Pace(options.perSecond);
  }

  /** Orders until the minutes are over. */
  async load(): Promise<void> {
    const { house, calls, minutes, stop } = this.#options;
    const most = calls + Math.ceil(calls * WAITING_SHARE);
    const weighEveryMs = Math.min(
      WEIGH_EVERY_MS.most,
      Math.max(WEIGH_EVERY_MS.least, (minutes * 60_000) / WEIGHTS),
    );
    const warmMs = Math.min(LATE_FROM.minutes, LATE_FROM.share * minutes) * 60_000;
    let warm = false;
    while (this.#elapsedMs() < minutes * 60_000 && !stop.aborted) {
      if (!warm && this.#elapsedMs() >= warmMs) {
        warm = true;
        await house.begin();
      }
      while (this.#book.unfinished + this.#ordering < most && this.#pace.take(performance.now()))
        void this.#order();
      await this.#tick('нагрузка');
      if (performance.now() - this.#weighedMs >= weighEveryMs) await this.#weigh();
    }
    const { cpuMs } = await house.look();
    this.#loaded = { ms: this.#elapsedMs(), cpuMs: cpuMs - this.#before.cpuMs };
  }

  /** Waits for what is going on; where it was interrupted, hangs up. */
  async drain(): Promise<void> {
    const { house, stop } = this.#options;
    let stoppedMs: number | undefined;
    while (this.#book.open.length + this.#ordering > 0) {
      if (stop.aborted) {
        if (stoppedMs === undefined) {
          stoppedMs = performance.now();
          this.#book.interrupt();
        }
        await Promise.all(this.#book.open.map((callId) => house.hangUp(callId)));
        if (performance.now() - stoppedMs > CUT_AFTER_MS) break;
      }
      await this.#tick(stop.aborted ? 'прерывается' : 'договаривают');
    }
    this.#book.cutOff();
  }

  /** Until nothing more is open than was before, or as long as that may take. */
  async settle(): Promise<Weight> {
    const { house, settleMs, stop } = this.#options;
    const startedMs = performance.now();
    for (;;) {
      this.#weight = this.#look = await house.weigh();
      this.#tell('остывает');
      const isClean = leaks(this.#before.handles, this.#look.handles).length === 0;
      const patienceMs = stop.aborted ? Math.min(settleMs, INTERRUPTED_SETTLE_MS) : settleMs;
      if (isClean || performance.now() - startedMs > patienceMs) return this.#weight;
      await delay(SETTLE_LOOK_MS);
    }
  }

  figures(after: Weight): SoakFigures {
    const book = this.#book;
    const { ms, cpuMs } = this.#loaded ?? { ms: this.#elapsedMs(), cpuMs: 0 };
    return {
      elapsedSec: this.#elapsedMs() / 1000,
      interrupted: this.#options.stop.aborted,
      ordered: book.ordered,
      cut: book.cut,
      mostLive: book.mostLive,
      ended: book.ended,
      providerFailures: book.providerFailures,
      gapMs: summarise(book.gapsMs),
      gapOnRecordingMs: summarise(this.#recordedGapsMs),
      before: this.#before,
      after,
      samples: this.#samples,
      cpuPercent: (100 * cpuMs) / ms,
      troubles: this.#troubles,
    };
  }

  async #order(): Promise<void> {
    const { house, callers } = this.#options;
    const nth = this.#nextOrder++;
    const caller = chooseCaller(callers, this.#random());
    this.#ordering += 1;
    try {
      this.#book.order(await house.order(caller.order(nth)), nth, caller, performance.now());
    } catch (error) {
      this.#trouble(`заказ ${nth} (${caller.name}) не принят`, error);
    } finally {
      this.#ordering -= 1;
    }
  }

  async #tick(phase: SoakState['phase']): Promise<void> {
    await delay(TICK_MS);
    const { house } = this.#options;
    if (!house.running) throw new Error(`HALO завершился под нагрузкой:\n${house.lastWords}`);
    const over: EndedCall[] = [];
    try {
      for (const event of await house.store.journalTail(this.#book.tails())) {
        const ended = this.#book.note(event);
        if (ended !== undefined) over.push(ended);
      }
    } catch (error) {
      this.#trouble('журналы не прочитаны', error);
    }
    over.push(...this.#book.giveUp(performance.now(), LONGEST_CALL_MS));
    for (const call of over) await this.#lookAt(call);
    if (performance.now() - this.#lookedMs >= LOOK_EVERY_MS) {
      this.#lookedMs = performance.now();
      this.#look = await house.look();
      this.#tell(phase);
    }
  }

  /** Measures its recording, which nobody needs any more then; of one that went otherwise keeps everything. */
  async #lookAt({ callId, recording, wrong }: EndedCall): Promise<void> {
    const { house, out, stop } = this.#options;
    try {
      if (wrong.length > 0 && !stop.aborted) {
        const events = await house.store.events(callId);
        const lines = events.map((event) => `${JSON.stringify(event)}\n`);
        await writeFile(join(out, `${callId}.jsonl`), lines.join(''));
        if (recording !== null) await copyFile(house.recording(recording), join(out, `${callId}.wav`));
      }
      if (recording === null) return;
      const file = house.recording(recording);
      this.#recordedGapsMs.push(...(await gapsOnRecording(file)).map(({ gapMs }) => gapMs));
      await rm(file);
    } catch (error) {
      this.#trouble(`запись звонка ${callId}`, error);
    }
  }

  async #weigh(): Promise<void> {
    this.#weighedMs = performance.now();
    this.#weight = await this.#options.house.weigh();
    const { rss, heap, heapTotal, anonymous, collectedInMs } = this.#weight;
    const atMinute = this.#elapsedMs() / 60_000;
    const busy = busyMs();
    const machinePercent = (100 * (busy.busy - this.#busy.busy)) / Math.max(1, busy.all - this.#busy.all);
    this.#busy = busy;
    this.#samples.push({
      ...{ atMinute, rss, heap, heapTotal, anonymous, collectedInMs, machinePercent },
      live: this.#book.live,
    });
  }

  #tell(phase: SoakState['phase']): void {
    const elapsedSec = this.#elapsedMs() / 1000;
    this.#options.onState({
      elapsedSec,
      leftSec: Math.max(0, this.#options.minutes * 60 - elapsedSec),
      phase,
      book: this.#book,
      gapMs: summarise(this.#book.gapsMs),
      look: this.#look,
      weight: this.#weight,
    });
  }

  #trouble(what: string, error: unknown): void {
    const told = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (this.#troubles.length < MOST_TROUBLES) this.#troubles.push(told);
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }
}
