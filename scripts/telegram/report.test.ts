import { describe, expect, it } from 'vitest';
import type { WebhookInfo } from './bot-api.ts';
import { describeWebhook } from './report.ts';

const URL = 'https://halo.example.org/telegram/webhook';
const FINE: WebhookInfo = { url: URL, pending_update_count: 0, allowed_updates: ['message'] };
const FAILED_AT = Date.UTC(2026, 10, 17, 13, 5, 7) / 1_000;

function describeAll(info: Partial<WebhookInfo>, expected: string | undefined = URL) {
  const { ok, lines } = describeWebhook({ ...FINE, ...info }, expected);
  return { ok, text: lines.join('\n') };
}

describe('what Telegram has of the webhook', () => {
  it('is fine when the address is ours and nothing failed', () => {
    expect(describeAll({ ip_address: '203.0.113.7' })).toEqual({
      ok: true,
      text: `  Адрес: ${URL} (203.0.113.7)\n  Ждут доставки: 0\n  Ошибок доставки нет`,
    });
    expect(describeWebhook(FINE, undefined).ok).toBe(true);
  });

  it('is not, when none is registered, or another, or for other updates', () => {
    expect(describeAll({ url: '' })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/не зарегистрирован/) as string,
    });
    const other = describeAll({ url: 'https://old.example.org/hook' });
    expect(other).toMatchObject({ ok: false, text: expect.stringContaining(`нужен ${URL}`) as string });
    const deaf = describeAll({ allowed_updates: ['callback_query'] });
    expect(deaf).toMatchObject({
      ok: false,
      text: expect.stringContaining('только: callback_query') as string,
    });
    expect(describeAll({ allowed_updates: [] }).ok).toBe(true);
  });

  it('is not, while updates wait behind an error; an old error is only told', () => {
    const error = { last_error_date: FAILED_AT, last_error_message: 'Connection refused' };
    const stuck = describeAll({ ...error, pending_update_count: 3 });
    expect(stuck.ok).toBe(false);
    expect(stuck.text).toContain('Ждут доставки: 3');
    expect(stuck.text).toMatch(
      /17\.11\.2026, 16:05:07 по Москве: «Connection refused» — на этом порту никто не слушает/,
    );
    expect(describeAll(error).ok).toBe(true);
  });

  it.each([
    ['Wrong response from the webhook: 401 Unauthorized', /не узнал секрет/],
    ['Wrong response from the webhook: 404 Not Found', /не HALO/],
    ['Wrong response from the webhook: 302 Found', /перенаправляет/],
    ['Wrong response from the webhook: 502 Bad Gateway', /ошибкой/],
    [
      'SSL error {error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed}',
      /сертификат/,
    ],
    ['Failed to resolve host: Name or service not known', /DNS/],
    ['Connection timed out', /межсетевой экран/],
    ['Read timeout expired', /межсетевой экран/],
  ])('explains «%s»', (message, words) => {
    const { text } = describeAll({ last_error_date: FAILED_AT, last_error_message: message });
    expect(text.split('— ')[1]).toMatch(words);
  });

  it('shows an error that it cannot explain as it is', () => {
    const { text } = describeAll({ last_error_date: FAILED_AT, last_error_message: 'Gremlins' });
    expect(text).toMatch(/«Gremlins»$/);
  });
});
