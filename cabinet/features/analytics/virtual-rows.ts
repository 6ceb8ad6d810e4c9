/** Rows that are drawn beyond either edge of the screen, so that a quick scroll meets no gap. */
const BEYOND = 6;
/** Rows that are drawn even where the list is far below the screen. */
const LEAST = 12;

export interface RowWindow {
  /** The first drawn row, and the one after the last. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Which of `count` rows of one height to draw. `topPx`: where the first row's upper edge is, from the screen's (negative
 * when it is scrolled away). All in CSS pixels.
 */
export function rowWindow(count: number, rowPx: number, topPx: number, screenPx: number): RowWindow {
  const first = Math.floor(-topPx / rowPx) - BEYOND;
  const last = Math.ceil((screenPx - topPx) / rowPx) + BEYOND;
  const begin = Math.min(Math.max(0, first), Math.max(0, count - 1));
  return { begin, end: Math.min(count, Math.max(begin + LEAST, last)) };
}
