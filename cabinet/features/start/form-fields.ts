import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { About, CallLanguage, Voice } from '../../api/types.ts';
import { choiceField } from '../../ui/choice.ts';
import { describedBy, field } from '../../ui/field.ts';
import { counted, formatCount } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { checkPhone } from '../../ui/phone.ts';
import { LANGUAGES, VOICES, languageWords, voiceWords } from '../../ui/words.ts';
import { promptLength } from './order-form.ts';
import { promptExamples } from './prompt-examples.ts';

export interface PhoneFieldOptions {
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (event: Event) => void;
  readonly onPaste: (event: ClipboardEvent) => void;
}

export function phoneField({ value, error, onInput, onPaste }: PhoneFieldOptions): TemplateResult {
  const whole = checkPhone(value).ok;
  return field({
    id: 'phone',
    label: msg('Телефон'),
    hint: msg('Российский номер: можно начать с +7 или с 8.'),
    error,
    control: html`<div class="phone-box">
      ${icon('phone')}
      <input
        id="phone"
        name="phone"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        placeholder="+7 900 000-00-00"
        required
        .value=${value}
        aria-describedby=${describedBy('phone', error)}
        aria-invalid=${error === undefined ? 'false' : 'true'}
        @input=${onInput}
        @paste=${onPaste}
      />
      ${whole ? html`<span class="phone-whole">${icon('done')}</span>` : nothing}
    </div>`,
  });
}

export interface LanguageFieldOptions {
  readonly value: CallLanguage;
  readonly about: About | undefined;
  readonly error: string | undefined;
  readonly onChange: (language: CallLanguage) => void;
}

export function languageField({ value, about, error, onChange }: LanguageFieldOptions): TemplateResult {
  const missing = new Set(about?.languages.filter(({ available }) => !available).map(({ code }) => code));
  return choiceField<CallLanguage>({
    id: 'language',
    label: msg('Язык'),
    value,
    options: LANGUAGES.map(({ code, own }) =>
      code === 'auto'
        ? { code, name: msg('Авто'), note: msg('определить язык автоматически'), icon: 'spark' }
        : { code, name: own, note: languageWords(code), lang: HTML_LANGUAGE[code], dim: missing.has(code) },
    ),
    hint: languageHint(value, about),
    error,
    onChange,
  });
}

/** BCP 47, for a screen reader's pronunciation: the API's tj, tm and fa-af are not it. */
const HTML_LANGUAGE: Readonly<Record<Exclude<CallLanguage, 'auto'>, string>> = {
  ru: 'ru',
  uz: 'uz',
  tj: 'tg',
  kk: 'kk',
  ky: 'ky',
  tm: 'tk',
  az: 'az',
  'fa-af': 'prs',
  en: 'en',
  tr: 'tr',
};

function languageHint(language: CallLanguage, about: About | undefined): string {
  if (language === 'auto') return msg('Начнём по-русски и перейдём на язык собеседника.');
  const chosen = about?.languages.find(({ code }) => code === language);
  if (about === undefined || chosen === undefined || chosen.available)
    return msg('Разговор пойдёт на этом языке.');
  const known = new Set(about.languages.filter(({ available }) => available).map(({ code }) => code));
  const names = LANGUAGES.filter(({ code }) => code !== 'auto' && known.has(code)).map(({ code }) =>
    languageWords(code),
  );
  return msg(str`Подключённая сейчас речь этого языка не знает. Доступны: ${names.join(', ')}.`);
}

export interface VoiceFieldOptions {
  readonly value: Voice;
  readonly error: string | undefined;
  readonly onChange: (voice: Voice) => void;
}

export function voiceField({ value, error, onChange }: VoiceFieldOptions): TemplateResult {
  const pictures = { female: 'voice-high', male: 'voice-low', neutral: 'voice-even' } as const;
  return choiceField<Voice>({
    id: 'voice',
    label: msg('Голос'),
    value,
    options: VOICES.map((code) => ({ code, name: voiceWords(code), icon: pictures[code] })),
    error,
    onChange,
  });
}

export interface PromptFieldOptions {
  readonly value: string;
  readonly error: string | undefined;
  /** The longest prompt, in characters. */
  readonly limit: number;
  readonly onInput: (prompt: string) => void;
  readonly onExample: (text: string) => void;
  /** Offered while the visitor's own prompt can be brought back. */
  readonly onRestore: (() => void) | undefined;
}

export function promptField(options: PromptFieldOptions): TemplateResult {
  const { value, error, onInput } = options;
  return field({
    id: 'prompt',
    label: msg('Промпт ассистента'),
    error,
    control: html`${examples(options)}
      <textarea
        id="prompt"
        name="prompt"
        rows="5"
        placeholder=${msg('Кого представляет ассистент, что предлагает и что должен узнать. Пусто — расскажет о самом HALO.')}
        .value=${value}
        aria-describedby=${describedBy('prompt', error)}
        aria-invalid=${error === undefined ? 'false' : 'true'}
        @input=${(event: Event) => onInput((event.target as HTMLTextAreaElement).value)}
      ></textarea>`,
    hint: promptFoot(options),
  });
}

function examples({ value, onExample }: PromptFieldOptions): TemplateResult {
  return html`<div class="examples" role="group" aria-label=${msg('Готовые промпты')}>
    ${promptExamples().map(
      ({ name, text, icon: picture }) =>
        html`<button
          type="button"
          class="chip"
          aria-pressed=${value === text ? 'true' : 'false'}
          @click=${() => onExample(text)}
        >
          ${icon(picture)} ${name}
        </button>`,
    )}
  </div>`;
}

function promptFoot({ value, limit, onRestore }: PromptFieldOptions): TemplateResult {
  const length = promptLength(value);
  const left = limit - length;
  return html`<div class="prompt-foot">
    <span class="prompt-count ${left < 0 ? 'prompt-over' : ''}">
      ${
        left < 0
          ? msg(str`Лишних знаков: ${formatCount(-left)}`)
          : msg(str`${formatCount(length)} из ${counted(limit, msg('знака|знаков|знаков'))}`)
      }
    </span>
    ${
      onRestore === undefined
        ? nothing
        : html`<button type="button" class="link" @click=${onRestore}>${msg('Вернуть мой текст')}</button>`
    }
  </div>`;
}
