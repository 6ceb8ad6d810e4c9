import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { CallEngine } from '../../engine/contract/engine.ts';
import type { QueueSizes } from '../persistence/queue-sizes.ts';
import type { PartState, Readiness } from './readiness.ts';

const UP: Readonly<Record<PartState['state'], number>> = { ok: 1, degraded: 0.5, down: 0 };

export interface HouseMetricsDeps {
  readonly engine: Pick<CallEngine, 'describe' | 'liveCalls' | 'freeSlots'>;
  readonly queues: () => Promise<QueueSizes>;
  readonly readiness: Readiness;
}

/**
 * The state of the house, and Node's own metrics (event loop, memory, processor). Returns what must be awaited before
 * the registry is read: it looks at what has to be asked for.
 */
export function registerHouseMetrics(registry: Registry, deps: HouseMetricsDeps): () => Promise<void> {
  const { engine, queues, readiness } = deps;
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge('halo_calls_active', 'Идущие сейчас звонки этого процесса.', () => engine.liveCalls().length);
  gauge(
    'halo_call_slots',
    'Сколько звонков этот процесс ведёт одновременно (HALO_MAX_CALLS).',
    () => engine.describe().maxCalls,
  );
  gauge('halo_call_slots_free', 'Сколько звонков можно начать сейчас; 0 и тогда, когда телефонии нет.', () =>
    engine.freeSlots(),
  );

  const waiting = new Gauge({
    name: 'halo_dial_queue_calls',
    help: 'Звонки, которые ждут набора (общие для всех процессов).',
    registers,
  });
  const oldest = new Gauge({
    name: 'halo_dial_queue_oldest_seconds',
    help: 'Сколько ждёт первый звонок очереди.',
    registers,
  });
  const open = new Gauge({
    name: 'halo_deliveries_waiting',
    help: 'Отправки, которые ещё не кончились, по каналу (общие для всех процессов).',
    labelNames: ['channel'],
    registers,
  });
  const up = new Gauge({
    name: 'halo_part_up',
    help: 'Части HALO, как в /readyz: 1 — в порядке, 0,5 — работает хуже, 0 — звонить нельзя.',
    labelNames: ['part'],
    registers,
  });

  return async () => {
    const [sizes, states] = await Promise.all([queues().catch(() => undefined), readiness.check()]);
    for (const { name: part, state } of states) up.set({ part }, UP[state]);
    open.reset();
    if (sizes === undefined) {
      // Nobody knows: no sample is truer than an old one. halo_part_up says why.
      waiting.remove();
      oldest.remove();
      return;
    }
    waiting.set(sizes.waitingCalls);
    oldest.set(sizes.oldestWaitSec);
    for (const [channel, count] of Object.entries(sizes.openDeliveries)) open.set({ channel }, count);
  };
}
