import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOpenAi, type OpenAiSet } from '../../engine/adapters/openai/openai.ts';
import { callTransport } from '../../engine/adapters/system/call-transport.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { Exchange } from '../../engine/call/exchange.ts';
import { SpeechCache } from '../../engine/call/speech-cache.ts';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { loadCallerVoices, type CallerLine } from '../../engine/far-end/caller-voices.ts';
import { seededRandom } from '../../engine/far-end/random.ts';
import { loadResampler } from '../../engine/media/resampler.ts';
import { gatedSilero } from '../../engine/media/gated-vad.ts';
import { loadSileroWeights } from '../../engine/media/silero-weights.ts';
import { VOICES_DIR } from '../../engine/testing/call-lab-offline.ts';
import { startFakeOpenAi, type FakeFailure, type FakeOpenAi } from '../../engine/testing/fake-openai.ts';
import { MemoryJournal } from '../../engine/testing/memory-journal.ts';
import { MemoryRecordings } from '../../engine/testing/memory-recordings.ts';
import { rudeCallers, type RudeCourse } from '../../engine/testing/rude-callers.ts';

const CALLS = 500;
const AT_ONCE = 50;
const LONGEST_MS = 6_000;
/** One request in so many goes wrong. */
const FAILS_EVERY = 4;
const FAILURES: readonly FakeFailure[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'hang_before' },
  { kind: 'hang_after' },
  { kind: 'cut' },
  { kind: 'malformed' },
  { kind: 'empty' },
  { kind: 'silence' },
];

let provider: FakeOpenAi;
let openai: OpenAiSet;
let lines: readonly CallerLine[];
beforeAll(async () => {
  await loadResampler();
  lines = await loadCallerVoices(VOICES_DIR);
  const random = seededRandom(41);
  provider = await startFakeOpenAi({
    fail: () => (random() < 1 / FAILS_EVERY ? FAILURES[Math.floor(random() * FAILURES.length)] : undefined),
    latencyMs: { stt: 100, chat: 100, tts: 80 },
    pieceMs: { stt: 0, chat: 20, tts: 20 },
  });
  openai = createOpenAi({
    apiKey: 'test',
    baseUrl: provider.baseUrl,
    timeouts: {
      sttMs: 2_000,
      replyFirstMs: 1_500,
      speechFirstMs: 1_500,
      replyIdleMs: 1_000,
      speechIdleMs: 1_000,
    },
    retries: 1,
    hedgeMs: 500,
  });
});
afterAll(async () => {
  openai.close();
  await provider.close();
});

/** Speaks at any moment, over us too, makes noises, and hangs up when it pleases him. */
function rudeness(random: () => number): RudeCourse {
  const hangsUpAtMs = 500 + random() * LONGEST_MS;
  const cues = Array.from({ length: Math.floor(random() * 4) }, () => {
    const { pcm } = lines[Math.floor(random() * lines.length)]!;
    const lengthMs = random() < 0.4 ? 100 + random() * 400 : 4_000;
    return { atMs: random() * hangsUpAtMs, pcm: pcm.subarray(0, Math.round(lengthMs * 8)) };
  });
  return { cues, hangsUpAtMs };
}

it(`${CALLS} calls with hang-ups, barge-ins and failures at random leave no request, timer or socket`, async () => {
  const random = seededRandom(7);
  const journal = new MemoryJournal();
  const troubles: string[] = [];
  // As the product's: the callers' own sockets hear by themselves.
  const transport = await callTransport();
  let sockets = 0;
  const deps = { clock: systemClock, ticker: new SystemFrameTicker(), transport: new UdpTransport() };
  const cache = new SpeechCache(openai.tts, systemClock);
  const exchange = new Exchange({
    ports: {
      ...deps,
      transport: {
        open: async () => {
          const socket = await transport.open();
          sockets += 1;
          let open = true;
          return {
            local: socket.local,
            send: (bytes, to) => socket.send(bytes, to),
            onPacket: (listener) => socket.onPacket(listener),
            poll: () => socket.poll(),
            close: async () => {
              if (open) sockets -= 1;
              open = false;
              await socket.close();
            },
          };
        },
      },
      telephony: rudeCallers(
        () => deps,
        () => rudeness(random),
      ),
      stt: openai.stt,
      operator: openai.operator,
      tts: cache,
      fillers: cache,
      clauseFirst: true,
      recordings: new MemoryRecordings(),
      createVad: () => gatedSilero(loadSileroWeights()),
      ringTimeoutMs: 30_000,
      languages: ['ru', 'en'],
    },
    journal,
    maxCalls: AT_ONCE,
    onTrouble: (_callId, what, error) => troubles.push(`${what}: ${String(error)}`),
  });
  const timersBefore = timers();

  let placed = 0;
  const hold = async () => {
    while (placed < CALLS) {
      placed += 1;
      const plan: CallPlan = {
        callId: toCallId(randomUUID()),
        phone: '+79990000001',
        language: 'ru',
        voice: 'female',
        prompt: '',
      };
      const { callId, phone, language, voice, prompt } = plan;
      const at = new Date().toISOString();
      await journal.append({ type: 'call.created', callId, seq: 1, at, phone, language, voice, prompt });
      const call = exchange.place(plan);
      const ours = random() < 0.2 ? setTimeout(() => call.hangup(), random() * LONGEST_MS) : undefined;
      await call.ended;
      clearTimeout(ours);
      const types = journal.events(callId).map(({ type }) => type);
      expect(types.at(-1)).toBe('call.ended');
      expect(types.filter((type) => type === 'call.ended')).toHaveLength(1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hold));

  expect(exchange.liveCalls()).toEqual([]);
  expect(troubles).toEqual([]);
  expect(sockets).toBe(0);
  // A request that was given up is gone as soon as the server has seen the connection close.
  const inFlight = () => provider.arrivals.filter(({ finished, aborted }) => !finished && !aborted).length;
  for (let waited = 0; waited < 2_000 && inFlight() > 0; waited += 50) await sleep(50);
  expect(inFlight()).toBe(0);
  expect(provider.arrivals.some(({ aborted }) => aborted)).toBe(true);
  expect(provider.arrivals.length).toBeGreaterThan(CALLS);
  openai.close();
  for (let waited = 0; waited < 2_000 && provider.connections.open > 0; waited += 50) await sleep(50);
  expect(provider.connections.open).toBe(0);
  expect(timers()).toBeLessThanOrEqual(timersBefore);
}, 240_000);

/** Timers that keep a process alive, whoever set them. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
