import { describe, expect, it } from 'vitest';
import { ApiError, fieldOfCode } from './api-error.ts';
import { connection } from './connection.ts';
import { requestJson } from './http.ts';

const answer = (status: number, body: string) => (): Promise<Response> =>
  Promise.resolve(new Response(body, { status }));

/** Never answers; rejects like a browser's fetch when its signal is aborted. */
const silence: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
  });

async function failureOf(fetchLike: typeof fetch, timeoutMs = 1000): Promise<ApiError> {
  const failure: unknown = await requestJson('/x', { timeoutMs }, fetchLike).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  return failure as ApiError;
}

describe('requestJson', () => {
  it('gives the answer', async () => {
    await expect(requestJson('/x', { timeoutMs: 1000 }, answer(200, '{"a":1}'))).resolves.toEqual({ a: 1 });
  });

  it('sends a body as JSON', async () => {
    let sent: RequestInit | undefined;
    const fetchLike: typeof fetch = (_input, init) => {
      sent = init;
      return Promise.resolve(new Response('{}'));
    };
    await requestJson('/x', { method: 'POST', body: { phone: '+7' }, timeoutMs: 1000 }, fetchLike);
    expect([sent?.method, sent?.body]).toEqual(['POST', '{"phone":"+7"}']);
    expect(new Headers(sent?.headers).get('content-type')).toBe('application/json');
  });

  it("keeps the API's code and its Russian message", async () => {
    const body = '{"error":{"code":"INVALID_PHONE","message":"Номер неверный."}}';
    const failure = await failureOf(answer(400, body));
    expect(failure).toMatchObject({
      kind: 'http',
      status: 400,
      code: 'INVALID_PHONE',
      message: 'Номер неверный.',
    });
  });

  it.each([
    [404, '{"error":{"code":"NOT_FOUND","message":"not found"}}', /Не найдено.*NOT_FOUND/],
    [429, '', /Слишком много запросов/],
    [502, '<html>Bad gateway</html>', /Ошибка на сервере/],
    [418, '{"error":"teapot"}', /отклонил/],
  ])('has Russian words of its own for %i', async (status, body, words) => {
    expect((await failureOf(answer(status, body))).message).toMatch(words);
  });

  it.each(['', 'null', '<html></html>', '"text"'])('calls %j malformed', async (body) => {
    expect((await failureOf(answer(200, body))).kind).toBe('malformed');
  });

  it('tells a lost network from a late answer', async () => {
    const lost = await failureOf(() => Promise.reject(new TypeError('Failed to fetch')));
    expect([lost.kind, lost.isGone]).toEqual(['network', false]);
    expect((await failureOf(silence, 5)).kind).toBe('timeout');
  });

  it('knows whether the server answers at all: an error is an answer, an asker who left is none', async () => {
    connection.report(true);
    const changes: boolean[] = [];
    connection.addEventListener('change', () => changes.push(connection.lost));
    await failureOf(() => Promise.reject(new TypeError('Failed to fetch')));
    await failureOf(silence, 5);
    expect(changes).toEqual([true]);
    await failureOf(answer(500, ''));
    expect(changes).toEqual([true, false]);
    const controller = new AbortController();
    const left = requestJson('/x', { timeoutMs: 10_000, signal: controller.signal }, silence);
    controller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(connection.lost).toBe(false);
  });

  it("throws the asker's own reason when the asker aborts", async () => {
    const controller = new AbortController();
    const request = requestJson('/x', { timeoutMs: 10_000, signal: controller.signal }, silence);
    controller.abort(new Error('left the screen'));
    await expect(request).rejects.toThrow('left the screen');
  });
});

describe('fieldOfCode', () => {
  it.each([
    ['INVALID_PHONE', 'phone'],
    ['PROMPT_TOO_LONG', 'prompt'],
    ['INVALID_LANGUAGE', 'language'],
    ['INVALID_VOICE', 'voice'],
    ['ENGINE_BUSY', undefined],
    ['', undefined],
  ])('%s → %s', (code, field) => {
    expect(fieldOfCode(code)).toBe(field);
  });
});
