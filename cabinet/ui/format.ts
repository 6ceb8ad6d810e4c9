const dateTime = new Intl.DateTimeFormat('ru-RU', { dateStyle: 'medium', timeStyle: 'short' });
const dateOnly = new Intl.DateTimeFormat('ru-RU', { day: 'numeric', month: 'long' });
const timeOnly = new Intl.DateTimeFormat('ru-RU', { timeStyle: 'short' });
const whole = new Intl.NumberFormat('ru-RU', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('ru-RU', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const plural = new Intl.PluralRules('ru-RU');

/** What is shown where there is nothing to show. */
export const DASH = '—';

/** ISO 8601 → «22 нояб. 2025 г., 10:34» in the visitor's time zone; a dash for what is no date. */
export function formatDateTime(iso: string): string {
  return withDate(iso, dateTime);
}

/** ISO 8601 → «22 ноября». */
export function formatDay(iso: string): string {
  return withDate(iso, dateOnly);
}

/** ISO 8601 → «10:34». */
export function formatTime(iso: string): string {
  return withDate(iso, timeOnly);
}

function withDate(iso: string, format: Intl.DateTimeFormat): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? DASH : format.format(date);
}

/** 104 → «1 мин 44 с», 9 → «9 с», 120 → «2 мин»; a dash for null. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return DASH;
  const total = Math.round(seconds);
  const minutes = Math.floor(total / 60);
  const rest = total % 60;
  if (minutes === 0) return `${rest} с`;
  return rest === 0 ? `${minutes} мин` : `${minutes} мин ${rest} с`;
}

/** Milliseconds → a stopwatch: «0:07», «12:40». */
export function formatStopwatch(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`;
}

/** 0.374 → «37 %». */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${whole.format(share * 100)} %` : DASH;
}

export function formatCount(count: number): string {
  return whole.format(count);
}

/** 940 → «0,9 с». */
export function formatGap(ms: number): string {
  return `${oneDigit.format(ms / 1000)} с`;
}

/** `counted(2, ['символ', 'символа', 'символов'])` → «2 символа». */
export function counted(count: number, [one, few, many]: readonly [string, string, string]): string {
  const rule = plural.select(count);
  const word = rule === 'one' ? one : rule === 'few' ? few : many;
  return `${formatCount(count)} ${word}`;
}
