import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { askProvider } from './ask-provider.ts';

const REQUEST = { url: 'https://provider.example/dial', headers: { authorization: 'Bearer x' }, body: '{}' };
const never = new AbortController().signal;

/** The first `ms` of asking, and how often it was asked. */
async function ask(answer: typeof fetch, ms: number, signal: AbortSignal = never) {
  const clock = new VirtualClock();
  let times = 0;
  const counted: typeof fetch = (url, init) => {
    times += 1;
    return answer(url, init);
  };
  const asked = askProvider({ clock, fetch: counted }, REQUEST, signal);
  await clock.run(ms);
  return { outcome: await Promise.race([asked, Promise.resolve('pending')]), times: () => times, clock };
}

const untilAborted = (signal: AbortSignal | null | undefined): Promise<never> =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));

describe('asking the provider', () => {
  it('gives up after ten seconds without an answer, and does not ask again', async () => {
    const silent: typeof fetch = (_url, init) => untilAborted(init?.signal);
    expect((await ask(silent, 9_900)).outcome).toBe('pending');
    const { outcome, times, clock } = await ask(silent, 10_100);
    expect(outcome).toEqual({ kind: 'unclear', cause: 'no answer in 10 s' });
    expect([times(), clock.nextDueMs()]).toEqual([1, undefined]);
  });

  it('gives up on an answer that drips and never ends', async () => {
    const dripping: typeof fetch = (_url, init) => {
      const body = new ReadableStream({
        start: (drip) => {
          drip.enqueue(Buffer.from('{'));
          init?.signal?.addEventListener('abort', () => drip.error(init.signal?.reason));
        },
      });
      return Promise.resolve(new Response(body));
    };
    expect((await ask(dripping, 10_100)).outcome).toEqual({ kind: 'unclear', cause: 'no answer in 10 s' });
  });

  it('reads no more of an answer than it may, and takes one in no known form', async () => {
    const long: typeof fetch = () => Promise.resolve(new Response('x'.repeat(1_000_000)));
    expect((await ask(long, 100)).outcome).toEqual({ kind: 'taken', answer: undefined });
    const json: typeof fetch = () => Promise.resolve(Response.json({ provider_call_id: 'p' }));
    expect((await ask(json, 100)).outcome).toEqual({ kind: 'taken', answer: { provider_call_id: 'p' } });
  });

  it('follows no redirect: the key is for nobody else', async () => {
    const away: typeof fetch = (_url, init) => {
      expect(init?.redirect).toBe('manual');
      return Promise.resolve(
        new Response('', { status: 302, headers: { location: 'https://other.example' } }),
      );
    };
    expect((await ask(away, 100)).outcome).toMatchObject({ kind: 'refused', cause: 'HTTP 302' });
  });

  it.each([
    ['', 2],
    ['3', 2],
    ['3600', 1],
  ])('minds Retry-After «%s» of a 429', async (after, times) => {
    const busy: typeof fetch = () =>
      Promise.resolve(new Response('', { status: 429, headers: { 'retry-after': after } }));
    expect((await ask(busy, 3_100)).times()).toBeGreaterThanOrEqual(times);
    if (times === 1) expect((await ask(busy, 3_100)).outcome).toMatchObject({ kind: 'refused' });
  });

  it('stops at once when it is told to', async () => {
    const attempt = new AbortController();
    attempt.abort(new Error('the call is over'));
    const silent: typeof fetch = (_url, init) =>
      init?.signal?.aborted === true
        ? Promise.reject(init.signal.reason as Error)
        : untilAborted(init?.signal);
    expect((await ask(silent, 0, attempt.signal)).outcome).toEqual({
      kind: 'unclear',
      cause: 'the call is over',
    });
  });
});
