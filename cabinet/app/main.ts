import '../ui/styles/index.css';
import { showLocale } from '../i18n/locale.ts';
import { HaloApp } from './halo-app.ts';
import { showTheme } from './theme.ts';
import { visitorMemory } from './visitor-memory.ts';

showTheme(visitorMemory.theme);
// Without its words (a lost connection) the page is shown in Russian rather than not at all.
void showLocale(visitorMemory.locale)
  .catch(() => (document.documentElement.lang = 'ru'))
  .then(() => document.body.prepend(new HaloApp()));
