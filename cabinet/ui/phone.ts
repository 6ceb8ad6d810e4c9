import { msg, str } from '@lit/localize';
/**
 * A Russian number as a visitor writes it: 8…, 7…, +7… or just the ten digits, with spaces, brackets and hyphens.
 * Digits are never dropped: a number that is too long stays visible and is refused, not cut into somebody else's.
 */

/** The digits after the country code; undefined for a number of another country. */
function nationalDigits(raw: string): string | undefined {
  const digits = raw.replace(/\D/g, '');
  if (raw.trim().startsWith('+')) {
    if (digits === '') return '';
    return digits.startsWith('7') ? digits.slice(1) : undefined;
  }
  return /^[78]/.test(digits) ? digits.slice(1) : digits;
}

/** What the field shows: «+7 900 000-00-01», as far as it is typed. A foreign number is left as it is. */
export function formatPhone(raw: string): string {
  const digits = raw.replace(/\D/g, '');
  const national = nationalDigits(raw);
  if (national === undefined) return raw.trim();
  if (digits === '') return raw.trim().startsWith('+') ? '+' : '';
  const [area, first, second, third] = [
    national.slice(0, 3),
    national.slice(3, 6),
    national.slice(6, 8),
    national.slice(8),
  ];
  let text = '+7';
  if (area) text += ` ${area}`;
  if (first) text += ` ${first}`;
  if (second) text += `-${second}`;
  if (third) text += `-${third}`;
  return text;
}

export type PhoneCheck =
  | { readonly ok: true; readonly phone: string }
  | { readonly ok: false; readonly message: string };

/** `+7` and ten digits, or what is wrong with it. */
export function checkPhone(raw: string): PhoneCheck {
  const national = nationalDigits(raw);
  if (national === undefined) {
    return { ok: false, message: msg('Звоним только на номера России: +7 или 8 и ещё десять цифр.') };
  }
  if (national === '') return { ok: false, message: msg('Введите номер телефона.') };
  if (national.length < 10) {
    return {
      ok: false,
      message: msg(str`Номер неполный: после +7 нужно 10 цифр, введено ${national.length}.`),
    };
  }
  if (national.length > 10) {
    return {
      ok: false,
      message: msg(str`В номере лишние цифры: после +7 нужно 10, введено ${national.length}.`),
    };
  }
  return { ok: true, phone: `+7${national}` };
}

/**
 * Where the caret belongs after formatting: behind as many digits as it had before it, not counting a country code
 * that formatting added or rewrote.
 */
export function caretAfterFormat(before: string, caretBefore: number, after: string): number {
  if (caretBefore >= before.length) return after.length;
  const digitsRight = before.slice(caretBefore).replace(/\D/g, '').length;
  let position = after.length;
  for (let seen = 0; position > 0 && seen < digitsRight; position -= 1) {
    if (/\d/.test(after.charAt(position - 1))) seen += 1;
  }
  return position;
}
