import { sseMessage, sseRetry } from '../live/sse.ts';
import type { OpsCalls } from '../schemas/ops.ts';
import type { LivePulse } from './live-pulse.ts';
import { Outbox } from './outbox.ts';

/** The beat of the connection; what becomes of calls that have ended is seen then, too. */
const LOOK_EVERY_MS = 2_000;
const RETRY_MS = 2_000;

export interface CallsStreamOptions {
  readonly pulse: Pick<LivePulse, 'listen'>;
  readonly read: () => Promise<OpsCalls>;
  readonly signal: AbortSignal;
}

/**
 * All calls as Server-Sent Events: the whole list as a message named `calls`, anew when something has happened and every
 * two seconds. Ends when the signal aborts or the database cannot be read: come again then.
 */
export async function* callsStream({
  pulse,
  read,
  signal,
}: CallsStreamOptions): AsyncGenerator<string, void> {
  const outbox = new Outbox();
  let looking = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  const lookIn = (ms: number): void => {
    if (looking) again = true;
    if (looking || signal.aborted || performance.now() + ms >= dueMs) return;
    clearTimeout(timer);
    dueMs = performance.now() + ms;
    timer = setTimeout(() => void look(), ms);
  };
  const look = async (): Promise<void> => {
    looking = true;
    dueMs = Number.POSITIVE_INFINITY;
    try {
      outbox.put(sseMessage(await read(), { event: 'calls' }));
    } catch {
      outbox.close();
    }
    looking = false;
    lookIn(again ? 0 : LOOK_EVERY_MS);
    again = false;
  };
  const leave = (): void => outbox.close();
  signal.addEventListener('abort', leave, { once: true });
  const unsubscribe = pulse.listen(() => lookIn(0));
  try {
    outbox.put(sseRetry(RETRY_MS));
    lookIn(0);
    if (!signal.aborted) yield* outbox.take();
  } finally {
    unsubscribe();
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
