/** What a process that dies in mid-work does, one point of its work after the other. */
export interface MortalLife {
  /** Aborted by its death. */
  readonly signal: AbortSignal;
  /** Points passed so far, the fatal one with them. */
  readonly passed: () => number;
  /** The same work, with a point before it and one after it. */
  readonly around: <A extends unknown[], R>(work: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;
}

/** Lives until its `fatal`-th point: from there on everything rejects with «killed». Without one it does not die. */
export function mortalLife(fatal = Number.POSITIVE_INFINITY): MortalLife {
  const life = new AbortController();
  let passed = 0;
  const point = (): void => {
    passed += 1;
    if (passed === fatal) life.abort(new Error('killed'));
    life.signal.throwIfAborted();
  };
  return {
    signal: life.signal,
    passed: () => passed,
    around:
      (work) =>
      async (...args) => {
        point();
        const result = await work(...args);
        point();
        return result;
      },
  };
}
