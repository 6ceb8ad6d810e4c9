import type { Summary } from '../latency/statistics.ts';

/** What keeps a process alive or is held open by it, counted by name (`udp`, `timeout`, `fd socket` …). */
export type Handles = Readonly<Record<string, number>>;

/** Node's event-loop delay above its probe's own period, ms. */
export interface LoopDelays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What can be read of the process at any moment, at no price. */
export interface Look {
  readonly rss: number;
  readonly handles: Handles;
  /** Since the look before, and since the run began. */
  readonly loopDelayMs: LoopDelays;
  readonly loopDelayOfRunMs: LoopDelays;
  /** RTP packets of calls that have ended: arrival − (their stream's fastest packet + n·20 ms), ms. */
  readonly latenessMs: Summary;
  /** Numbers that never came between the first and the last packet of a stream. */
  readonly lost: number;
  /** Of the process since it began, ms. */
  readonly cpuMs: number;
}

/** A look after a forced collection of garbage. */
export interface Weight extends Look {
  /** The JavaScript heap and what hangs on it outside (typed arrays, buffers), bytes. */
  readonly heap: number;
  /** Of `rss`, where the system tells: what no file stands behind, bytes. */
  readonly anonymous: number | undefined;
  /** What V8 has taken of the system for the JavaScript heap, used or not, bytes. */
  readonly heapTotal: number;
  /** How long the collection stood in the way of everything else, ms. */
  readonly collectedInMs: number;
}

/** `begin`: what is counted of a run is counted from now on. */
export type ProbeOrder = { readonly type: 'look' | 'weigh' | 'begin' };
export type ProbeNews =
  | { readonly type: 'begun' }
  | { readonly type: 'looked'; readonly look: Look }
  | { readonly type: 'weighed'; readonly weight: Weight };
