export interface RingShape {
  readonly radius: number;
  /** How many swells the ring has. */
  readonly waves: number;
  /** A swell's height. */
  readonly depth: number;
  /** Where the swells begin, rad. */
  readonly turn: number;
}

const CENTRE = 200;
const STEPS = 72;

/** A closed path around (200, 200): a ring that swells and sinks a little, `r + d·sin(waves·θ + turn)`. */
export function ringPath({ radius, waves, depth, turn }: RingShape): string {
  const points = Array.from({ length: STEPS }, (_, step) => {
    const angle = (step / STEPS) * 2 * Math.PI;
    const reach = radius + depth * Math.sin(waves * angle + turn);
    return `${(CENTRE + reach * Math.cos(angle)).toFixed(1)} ${(CENTRE + reach * Math.sin(angle)).toFixed(1)}`;
  });
  return `M${points.join('L')}Z`;
}
