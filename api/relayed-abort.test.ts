import { describe, expect, it } from 'vitest';
import { underBoth } from './relayed-abort.ts';

const untilAborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener('abort', () => resolve(signal.reason));
  });

/** What Node keeps in a signal for those that depend on it. */
function dependants(signal: AbortSignal): number {
  const kept = Object.getOwnPropertySymbols(signal)
    .filter(({ description }) => description === 'kDependantSignals')
    .map((key) => Reflect.get(signal, key) as Set<unknown> | null);
  return kept[0]?.size ?? 0;
}

describe('Work under two signals', () => {
  it('is given up with the reason of either, before it or in it', async () => {
    for (const first of ['own', 'longLived'] as const) {
      for (const when of ['before', 'in it'] as const) {
        const [own, longLived] = [new AbortController(), new AbortController()];
        const abort = (): void => (first === 'own' ? own : longLived).abort(first);
        if (when === 'before') abort();
        const work = underBoth(own.signal, longLived.signal, untilAborted);
        if (when === 'in it') abort();
        expect([when, await work]).toEqual([when, first]);
      }
    }
  });

  it('leaves nothing in the signal that outlives it, however it ends', async () => {
    const { signal } = new AbortController();
    // The way it was, so that this test knows what it looks for.
    AbortSignal.any([signal, new AbortController().signal]);
    expect(dependants(signal)).toBe(1);
    const another = new AbortController().signal;
    await underBoth(new AbortController().signal, another, async () => undefined);
    const failing = underBoth(new AbortController().signal, another, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(dependants(another)).toBe(0);
  });
});
