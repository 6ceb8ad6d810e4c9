/**
 * Does `work` with a signal that aborts when either does, and lets go of `longLived` when it is done. AbortSignal.any on a
 * signal that lives as long as the process leaves a reference in it for every work that ever was (Node 20).
 */
export async function underBoth<T>(
  own: AbortSignal,
  longLived: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const relay = new AbortController();
  const leave = (): void => relay.abort(longLived.reason);
  longLived.addEventListener('abort', leave, { once: true });
  if (longLived.aborted) leave();
  try {
    return await work(AbortSignal.any([own, relay.signal]));
  } finally {
    longLived.removeEventListener('abort', leave);
  }
}
