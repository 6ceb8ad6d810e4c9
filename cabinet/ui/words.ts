import { msg } from '@lit/localize';
import type { CallLanguage, CallStatus, Disposition, Voice } from '../api/types.ts';

/** The words of the screens for the API's codes, in the page's language: functions, since that may change. */
const dispositions = (): Readonly<Record<Disposition, string>> => ({
  interested: msg('Заинтересован'),
  not_interested: msg('Не заинтересован'),
  call_later: msg('Перезвонить позже'),
  neutral: msg('Нейтрально'),
  unknown: msg('Не определено'),
});

export const dispositionWords = (code: Disposition): string => wordFor(dispositions(), code);

export type Tone = 'good' | 'bad' | 'warm' | 'calm' | 'own' | 'plain';

export const DISPOSITION_TONES: Readonly<Record<Disposition, Tone>> = {
  interested: 'good',
  not_interested: 'bad',
  call_later: 'warm',
  neutral: 'calm',
  unknown: 'plain',
};

export function lineWords(status: CallStatus): string {
  const words: Readonly<Record<CallStatus, string>> = {
    created: msg('Ждём свободную линию'),
    dialing: msg('Набираем номер'),
    in_progress: msg('Идёт разговор'),
    completed: msg('Разговор завершён'),
    no_answer: msg('Абонент не ответил'),
    failed: msg('Звонок не удался'),
  };
  return words[status];
}

/** D8's languages in its order. `own`: its name in itself, which needs no translation. */
export const LANGUAGES: readonly { readonly code: CallLanguage; readonly own: string }[] = [
  { code: 'auto', own: 'Auto' },
  { code: 'ru', own: 'Русский' },
  { code: 'uz', own: 'Oʻzbekcha' },
  { code: 'tj', own: 'Тоҷикӣ' },
  { code: 'kk', own: 'Қазақша' },
  { code: 'ky', own: 'Кыргызча' },
  { code: 'tm', own: 'Türkmençe' },
  { code: 'az', own: 'Azərbaycanca' },
  { code: 'fa-af', own: 'دری' },
  { code: 'en', own: 'English' },
  { code: 'tr', own: 'Türkçe' },
];

export const ownName = (code: CallLanguage): string =>
  LANGUAGES.find((language) => language.code === code)?.own ?? code;

export function languageWords(code: CallLanguage): string {
  const words: Readonly<Record<CallLanguage, string>> = {
    auto: msg('Авто (определить язык)'),
    ru: msg('Русский'),
    uz: msg('Узбекский'),
    tj: msg('Таджикский'),
    kk: msg('Казахский'),
    ky: msg('Киргизский'),
    tm: msg('Туркменский'),
    az: msg('Азербайджанский'),
    'fa-af': msg('Дари / Афганский'),
    en: msg('Английский'),
    tr: msg('Турецкий'),
  };
  return words[code];
}

export const VOICES: readonly Voice[] = ['female', 'male', 'neutral'];

export function voiceWords(voice: Voice): string {
  const words: Readonly<Record<Voice, string>> = {
    male: msg('Мужской'),
    female: msg('Женский'),
    neutral: msg('Нейтральный'),
  };
  return words[voice];
}

export const typeWords = (type: 'call' | 'chat'): string => (type === 'call' ? msg('Звонок') : msg('Чат'));
export const channelWords = (channel: 'voice' | 'telegram'): string =>
  channel === 'voice' ? msg('Голос') : 'Telegram';

/** Words for a code that a newer server may have; such a code is shown as it stands. */
export function wordFor(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? code;
}

/** The CRM card's status: D5.4 wants «добавлено в CRM» for `added`. */
export function crmStatusWords(status: string): string {
  return status === 'added' ? msg('Добавлено в CRM') : wordFor(dispositions(), status);
}
