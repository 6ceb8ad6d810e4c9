/**
 * What is known after a send that did not succeed:
 * - `refused`: the other side did not take it and would not take it again (wrong key, no money, bad number);
 * - `later`: it certainly did not take it, and may later (no connection was made, 429 with Retry-After);
 * - `unclear`: the request left, and no trustworthy answer came (timeout, 5xx, cut off, not the protocol).
 */
export type DeliveryFailure = 'refused' | 'later' | 'unclear';

/** Every code with what people read, in Russian. */
export const DELIVERY_WORDS = {
  AUTH: 'ключ не подошёл: проверьте настройки канала',
  NO_MONEY: 'на счёте не хватает денег: пополните баланс',
  BAD_RECIPIENT: 'получатель не подходит или недоступен',
  BAD_SENDER: 'имя отправителя не согласовано: проверьте настройки канала',
  BAD_TEXT: 'содержание не принято',
  LIMIT: 'лимит исчерпан',
  NO_ACCESS: 'нет доступа: откройте его сервисному аккаунту',
  NOT_FOUND: 'не найдено: проверьте настройки канала',
  NO_TAB: 'лист не найден: проверьте его имя в настройках',
  API_OFF: 'этот API не включён в проекте, которому принадлежит ключ',
  WRONG_PLACE: 'место занято другим: проверьте настройки канала',
  REFUSED: 'в приёме отказано',
  MOVED: 'адрес перенаправляет на другой: укажите конечный',
  GONE: 'получатель ответил, что больше не принимает',
  BUSY: 'просит подождать: слишком много запросов',
  AWAY: 'нет соединения',
  TIMEOUT: 'ответ не пришёл вовремя',
  BROKEN: 'связь оборвалась до ответа',
  SERVER: 'сбой на той стороне',
  BAD_ANSWER: 'ответ непонятен',
  CRASHED: 'сервис был перезапущен во время отправки',
  EXPIRED: 'срок истёк раньше, чем получилось доставить',
} as const;

export type DeliveryCode = keyof typeof DELIVERY_WORDS;

/** A send failed. Says nothing of what was sent, to whom, or with which key: it goes into the journal and the log. */
export class DeliveryError extends Error {
  readonly kind: DeliveryFailure;
  readonly code: DeliveryCode;
  /** The other side's own number of the failure; digits. */
  readonly number: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: DeliveryFailure,
    code: DeliveryCode,
    details: { readonly number?: number; readonly retryAfterMs?: number } = {},
  ) {
    super(`${kind}: ${wordsOf(lastErrorOf(code, details.number))}`);
    this.name = 'DeliveryError';
    this.kind = kind;
    this.code = code;
    this.number = details.number;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** As the table keeps it: `REFUSED`, `REFUSED 8`. */
export function lastErrorOf(code: DeliveryCode, number?: number): string {
  return number === undefined ? code : `${code} ${number}`;
}

/** What people read of a stored error. */
export function wordsOf(lastError: string | null): string {
  const [code = '', number] = (lastError ?? '').split(' ');
  const words = Object.hasOwn(DELIVERY_WORDS, code) ? DELIVERY_WORDS[code as DeliveryCode] : code;
  return number === undefined ? words : `${words} (код ${number})`;
}
