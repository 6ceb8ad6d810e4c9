import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedPhone } from './phone-mask.ts';

describe('the masked phone (D6)', () => {
  it('looks as the document shows it', () => {
    expect(maskedPhone('+79991231234')).toBe('+7 9XX XXX-12-34');
    expect(maskedPhone('+74951230078')).toBe('+7 4XX XXX-00-78');
  });

  it('never shows more than five of the ten digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+7\d{10}$/), (phone) => {
        const masked = maskedPhone(phone);
        expect(masked).toMatch(/^\+7 \dXX XXX-\d\d-\d\d$/);
        expect(masked.replace(/\D/g, '')).toBe(`7${phone[2]}${phone.slice(-4)}`);
      }),
    );
  });

  it('shows nothing of what is not a phone number', () => {
    expect(maskedPhone('1234')).toBe('+7 XXX XXX-XX-XX');
  });
});
