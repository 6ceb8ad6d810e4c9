import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallEngine } from '../../engine/contract/engine.ts';
import type { QueueSizes } from '../persistence/queue-sizes.ts';
import type { CallMetrics } from './call-metrics.ts';
import { registerHouseMetrics } from './house-metrics.ts';
import { Readiness, type PartState } from './readiness.ts';

export interface OpsDeps {
  readonly calls: CallMetrics;
  readonly engine: Pick<CallEngine, 'describe' | 'liveCalls' | 'freeSlots'>;
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<void>;
  readonly queues: () => Promise<QueueSizes>;
  /** Wall time, ms since 1970. */
  readonly now?: () => number;
}

/** What the routes for ops stand on. */
export interface OpsDoor {
  /** The whole answer of /metrics, in Prometheus' text format. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  readiness(): Promise<readonly PartState[]>;
}

/** Anybody may ask /readyz: the database is asked no oftener than so. */
const QUEUES_KEPT_MS = 1_000;

/** The metrics and the readiness of one process, fed by `note` with every event that it puts into a journal. */
export class Ops implements OpsDoor {
  readonly #calls: CallMetrics;
  readonly #readiness: Readiness;
  readonly #sample: () => Promise<void>;

  constructor({ calls, engine, ping, queues, now = Date.now }: OpsDeps) {
    this.#calls = calls;
    const sizes = keptFor(QUEUES_KEPT_MS, now, queues);
    this.#readiness = new Readiness({
      ping,
      queues: sizes,
      away: () => engine.describe().telephony.away,
      now,
    });
    this.#sample = registerHouseMetrics(calls.registry, {
      engine,
      queues: sizes,
      readiness: this.#readiness,
    });
  }

  note(event: CallEvent): void {
    this.#calls.note(event);
    this.#readiness.note(event);
  }

  async metrics(): Promise<{ readonly contentType: string; readonly text: string }> {
    await this.#sample();
    const { registry } = this.#calls;
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  readiness(): Promise<readonly PartState[]> {
    return this.#readiness.check();
  }

  /** See Readiness.watch. */
  watch(): () => void {
    return this.#readiness.watch();
  }
}

/** One question for all who ask within so many ms. */
function keptFor<T>(keepMs: number, now: () => number, ask: () => Promise<T>): () => Promise<T> {
  let asked: { readonly atMs: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (asked === undefined || now() - asked.atMs >= keepMs) asked = { atMs: now(), answer: ask() };
    return asked.answer;
  };
}
