import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { locale, showLocale, type Locale } from '../i18n/locale.ts';
import { LightElement } from '../ui/light-element.ts';
import { segmented } from '../ui/segmented.ts';
import { ownName } from '../ui/words.ts';
import { showTheme, type Theme } from './theme.ts';
import { visitorMemory } from './visitor-memory.ts';

/** The theme and the language, in the header. Both are remembered by this browser. */
export class Switches extends LightElement {
  static override properties = { theme: { state: true } };
  declare private theme: Theme;

  constructor() {
    super();
    this.theme = visitorMemory.theme;
  }

  #chooseTheme(theme: Theme): void {
    this.theme = theme;
    visitorMemory.rememberTheme(theme);
    showTheme(theme);
  }

  async #chooseLocale(next: Locale): Promise<void> {
    try {
      await showLocale(next);
      visitorMemory.rememberLocale(next);
    } catch {
      // The words did not come: the page stays as it is, and the switch goes back.
      this.requestUpdate();
    }
  }

  protected override render(): TemplateResult {
    return html`${segmented<Theme>({
      id: 'theme',
      label: msg('Тема'),
      value: this.theme,
      options: [
        { code: 'light', name: msg('Светлая'), icon: 'sun' },
        { code: 'auto', name: msg('Как в системе'), icon: 'auto' },
        { code: 'dark', name: msg('Тёмная'), icon: 'moon' },
      ],
      onChange: (theme) => this.#chooseTheme(theme),
    })}
    ${segmented<Locale>({
      id: 'locale',
      label: msg('Язык страницы'),
      value: locale(),
      options: [
        { code: 'ru', name: ownName('ru'), short: 'RU' },
        { code: 'en', name: ownName('en'), short: 'EN' },
      ],
      onChange: (next) => void this.#chooseLocale(next),
    })}`;
  }
}

customElements.define('halo-switches', Switches);
