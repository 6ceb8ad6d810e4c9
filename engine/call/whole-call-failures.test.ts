import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createOpenAi } from '../adapters/openai/openai.ts';
import type { CallEventOf } from '../contract/call-event.ts';
import { toCallId } from '../contract/ids.ts';
import { PHRASE_BOOKS } from '../dialogue/phrase-books.ts';
import { loadCallerVoices, type CallerLine } from '../far-end/caller-voices.ts';
import { only } from '../testing/call-lab-facts.ts';
import { VOICES_DIR } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import {
  startFakeOpenAi,
  type FakeFailure,
  type FakeOpenAi,
  type FakeStage,
} from '../testing/fake-openai.ts';

// Virtual time, but each of some twenty requests takes its milliseconds for real.
vi.setConfig({ testTimeout: 60_000 });

/** What the stage that fails may take, for real: virtual time stands still meanwhile. */
const LIMIT_MS = 150;
/** Where it fails but for once: what works is not to be taken for it on a busy machine. */
const ONCE_LIMIT_MS = 1_500;
const MAX_CALL_SEC = 125;
const PERSON = '+79990000001';

let lines: readonly CallerLine[];
beforeAll(async () => {
  lines = await loadCallerVoices(VOICES_DIR);
});

const fakes: FakeOpenAi[] = [];
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close();
});

type Wrong = FakeFailure | { readonly kind: 'late' };

/** Short for a provider that never comes; one that fails by itself is not to be taken for one on a busy machine. */
function limitsOf(stage: FakeStage, { kind }: Wrong, hangsMs: number) {
  const ms = ['late', 'hang_before', 'hang_after'].includes(kind) ? hangsMs : 10_000;
  return {
    stt: { sttMs: ms },
    chat: { replyFirstMs: ms, replyIdleMs: ms },
    tts: { speechFirstMs: ms, speechIdleMs: ms },
  }[stage];
}

interface When {
  /** The first request that fails, from 1. */
  readonly from: number;
  /** Works again once the call has noticed so many failures. */
  readonly times: number;
}

/** A call through the OpenAI adapters and HTTP, one stage of which goes wrong. */
async function call(stage: FakeStage, wrong: Wrong, { from, times }: When = { from: 1, times: Infinity }) {
  const callId = toCallId(randomUUID());
  let noticed = (): number => 0;
  const fake = await startFakeOpenAi({
    transcribe: () => 'Да, это интересно.',
    chat: (body) =>
      JSON.stringify(body['messages']).includes('must end now')
        ? ['Спасибо. ', 'До свидания!']
        : ['Хорошо, ', 'расскажу вам ', 'подробнее. ', 'Слушаю вас.'],
    // A short voice: the turns matter here, not the sound.
    speechSeconds: () => 0.6,
    fail: (asked, nth) =>
      asked !== stage || nth < from || noticed() >= times || wrong.kind === 'late' ? undefined : wrong,
  });
  fakes.push(fake);
  if (wrong.kind === 'late') fake.behaviour.latencyMs[stage] = 4 * LIMIT_MS;
  const set = createOpenAi({
    apiKey: 'sk-test',
    baseUrl: fake.baseUrl,
    retries: 0,
    hedgeMs: 0,
    timeouts: limitsOf(stage, wrong, times === Infinity ? LIMIT_MS : ONCE_LIMIT_MS),
  });
  const lab = await CallLab.open({ lines, stt: set.stt, operator: set.operator, tts: set.tts });
  noticed = () => only(lab.journal.events(callId), 'provider.failed').length;
  const view = await lab.call({ callId, phone: PERSON, language: 'ru' });
  const events = lab.journal.events(view.callId);

  // Nothing of the call is left: no request under way, no socket, no timer.
  await expect.poll(() => fake.arrivals.filter(({ aborted, finished }) => !aborted && !finished)).toEqual([]);
  expect(lab.openSockets).toBe(0);
  expect(lab.clock.nextDueMs()).toBeUndefined();
  expect(lab.troubles).toEqual([]);
  set.close();
  await expect.poll(() => fake.connections.open).toBe(0);

  const answered = only(events, 'line.answered')[0]!;
  const ended = only(events, 'line.ended')[0]!;
  return {
    view,
    events,
    failures: only(events, 'provider.failed'),
    lastedSec: (Date.parse(ended.at) - Date.parse(answered.at)) / 1000,
    said: view.transcript.filter(({ speaker }) => speaker === 'assistant').map(({ text }) => text),
  };
}

