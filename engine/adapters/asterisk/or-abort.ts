/** The work's result, or the signal's reason as soon as it aborts; the work itself goes on for whoever shares it. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((fulfil, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(fulfil, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
