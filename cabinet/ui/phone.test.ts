import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caretAfterFormat, checkPhone, formatPhone } from './phone.ts';

describe('formatPhone', () => {
  it.each([
    ['', ''],
    ['8', '+7'],
    ['+', '+'],
    ['9', '+7 9'],
    ['+79161', '+7 916 1'],
    ['8 (916) 123-45-67', '+7 916 123-45-67'],
    ['7 916 1234567', '+7 916 123-45-67'],
    ['9161234567', '+7 916 123-45-67'],
    ['  +7 (916)\u00a0123 45 67 ', '+7 916 123-45-67'],
    ['+380441234567', '+380441234567'],
    ['+7 800 000-00-015', '+7 800 000-00-015'],
  ])('%j → %j', (typed, shown) => {
    expect(formatPhone(typed)).toBe(shown);
  });

  it('changes nothing that it has formatted, and loses no digit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+\d() -]{0,20}$/), (typed) => {
        const shown = formatPhone(typed);
        expect(formatPhone(shown)).toBe(shown);
        const national = typed.replace(/\D/g, '').replace(/^[78]/, '');
        expect(shown.replace(/\D/g, '').endsWith(national)).toBe(true);
      }),
    );
  });
});

describe('checkPhone', () => {
  const national = fc.stringMatching(/^9\d{9}$/);

  it('takes every way to write one number for the same number', () => {
    fc.assert(
      fc.property(national, fc.constantFrom('+7', '8', '7', '', '+7 (', '8-'), (digits, prefix) => {
        expect(checkPhone(`${prefix}${digits}`)).toEqual({ ok: true, phone: `+7${digits}` });
      }),
    );
  });

  it.each([
    ['', /Введите/],
    ['+7', /Введите/],
    ['+7 916 123', /неполный.*введено 6/],
    ['8916123456789', /лишние.*введено 12/],
    ['+380 44 123 45 67', /только на номера России/],
  ])('refuses %j in words', (typed, words) => {
    const check = checkPhone(typed);
    expect(check.ok ? '' : check.message).toMatch(words);
  });
});

describe('caretAfterFormat', () => {
  it('stays at the end while typing', () => {
    expect(caretAfterFormat('+7 9161', 7, '+7 916 1')).toBe(8);
  });

  it('stays before the same digits when something is deleted in the middle', () => {
    // «+7 916 123-45-67» without the 1 of 916: the caret stood before «6 123-45-67».
    expect(caretAfterFormat('+7 96 123-45-67', 4, '+7 961 234-56-7')).toBe(4);
  });
});
