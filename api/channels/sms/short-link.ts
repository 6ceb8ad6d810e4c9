import { randomInt } from 'node:crypto';
import type { DemoSession } from '../../persistence/store.ts';
import { telegramLink } from '../telegram/link.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/**
 * 62⁹ codes are 53.6 bits. D4.1's text without its link is 38 units: with 9 for the code, a base of up to 23 keeps the
 * message at 70, one part.
 */
const CODE_LENGTH = 9;
const CODE = new RegExp(`^[0-9A-Za-z]{${CODE_LENGTH}}$`);

export interface LinkOptions {
  /** TELEGRAM_BOT_NAME. */
  readonly botName: string;
  /** SHORT_LINK_BASE, with its slash; without it the SMS has Telegram's own link. */
  readonly shortLinkBase?: string | undefined;
}

/** Letters and digits only: telephones cut a dash or an underscore off the end of a link. */
export function newLinkCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

export function isLinkCode(text: string): boolean {
  return CODE.test(text);
}

/** What D4.1's `<telegram_link>` is replaced with. Throws RangeError on an impossible bot name. */
export function linkInSms(
  { callIdHash, linkCode }: Pick<DemoSession, 'callIdHash' | 'linkCode'>,
  { botName, shortLinkBase }: LinkOptions,
): string {
  if (shortLinkBase === undefined || linkCode === null) return telegramLink(botName, callIdHash);
  return `${shortLinkBase}${linkCode}`;
}
