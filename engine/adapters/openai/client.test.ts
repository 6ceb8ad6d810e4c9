import { expect, it } from 'vitest';
import { OpenAiClient } from './client.ts';

const LIMITS = { firstMs: 1_000, idleMs: 1_000 };

it('lets go of the signal it gave the SDK once the work is over, or each request of a call would stay in memory', async () => {
  const client = new OpenAiClient({ apiKey: 'k', baseUrl: 'http://127.0.0.1:9/v1' });
  const call = new AbortController();
  const given: AbortSignal[] = [];
  const answer = await client.once('STT', 1_000, call.signal, (_sdk, signal) => {
    given.push(signal);
    return Promise.resolve('heard');
  });
  const items = [];
  for await (const item of client.stream('TTS', LIMITS, call.signal, (_sdk, signal) => {
    given.push(signal);
    return Promise.resolve(sound());
  }))
    items.push(item);
  client.close();
  expect([answer, ...items]).toEqual(['heard', 1, 2]);
  expect(given.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(call.signal.aborted).toBe(false);
});

async function* sound(): AsyncGenerator<number> {
  yield* await Promise.resolve([1, 2]);
}
