import { afterAll, expect, it } from 'vitest';
import { House } from './house.ts';

const house = new House();
afterAll(() => house.close(), 60_000);

/** What one visitor's click does. */
async function order(origin: string, phone: string): Promise<{ status: number; code: string | undefined }> {
  const answer = await fetch(`${origin}/demo/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone }),
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await answer.json()) as { error?: { code: string } };
  return { status: answer.status, code: body.error?.code };
}

it('500 requests at once to two processes on one database: as many calls as are allowed, the rest counted', async () => {
  const env = {
    HALO_GUARDS: 'on',
    GUARD_CALLS_AT_ONCE: '7',
    GUARD_CLIENT_HOURLY: '1000',
    // Nobody is dialled meanwhile: a call that ends would make room for another.
    HALO_MAX_CALLS: '1',
    LOG_LEVEL: 'warn',
  };
  const [first, second] = [await house.start(env), await house.start(env)];
  const phone = (at: number): string => `+7999${String(1_000_000 + at * 10_000 + 480).padStart(7, '0')}`;
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, at) => order((at % 2 === 0 ? first : second).origin, phone(at % 800))),
  );
  const counts = new Map<string, number>();
  for (const { status, code } of answers) {
    const key = code ?? String(status);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({ 200: 7, TOO_MANY_CALLS: 493 });
  const [made] = await house.query<{ calls: number }>('select count(*)::int as calls from calls');
  expect(made).toEqual({ calls: 7 });

  const guards = await fetch(`${second.origin}/guards`, { headers: { 'x-api-key': second.apiKey } });
  expect(await guards.json()).toMatchObject({ enabled: true, refusals: { TOO_MANY_CALLS: 493 } });
}, 120_000);
