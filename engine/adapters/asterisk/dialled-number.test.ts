import { describe, expect, it } from 'vitest';
import { dialledNumber } from './dialled-number.ts';

describe('How a trunk wants a number written', () => {
  it.each([
    ['+79161234567', 'e164', '+79161234567'],
    ['+79161234567', 'plain', '79161234567'],
    ['+79161234567', 'national', '89161234567'],
    ['+375291234567', 'national', '810375291234567'],
  ] as const)('%s as %s: %s', (phone, format, written) => {
    expect(dialledNumber(phone, format)).toBe(written);
  });

  it.each(['89161234567', '+7916@evil', '', '+', '+7916 1234567', '+7916123456789012', '100@x&Local/1'])(
    'lets nothing else into a dial string: %s',
    (phone) => {
      expect(() => dialledNumber(phone, 'plain')).toThrow(RangeError);
    },
  );
});
