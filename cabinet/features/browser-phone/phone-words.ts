import { msg } from '@lit/localize';
import { ApiError } from '../../api/api-error.ts';
import { serverWords } from '../../i18n/server-words.ts';
import type { MicrophoneTrouble } from './microphone.ts';
import type { CallEnd } from './page-call.ts';

/** What happened, and what to try. */
export interface Trouble {
  readonly what: string;
  readonly advice: string;
}

export function microphoneWords(trouble: MicrophoneTrouble): Trouble {
  switch (trouble) {
    case 'denied':
      return {
        what: msg('Браузер не дал доступ к микрофону.'),
        advice: msg('Нажмите на значок слева от адреса страницы, разрешите микрофон и повторите.'),
      };
    case 'missing':
      return {
        what: msg('Микрофон не найден.'),
        advice: msg('Подключите гарнитуру или микрофон и повторите. Или закажите звонок на телефон.'),
      };
    case 'busy':
      return {
        what: msg('Микрофон занят другой программой.'),
        advice: msg('Закройте программу, которая им пользуется, и повторите.'),
      };
    case 'insecure':
      return {
        what: msg('По незащищённому адресу браузер не даёт микрофон.'),
        advice: msg(
          'Откройте страницу по https:// или на том компьютере, где работает HALO: http://localhost.',
        ),
      };
    case 'unsupported':
      return {
        what: msg('Этот браузер не умеет звонить.'),
        advice: msg(
          'Откройте страницу в свежем Chrome, Firefox, Safari или Edge. Или закажите звонок на телефон.',
        ),
      };
  }
}

export function orderWords(cause: unknown): Trouble {
  if (cause instanceof ApiError) return { what: serverWords(cause.message), advice: '' };
  return {
    what: msg('Телефон в браузере не открылся.'),
    advice: msg('Обновите страницу и повторите.'),
  };
}

export function endWords(how: CallEnd): Trouble {
  switch (how) {
    case 'over':
      return { what: msg('Звонок завершён.'), advice: msg('Итог разговора — на экране статуса.') };
    case 'rejected':
      return {
        what: msg('Вы отклонили звонок.'),
        advice: msg('HALO отметит его как «занято» и не обидится.'),
      };
    case 'connection':
      return {
        what: msg('Связь с сервером прервалась.'),
        advice: msg('Проверьте сеть и позвоните ещё раз.'),
      };
    case 'no-sound':
      return {
        what: msg('Звук не проходит: похоже, мешает межсетевой экран.'),
        advice: msg('Попробуйте ещё раз: звук пойдёт другим путём, через сам сервер HALO.'),
      };
  }
}
