import type { DemoOrder } from '../api/types.ts';
import { LOCALES, type Locale } from '../i18n/locale.ts';
import { THEMES, type Theme } from './theme.ts';

/** The part of Storage that is used; a browser may refuse it (private mode), and then nothing is remembered. */
export type MemoryStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const SESSION = 'halo.session';
const ORDER = 'halo.order';
const STARTED = 'halo.started';
/** public/first.js reads these two before the first paint. */
const THEME = 'halo.theme';
const LOCALE = 'halo.locale';

/**
 * What the cabinet remembers between pages: the visitor's last session and when it began, the theme and the language
 * (kept by the browser), and the form as it was sent (for this tab only: it holds a phone number). Never throws.
 */
export class VisitorMemory {
  readonly #kept: MemoryStore | undefined;
  readonly #tab: MemoryStore | undefined;

  constructor(kept: MemoryStore | undefined, tab: MemoryStore | undefined) {
    this.#kept = kept;
    this.#tab = tab;
  }

  get sessionId(): string | null {
    return read(this.#kept, SESSION);
  }

  /** `startedAtMs`: wall time of the order. */
  rememberSession(id: string, startedAtMs: number): void {
    write(this.#kept, SESSION, id);
    write(this.#kept, STARTED, JSON.stringify({ id, startedAtMs }));
  }

  forgetSession(id: string): void {
    if (this.sessionId !== id) return;
    write(this.#kept, SESSION, null);
    write(this.#kept, STARTED, null);
  }

  /** When this session was ordered (wall time, ms), or undefined for one that was ordered elsewhere. */
  startedAtMs(id: string): number | undefined {
    const kept: Partial<{ id: unknown; startedAtMs: unknown }> = readObject(this.#kept, STARTED) ?? {};
    return kept.id === id && typeof kept.startedAtMs === 'number' ? kept.startedAtMs : undefined;
  }

  get theme(): Theme {
    const kept = read(this.#kept, THEME);
    return THEMES.find((theme) => theme === kept) ?? 'auto';
  }

  rememberTheme(theme: Theme): void {
    write(this.#kept, THEME, theme);
  }

  get locale(): Locale {
    const kept = read(this.#kept, LOCALE);
    return LOCALES.find((locale) => locale === kept) ?? 'ru';
  }

  rememberLocale(locale: Locale): void {
    write(this.#kept, LOCALE, locale);
  }

  get order(): Partial<DemoOrder> {
    return readObject(this.#tab, ORDER) ?? {};
  }

  rememberOrder(order: DemoOrder): void {
    write(this.#tab, ORDER, JSON.stringify(order));
  }
}

function read(store: MemoryStore | undefined, key: string): string | null {
  try {
    return store?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

function readObject(store: MemoryStore | undefined, key: string): object | undefined {
  const text = read(store, key);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function write(store: MemoryStore | undefined, key: string, value: string | null): void {
  try {
    if (value === null) store?.removeItem(key);
    else store?.setItem(key, value);
  } catch {
    // A full or forbidden store: the page works without.
  }
}

/** Storage of this browser, or undefined where even touching it throws. */
function storage(name: 'localStorage' | 'sessionStorage'): MemoryStore | undefined {
  try {
    return globalThis[name];
  } catch {
    return undefined;
  }
}

export const visitorMemory = new VisitorMemory(storage('localStorage'), storage('sessionStorage'));
