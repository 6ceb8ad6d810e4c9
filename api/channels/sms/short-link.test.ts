import { describe, expect, it } from 'vitest';
import { invitation } from './gateway.ts';
import { countParts } from './parts.ts';
import { isLinkCode, linkInSms, newLinkCode } from './short-link.ts';

const callIdHash = `CALL_${'x'.repeat(22)}`;
const botName = 'HALO_DEMO_BOT';

describe('the link in the SMS', () => {
  it('is Telegram’s own without a short base, and for sessions without a code', () => {
    const full = `https://t.me/HALO_DEMO_BOT?start=${callIdHash}`;
    expect(linkInSms({ callIdHash, linkCode: 'Abc012xyZ' }, { botName })).toBe(full);
    const shortLinkBase = 'https://h.example/t/';
    expect(linkInSms({ callIdHash, linkCode: null }, { botName, shortLinkBase })).toBe(full);
  });

  it('with a short base makes the customer’s text one part: 70 units with a base of 23', () => {
    const shortLinkBase = 'https://halo.example/t/';
    expect(shortLinkBase).toHaveLength(23);
    const text = invitation(linkInSms({ callIdHash, linkCode: newLinkCode() }, { botName, shortLinkBase }));
    expect(text).toMatch(
      /^Спасибо за разговор! Продолжим здесь: https:\/\/halo\.example\/t\/[0-9A-Za-z]{9}$/,
    );
    expect(countParts(text)).toEqual({ encoding: 'ucs2', units: 70, parts: 1 });
  });

  it('has a code of 53 bits that telephones do not cut', () => {
    const codes = Array.from({ length: 5_000 }, newLinkCode);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(isLinkCode(code)).toBe(true);
    // Every sign of the alphabet is used, at every place.
    for (let at = 0; at < 9; at += 1) expect(new Set(codes.map((code) => code[at])).size).toBe(62);
    expect(Math.log2(62 ** 9)).toBeGreaterThan(53);
  });

  it.each(['', 'short', 'Abc012xyZ0', 'Abc012xy-', '../../etc', 'Abc012xy%'])('%j is no code', (text) => {
    expect(isLinkCode(text)).toBe(false);
  });
});
