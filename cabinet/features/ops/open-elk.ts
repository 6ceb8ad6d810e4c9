import ElkApi from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Elk } from './chart-layout.ts';

/** ELK in a worker of our own origin: laying a chart out takes a second of somebody's time. Close it with `close`. */
export function openElk(): { readonly elk: Elk; close(): void } {
  const elk = new ElkApi({ workerFactory: () => new Worker(workerUrl) });
  return { elk, close: () => elk.terminateWorker() };
}