const CODES: Readonly<
  Record<FakeStage, Partial<Record<Wrong['kind'], string>> & { readonly other: string }>
> = {
  stt: { late: 'STT_TIMEOUT', hang_before: 'STT_TIMEOUT', hang_after: 'STT_TIMEOUT', other: 'STT_FAILED' },
  chat: {
    late: 'OPERATOR_TIMEOUT',
    hang_before: 'OPERATOR_TIMEOUT',
    hang_after: 'OPERATOR_TIMEOUT',
    other: 'OPERATOR_FAILED',
  },
  tts: {
    late: 'TTS_TIMEOUT',
    hang_before: 'TTS_TIMEOUT',
    hang_after: 'TTS_TIMEOUT',
    empty: 'TTS_EMPTY',
    silence: 'TTS_EMPTY',
    other: 'TTS_FAILED',
  },
};

function codeOf(stage: FakeStage, wrong: Wrong): string {
  if (wrong.kind === 'status' && wrong.status === 429) return 'PROVIDER_LIMIT';
  return CODES[stage][wrong.kind] ?? CODES[stage].other;
}

const WRONGS: readonly (readonly [string, Wrong])[] = [
  ['late', { kind: 'late' }],
  ['429', { kind: 'status', status: 429 }],
  ['500', { kind: 'status', status: 500 }],
  ...(['hang_before', 'hang_after', 'cut', 'malformed', 'html', 'empty', 'silence'] as const).map(
    (kind) => [kind, { kind }] as const,
  ),
];
const { apology, closing, greeting } = PHRASE_BOOKS.ru;
const expectCode = (failures: readonly CallEventOf<'provider.failed'>[], code: string) => {
  expect(failures.length).toBeGreaterThan(0);
  expect(new Set(failures.map((failure) => failure.code))).toEqual(new Set([code]));
  for (const { message } of failures) expect(message.length).toBeGreaterThan(10);
};

describe('A whole call over HTTP whose provider goes wrong', () => {
  it.each(WRONGS)('recognition, %s: apologies, and a polite end', async (_name, wrong) => {
    const { view, failures, said, lastedSec } = await call('stt', wrong);
    expect(view.status).toBe('completed');
    expectCode(failures, codeOf('stt', wrong));
    expect(apology).toContain(said[1]);
    expect(said.at(-1)).toMatch(/свидания/);
    expect(lastedSec).toBeLessThan(MAX_CALL_SEC);
  });

  it.each(WRONGS)('the mind, %s: fixed phrases, and a polite end', async (_name, wrong) => {
    const { view, failures, said, lastedSec } = await call('chat', wrong);
    expect(view.status).toBe('completed');
    expectCode(failures, codeOf('chat', wrong));
    expect(greeting).toContain(said[0]);
    expect(apology).toContain(said[1]);
    expect(closing).toContain(said.at(-1));
    expect(lastedSec).toBeLessThan(MAX_CALL_SEC);
  });

  it.each(WRONGS)('the voice, %s: the call ends at once and says why', async (_name, wrong) => {
    const { view, events, failures, lastedSec } = await call('tts', wrong);
    expect(view).toMatchObject({ status: 'failed', reason: expect.stringMatching(/синтез речи/) as string });
    expectCode(failures, codeOf('tts', wrong));
    expect(events.at(-1)?.type).toBe('call.ended');
    expect(lastedSec).toBeLessThan(30);
  });

  const voices = WRONGS.filter(([name]) => name !== 'late');
  it.each(voices)(
    'the voice for once, %s: an apology is heard, and the call goes on',
    async (_name, wrong) => {
      // From the first reply on, until the call has taken notice: what fails while it works ahead is asked for again.
      const { view, failures, said } = await call('tts', wrong, { from: 3, times: 1 });
      expect(view.status).toBe('completed');
      expectCode(failures, codeOf('tts', wrong));
      expect(failures).toHaveLength(1);
      const at = said.findIndex((text) => apology.includes(text));
      expect(at).toBeGreaterThan(0);
      expect(said.slice(at + 1).join(' ')).toContain('Слушаю вас.');
    },
  );
});
