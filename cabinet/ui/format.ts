import { msg, str } from '@lit/localize';
import { locale, type Locale } from '../i18n/locale.ts';

const formatsFor = (tag: string) => ({
  dateTime: new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }),
  day: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long' }),
  dayShort: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }),
  time: new Intl.DateTimeFormat(tag, { timeStyle: 'short' }),
  whole: new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }),
  oneDigit: new Intl.NumberFormat(tag, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  plural: new Intl.PluralRules(tag),
});

const FORMATS: Readonly<Record<Locale, ReturnType<typeof formatsFor>>> = {
  ru: formatsFor('ru-RU'),
  // The day before the month and 24 hours, as in the Russian page.
  en: formatsFor('en-GB'),
};

const formats = (): ReturnType<typeof formatsFor> => FORMATS[locale()];

/** What is shown where there is nothing to show. */
export const DASH = '—';

/** ISO 8601 → «22 нояб. 2025 г., 10:34» in the visitor's time zone; a dash for what is no date. */
export function formatDateTime(iso: string): string {
  return withDate(iso, formats().dateTime);
}

/** ISO 8601 → «22 ноября». */
export function formatDay(iso: string): string {
  return withDate(iso, formats().day);
}

/** ISO 8601 → «22 нояб.», for the foot of a chart. */
export function formatDayShort(iso: string): string {
  return withDate(iso, formats().dayShort);
}

/** ISO 8601 → «10:34». */
export function formatTime(iso: string): string {
  return withDate(iso, formats().time);
}

function withDate(iso: string, format: Intl.DateTimeFormat): string {
  // ECMA-262 takes a date without a time for UTC's: west of Greenwich that is the evening before.
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(iso) ? `${iso}T00:00` : iso);
  return Number.isNaN(date.getTime()) ? DASH : format.format(date);
}

/** 104 → «1 мин 44 с», 9 → «9 с», 120 → «2 мин»; a dash for null. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return DASH;
  const total = Math.round(seconds);
  const minutes = Math.floor(total / 60);
  const rest = total % 60;
  if (minutes === 0) return msg(str`${rest} с`);
  return rest === 0 ? msg(str`${minutes} мин`) : msg(str`${minutes} мин ${rest} с`);
}

/** Milliseconds → a stopwatch: «0:07», «12:40». */
export function formatStopwatch(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`;
}

/** 0.374 → «37 %», with a digit «37,4 %»; in English «37%». */
export function formatPercent(share: number, digits: 0 | 1 = 0): string {
  if (!Number.isFinite(share)) return DASH;
  const percent = formats()[digits === 0 ? 'whole' : 'oneDigit'].format(share * 100);
  return locale() === 'ru' ? `${percent} %` : `${percent}%`;
}

export function formatCount(count: number): string {
  return formats().whole.format(count);
}

/** 12.34 → «12,3 мс». */
export function formatMs(ms: number): string {
  return msg(str`${formats().oneDigit.format(ms)} мс`);
}

/** 940 → «0,9 с». */
export function formatGap(ms: number): string {
  return msg(str`${formats().oneDigit.format(ms / 1000)} с`);
}

/**
 * `counted(2, msg('символ|символа|символов'))` → «2 символа». Russian words have three forms (1, 2, 5), English ones
 * two (1, 2): `'character|characters'`.
 */
export function counted(count: number, forms: string): string {
  const words = forms.split('|');
  const rule = formats().plural.select(count);
  const word = rule === 'one' ? words[0] : rule === 'few' ? words[1] : words.at(-1);
  return `${formatCount(count)} ${word ?? ''}`;
}
