const STEPS = [1, 2, 5] as const;
const LINES_MAX = 4;

/** Round values from 0 up to at least `most`, evenly apart, whole, at most five of them. */
export function ticks(most: number): readonly number[] {
  for (let power = 1; ; power *= 10) {
    for (const step of STEPS) {
      const lines = Math.max(1, Math.ceil(most / (step * power)));
      if (lines <= LINES_MAX) return Array.from({ length: lines + 1 }, (_, index) => index * step * power);
    }
  }
}

/** Which of `count` places under a chart are written out, so that about `wanted` are and the last one is. */
export function labelled(count: number, wanted: number): readonly number[] {
  const every = Math.max(1, Math.ceil(count / wanted));
  const places: number[] = [];
  for (let place = count - 1; place >= 0; place -= every) places.unshift(place);
  return places;
}

/** How a number has changed since the period before, as a share (0.2: a fifth more); undefined where there was nothing. */
export function change(now: number, before: number): number | undefined {
  return before > 0 ? now / before - 1 : undefined;
}
