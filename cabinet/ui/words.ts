import type { CallLanguage, CallStatus, Disposition, Voice } from '../api/types.ts';

/** The words of the screens for the API's codes. */
export const DISPOSITION_WORDS: Readonly<Record<Disposition, string>> = {
  interested: 'Заинтересован',
  not_interested: 'Не заинтересован',
  call_later: 'Перезвонить позже',
  neutral: 'Нейтрально',
  unknown: 'Не определено',
};

export type Tone = 'good' | 'bad' | 'warm' | 'calm' | 'own' | 'plain';

export const DISPOSITION_TONES: Readonly<Record<Disposition, Tone>> = {
  interested: 'good',
  not_interested: 'bad',
  call_later: 'warm',
  neutral: 'calm',
  unknown: 'plain',
};

export const LINE_WORDS: Readonly<Record<CallStatus, string>> = {
  created: 'Ждём свободную линию',
  dialing: 'Набираем номер',
  in_progress: 'Идёт разговор',
  completed: 'Разговор завершён',
  no_answer: 'Абонент не ответил',
  failed: 'Звонок не удался',
};

export const LANGUAGE_WORDS: Readonly<Record<CallLanguage, string>> = {
  auto: 'Авто (определить язык)',
  ru: 'Русский',
  uz: 'Узбекский',
  tj: 'Таджикский',
  kk: 'Казахский',
  ky: 'Киргизский',
  tm: 'Туркменский',
  az: 'Азербайджанский',
  'fa-af': 'Дари / Афганский',
  en: 'Английский',
  tr: 'Турецкий',
};

export const VOICE_WORDS: Readonly<Record<Voice, string>> = {
  male: 'Мужской',
  female: 'Женский',
  neutral: 'Нейтральный',
};

export const TYPE_WORDS = { call: 'Звонок', chat: 'Чат' } as const;
export const CHANNEL_WORDS = { voice: 'Голос', telegram: 'Telegram' } as const;

/** Words for a code that a newer server may have; such a code is shown as it stands. */
export function wordFor(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? code;
}

/** The CRM card's status: D5.4 wants «добавлено в CRM» for `added`. */
export function crmStatusWords(status: string): string {
  return status === 'added' ? 'Добавлено в CRM' : wordFor(DISPOSITION_WORDS, status);
}
