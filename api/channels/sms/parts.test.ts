import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { telegramLink } from '../telegram/link.ts';
import { invitation } from './gateway.ts';
import { countParts } from './parts.ts';

describe('countParts', () => {
  test.each([
    ['', 'gsm7', 0, 1],
    ['a'.repeat(160), 'gsm7', 160, 1],
    ['a'.repeat(161), 'gsm7', 161, 2],
    ['a'.repeat(306), 'gsm7', 306, 2],
    ['a'.repeat(307), 'gsm7', 307, 3],
    // The euro sign takes two septets, and its pair is not cut.
    ['€'.repeat(80), 'gsm7', 160, 1],
    [`${'€'.repeat(76)}€€€€€`, 'gsm7', 162, 2],
    ['€'.repeat(153), 'gsm7', 306, 3],
    ['ж'.repeat(70), 'ucs2', 70, 1],
    ['ж'.repeat(71), 'ucs2', 71, 2],
    ['ж'.repeat(134), 'ucs2', 134, 2],
    ['ж'.repeat(135), 'ucs2', 135, 3],
    ['😀'.repeat(35), 'ucs2', 70, 1],
    // 67 is odd: the 34th pair does not fit into the first part.
    ['😀'.repeat(67), 'ucs2', 134, 3],
  ])('%#: %s', (text, encoding, units, parts) => {
    expect(countParts(text)).toEqual({ encoding, units, parts });
  });

  test('the customer’s text with a full link is two parts', () => {
    const text = invitation(telegramLink('HALO_DEMO_BOT', `CALL_${'x'.repeat(22)}`));
    expect(text).toBe(
      `Спасибо за разговор! Продолжим здесь: https://t.me/HALO_DEMO_BOT?start=CALL_${'x'.repeat(22)}`,
    );
    expect(countParts(text)).toMatchObject({ encoding: 'ucs2', parts: 2 });
  });

  test('never says fewer parts than the units need, nor more than one unit lost in each', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        const { encoding, units, parts } = countParts(text);
        const [single, joined] = encoding === 'gsm7' ? [160, 153] : [70, 67];
        if (units <= single) return parts === 1;
        return parts >= Math.ceil(units / joined) && parts <= Math.ceil(units / (joined - 1));
      }),
    );
  });
});

describe('telegramLink', () => {
  test('refuses what Telegram would not take', () => {
    expect(() => telegramLink('@HALO', 'x')).toThrow(/TELEGRAM_BOT_NAME/);
    expect(() => telegramLink('HALO_DEMO_BOT', 'x'.repeat(65))).toThrow(RangeError);
    expect(() => telegramLink('HALO_DEMO_BOT', 'ключ')).toThrow(RangeError);
  });
});
