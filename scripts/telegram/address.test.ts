import { describe, expect, it } from 'vitest';
import { webhookUrl } from './address.ts';
import { UsageError } from '../lib/usage.ts';

describe('the address for Telegram', () => {
  it.each([
    'https://halo.example.org',
    'https://halo.example.org:8443',
    'https://halo.example.org:80',
    'https://halo.example.org:88/halo',
    'https://203.0.113.7',
    'https://[2001:db8::7]',
  ])('is made of %s', (publicUrl) => {
    expect(webhookUrl(publicUrl)).toBe(`${publicUrl}/telegram/webhook`);
  });

  it.each([
    [undefined, /PUBLIC_URL не задана/],
    ['http://halo.example.org', /https/],
    ['https://halo.example.org:3000', /порт 3000.*443, 80, 88, 8443/],
    ['https://halo.example.org:99999', /не адрес/],
    ['https://localhost', /внешний адрес/],
    ['https://halo', /внешний адрес/],
    ['https://halo.local', /внешний адрес/],
    ['https://127.0.0.1', /внешний адрес/],
    ['https://10.1.2.3:8443', /внешний адрес/],
    ['https://172.20.0.1', /внешний адрес/],
    ['https://192.168.1.1', /внешний адрес/],
    ['https://[::1]', /внешний адрес/],
    ['https://[fd00::1]', /внешний адрес/],
  ])('cannot be %s', (publicUrl, words) => {
    expect(() => webhookUrl(publicUrl)).toThrow(UsageError);
    expect(() => webhookUrl(publicUrl)).toThrow(words);
  });
});
