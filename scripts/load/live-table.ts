import type { SoakState } from './soak.ts';
import { stateLine, stateLines } from './tables.ts';

const LINE_EVERY_SEC = 10;

export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Draws the run's state in place on a terminal; elsewhere prints a line every ten seconds. */
export class LiveTable {
  readonly #screen: Screen;
  #drawn = 0;
  #toldSec = -Infinity;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(state: SoakState): void {
    if (this.#screen.isTTY !== true) {
      if (state.elapsedSec - this.#toldSec < LINE_EVERY_SEC) return;
      this.#toldSec = state.elapsedSec;
      this.#screen.write(`${stateLine(state)}\n`);
      return;
    }
    const { columns = 80 } = this.#screen;
    // A line that wraps would be two, and the next picture would begin too high.
    const lines = stateLines(state).map((line) => line.slice(0, columns - 1));
    this.clear();
    this.#screen.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  /** Takes the picture away, before something else is printed. */
  clear(): void {
    // ECMA-48: CPL moves up by lines, ED erases from there to the end.
    if (this.#drawn > 0) this.#screen.write(`\u001b[${this.#drawn}F\u001b[J`);
    this.#drawn = 0;
  }
}
