import { configureLocalization } from '@lit/localize';

/** The cabinet's languages. Russian is the source: its words stand in the code. */
export const LOCALES = ['ru', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'ru',
  targetLocales: ['en'],
  // A chunk of its own: who reads Russian never loads it.
  loadLocale: () => import('./english.ts'),
});

export function locale(): Locale {
  return getLocale() === 'en' ? 'en' : 'ru';
}

/** Every element re-renders when it resolves. Rejects, and changes nothing, when the words could not be loaded. */
export async function showLocale(next: Locale): Promise<void> {
  await setLocale(next);
  if (typeof document !== 'undefined') document.documentElement.lang = next;
}
