/** Rows that are drawn beyond either edge of the screen, so that a quick scroll meets no gap. */
const BEYOND = 6;
/** As many where nobody has seen the list yet: he waits for what the screen shows. */
const BEYOND_AT_FIRST = 1;
/** Rows that are drawn even where the list is far below the screen. */
const LEAST = 12;

export interface RowWindow {
  /** The first drawn row, and the one after the last. */
  readonly begin: number;
  readonly end: number;
}

/**
 * Which of `count` rows of one height to draw. `topPx`: where the first row's upper edge is, from the screen's (negative
 * when it is scrolled away). All in CSS pixels. `isNew`: the list is drawn for the first time.
 */
export function rowWindow(
  count: number,
  rowPx: number,
  topPx: number,
  screenPx: number,
  isNew = false,
): RowWindow {
  const beyond = isNew ? BEYOND_AT_FIRST : BEYOND;
  const first = Math.floor(-topPx / rowPx) - beyond;
  const last = Math.ceil((screenPx - topPx) / rowPx) + beyond;
  // Where a shorter list has come, the screen will be at its end in a moment.
  const begin = Math.min(Math.max(0, first), Math.max(0, count - LEAST));
  return { begin, end: Math.min(count, Math.max(begin + LEAST, last)) };
}
