import type { NumberFormat } from '../../contract/trunk.ts';

/**
 * Writes an E.164 number as a trunk wants it. `national` is Russia's plan: 8 before ten digits, 810 before foreign
 * ones. Throws RangeError when it is no E.164 number: nothing else may get into a dial string.
 */
export function dialledNumber(phone: string, format: NumberFormat): string {
  if (!/^\+[1-9]\d{6,14}$/.test(phone)) throw new RangeError(`not an E.164 number: ${phone.slice(0, 40)}`);
  const digits = phone.slice(1);
  switch (format) {
    case 'e164':
      return phone;
    case 'plain':
      return digits;
    case 'national':
      return /^7\d{10}$/.test(digits) ? `8${digits.slice(1)}` : `810${digits}`;
  }
}
