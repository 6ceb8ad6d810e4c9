import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SPOKEN_LANGUAGES } from '../../contract/languages.ts';
import type { Pcm } from '../../ports/speech.ts';
import { type FakeBehaviour, type FakeOpenAi, startFakeOpenAi } from '../../testing/fake-openai.ts';
import { ttsContract } from '../../testing/tts-contract.ts';
import { backoffMs } from './backoff.ts';
import type { OpenAiConfig, OpenAiDetour } from './config.ts';
import { createOpenAi, type OpenAiSet } from './openai.ts';
import { CLASSIC_VOICES, voicesOf } from './voices.ts';

const AUDIO: Pcm = {
  samples: Int16Array.from({ length: 8_000 }, (_, i) => 6_000 * Math.sin(i / 4)),
  rateHz: 8_000,
};
const REQUEST = {
  task: 'reply',
  brief: 'Be an operator.',
  prompt: '',
  language: 'ru',
  history: [{ speaker: 'user', text: 'Алло' }],
} as const;

interface Running {
  readonly fake: FakeOpenAi;
  readonly set: OpenAiSet;
  readonly detours: OpenAiDetour[];
}

const running: Running[] = [];
afterEach(async () => {
  for (const { fake, set } of running.splice(0)) {
    set.close();
    await fake.close();
  }
});

async function start(
  behaviour: Partial<FakeBehaviour> = {},
  config: Partial<OpenAiConfig> = {},
): Promise<Running> {
  const fake = await startFakeOpenAi(behaviour);
  const detours: OpenAiDetour[] = [];
  const set = createOpenAi({
    apiKey: 'sk-test',
    baseUrl: fake.baseUrl,
    hedgeMs: 60,
    retries: 0,
    onDetour: (detour) => detours.push(detour),
    ...config,
  });
  const it: Running = { fake, set, detours };
  running.push(it);
  return it;
}

const live = () => new AbortController().signal;
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const STAGES = {
  stt: ({ set }: Running, signal = live()): Promise<unknown> =>
    set.stt.recognise(AUDIO, { language: 'ru' }, signal),
  chat: ({ set }: Running, signal = live()): Promise<unknown> =>
    collect(set.operator.reply(REQUEST, signal)).then((pieces) => pieces.join('')),
  tts: ({ set }: Running, signal = live()): Promise<unknown> =>
    collect(set.tts.speak({ text: 'Здравствуйте!', language: 'ru', voice: 'female' }, signal)),
};
const requestsInWork = ({ fake }: Running) =>
  fake.arrivals.filter(({ finished, aborted }) => !finished && !aborted).length;

describe.each(['stt', 'tts'] as const)('a hedge for %s', (stage) => {
  it('asks once more when the first is late; the first answer wins and the loser is aborted', async () => {
    const it = await start({ fail: (_, nth) => (nth === 1 ? { kind: 'hang_before' } : undefined) });
    await STAGES[stage](it);
    expect(it.fake.arrivals).toHaveLength(2);
    expect(it.detours).toMatchObject([{ kind: 'late' }]);
    await expect.poll(() => it.fake.arrivals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('takes the first one’s answer if it comes first after all', async () => {
    const it = await start({
      fail: (_, nth) => (nth === 2 ? { kind: 'hang_before' } : undefined),
      latencyMs: { stt: 200, chat: 0, tts: 200 },
    });
    await STAGES[stage](it);
    await expect.poll(() => it.fake.arrivals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  it('waits for the second when the first fails in the meantime', async () => {
    const it = await start({
      fail: (_, nth) => (nth === 1 ? { kind: 'status', status: 500 } : undefined),
      latencyMs: { stt: 120, chat: 0, tts: 120 },
    });
    await STAGES[stage](it);
    expect(it.fake.arrivals).toHaveLength(2);
  });

  it('does not ask twice when the answer is in time, or when there is to be no hedge', async () => {
    const prompt = await start({}, { hedgeMs: 5_000 });
    await STAGES[stage](prompt);
    expect(prompt.fake.arrivals).toHaveLength(1);
    const never = await start({ latencyMs: { stt: 150, chat: 0, tts: 150 } }, { hedgeMs: 0 });
    await STAGES[stage](never);
    expect(never.fake.arrivals).toHaveLength(1);
  });
});

describe('the fallback chat model', () => {
  const models = (it: Running) => it.fake.arrivals.map(({ body }) => body['model']);
  const withFallback = { chatModel: 'main', fallbackChatModel: 'spare' };

  it('is asked when the first token is late, and the late one is aborted', async () => {
    const it = await start(
      { fail: (_, nth) => (nth === 1 ? { kind: 'hang_after' } : undefined) },
      withFallback,
    );
    expect(await STAGES.chat(it)).toContain('HALO');
    expect(models(it)).toEqual(['main', 'spare']);
    await expect.poll(() => it.fake.arrivals[0]?.aborted).toBe(true);
  });

  it.each([404, 429, 500, 503])('is asked at once after HTTP %i', async (status) => {
    const it = await start(
      { fail: (_, nth) => (nth === 1 ? { kind: 'status', status } : undefined) },
      { ...withFallback, hedgeMs: 0 },
    );
    expect(await STAGES.chat(it)).toContain('HALO');
    expect(models(it)).toEqual(['main', 'spare']);
    expect(it.detours).toMatchObject([{ kind: 'fallback', error: { name: 'ProviderError' } }]);
  });

  it.each(['empty', 'malformed', 'html', 'cut'] as const)(
    'is asked after an answer that is %s',
    async (kind) => {
      const it = await start({ fail: (_, nth) => (nth === 1 ? { kind } : undefined) }, withFallback);
      expect(await STAGES.chat(it)).toContain('HALO');
    },
  );

  it.each([400, 401])('is not asked after HTTP %i: it would be refused too', async (status) => {
    const it = await start({ fail: () => ({ kind: 'status', status }) }, withFallback);
    await expect(STAGES.chat(it)).rejects.toMatchObject({ retryable: false });
    expect(models(it)).toEqual(['main']);
  });

  it('is tried again with the main one when both fail for a while', async () => {
    const it = await start(
      { fail: (_, nth) => (nth <= 2 ? { kind: 'status', status: 503 } : undefined) },
      { ...withFallback, retries: 1 },
    );
    expect(await STAGES.chat(it)).toContain('HALO');
    expect(models(it)).toEqual(['main', 'spare', 'main']);
  });

  it('judges the call when the main one cannot', async () => {
    const verdict = '{"final_disposition":"neutral","short_summary":"Поговорили.","interest":"цена"}';
    const it = await start(
      { chat: () => verdict, fail: (_, nth) => (nth === 1 ? { kind: 'status', status: 404 } : undefined) },
      withFallback,
    );
    const talk = { prompt: '', language: 'ru', transcript: [{ speaker: 'user', text: 'Алло' }] } as const;
    expect(await it.set.operator.analyse(talk, live())).toMatchObject({ finalDisposition: 'neutral' });
    expect(models(it)).toEqual(['main', 'spare']);
  });

  it('does not exist unless named', async () => {
    const it = await start({ latencyMs: { stt: 0, chat: 150, tts: 0 } });
    await STAGES.chat(it);
    expect(it.fake.arrivals).toHaveLength(1);
  });
});

describe('answers that are none', () => {
  it.each([
    ['stt', 'html', 'STT_FAILED'],
    ['stt', 'empty', 'STT_FAILED'],
    ['stt', 'malformed', 'STT_FAILED'],
    ['chat', 'html', 'OPERATOR_FAILED'],
    ['tts', 'html', 'TTS_FAILED'],
    ['tts', 'silence', 'TTS_EMPTY'],
    ['tts', 'empty', 'TTS_EMPTY'],
  ] as const)('%s: %s is %s, and is tried again', async (stage, kind, code) => {
    const it = await start({ fail: () => ({ kind }) }, { retries: 1, hedgeMs: 0 });
    await expect(STAGES[stage](it)).rejects.toMatchObject({ name: 'ProviderError', code, retryable: true });
    expect(it.fake.arrivals).toHaveLength(2);
    const healed = await start({ fail: (_, nth) => (nth === 1 ? { kind } : undefined) }, { retries: 1 });
    await STAGES[stage](healed);
  });

  it('takes numbers for numbers only', async () => {
    const segments = [
      { avg_logprob: null },
      { avg_logprob: -0.1, no_speech_prob: 0, compression_ratio: 1 },
      null,
    ];
    const { set } = await start({ transcribe: () => ({ text: 'Да', segments }) });
    const answer = await set.stt.recognise(AUDIO, { language: 'ru' }, live());
    expect(answer).toMatchObject({ kind: 'recognised', confidence: Math.exp(-0.1) });
  });
});

describe('models', () => {
  it('each has its voices, and an unknown one those that all have', () => {
    expect(voicesOf('tts-1')).toEqual(CLASSIC_VOICES);
    expect(voicesOf('tts-1-hd')).toEqual(CLASSIC_VOICES);
    expect(voicesOf('kokoro')).toEqual(CLASSIC_VOICES);
    expect(voicesOf('gpt-4o-mini-tts')).toEqual({ male: 'cedar', female: 'marin', neutral: 'alloy' });
    for (const model of ['tts-1', 'gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15'])
      expect(new Set(Object.values(voicesOf(model))).size).toBe(3);
  });

  it('a server without a voice gets the classic one, from then on', async () => {
    const it = await start({
      fail: (_, nth) =>
        nth === 1
          ? { kind: 'status', status: 400, body: { error: { message: 'unknown voice' } } }
          : undefined,
    });
    await STAGES.tts(it);
    await STAGES.tts(it);
    expect(it.fake.arrivals.map(({ body }) => body['voice'])).toEqual(['marin', 'nova', 'nova']);
  });

  it('tts-1 gets no instructions', async () => {
    const it = await start({}, { ttsModel: 'tts-1-hd' });
    await STAGES.tts(it);
    expect(it.fake.arrivals[0]?.body).not.toHaveProperty('instructions');
    expect(it.fake.arrivals[0]?.body).toMatchObject({ voice: 'nova' });
  });

  it('the gpt-4o-transcribe family is asked for plain JSON, and its certainty is kept', async () => {
    const it = await start({}, { sttModel: 'gpt-4o-transcribe' });
    await it.set.stt.recognise(AUDIO, { language: 'auto' }, live());
    expect(it.fake.arrivals[0]?.body).toMatchObject({ response_format: 'json', 'include[]': 'logprobs' });
  });

  it('whisper gets the ISO code of each language, and no hint for Kyrgyz', async () => {
    const it = await start();
    for (const language of SPOKEN_LANGUAGES) await it.set.stt.recognise(AUDIO, { language }, live());
    expect(it.fake.arrivals.map(({ body }) => body['language'])).toEqual([
      'ru',
      'uz',
      'tg',
      'kk',
      undefined,
      'tk',
      'az',
      'fa',
      'en',
      'tr',
    ]);
  });
});

describe('connections', () => {
  it('are opened before the first request, and used again after a rest', async () => {
    const it = await start();
    expect(await it.set.warmUp()).toBe(2);
    expect(await it.set.warmUp()).toBe(0);
    expect(it.fake.arrivals).toHaveLength(0);
    for (const stage of ['stt', 'chat', 'tts'] as const) await STAGES[stage](it);
    expect(it.fake.connections).toEqual({ opened: 2, open: 2 });
    it.set.close();
    await expect.poll(() => it.fake.connections.open).toBe(0);
  });

  it('a server that is not there does no harm at warm-up', async () => {
    const it = await start();
    await it.fake.close();
    expect(await it.set.warmUp()).toBe(0);
  });

  it('a kept connection that the server drops is replaced without a failure', async () => {
    let served = 0;
    const body = '{"text":"Да"}';
    const server = createServer((socket) => {
      let mine = 0;
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        if (!data.includes('turn.wav')) return;
        mine += 1;
        // The second request on a connection finds it closed.
        if (mine > 1) return void socket.resetAndDestroy();
        served += 1;
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const set = createOpenAi({
      apiKey: 'sk-test',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      retries: 0,
      hedgeMs: 0,
    });
    const short = { samples: AUDIO.samples.subarray(0, 900), rateHz: 8_000 };
    for (let i = 0; i < 3; i++)
      expect(await set.stt.recognise(short, { language: 'ru' }, live())).toMatchObject({ text: 'Да' });
    expect(served).toBe(3);
    set.close();
    server.close();
  });

  it('no request outlives its signal, at whatever moment it is aborted and whatever the server does', async () => {
    const kinds = [undefined, 'hang_before', 'hang_after', 'cut', 'empty'] as const;
    const it = await start(
      {
        latencyMs: { stt: 15, chat: 15, tts: 15 },
        pieceMs: { stt: 0, chat: 5, tts: 5 },
        fail: (_, nth) => {
          const kind = kinds[nth % kinds.length];
          return kind === undefined ? undefined : { kind };
        },
      },
      { hedgeMs: 20, retries: 1, fallbackChatModel: 'spare' },
    );
    const hangUpOn = async (i: number) => {
      const abort = new AbortController();
      const stage = (['stt', 'chat', 'tts'] as const)[i % 3] ?? 'stt';
      const timer = setTimeout(() => abort.abort(new Error('hung up')), (i * 7) % 90);
      await STAGES[stage](it, abort.signal).catch(() => undefined);
      clearTimeout(timer);
    };
    for (let wave = 0; wave < 10; wave++)
      await Promise.all(Array.from({ length: 12 }, (_, i) => hangUpOn(wave * 12 + i)));
    await expect.poll(() => requestsInWork(it), { timeout: 5_000 }).toBe(0);
    expect(it.fake.arrivals.length).toBeGreaterThan(60);
    expect(it.fake.arrivals.some(({ aborted }) => aborted)).toBe(true);
    it.set.close();
    await expect.poll(() => it.fake.connections.open).toBe(0);
  });
});

describe('backoffMs', () => {
  it('doubles up to a limit, a quarter more or less', () => {
    expect([0, 1, 2, 3, 4, 9].map((attempt) => backoffMs(attempt, 0.5))).toEqual([
      200, 400, 800, 1600, 2000, 2000,
    ]);
    expect([backoffMs(0, 0), backoffMs(0, 1)]).toEqual([150, 250]);
  });
});

ttsContract('openai over the fake server', async () => {
  const fake = await startFakeOpenAi({ pieceMs: { stt: 0, chat: 0, tts: 1 } });
  const set = createOpenAi({ apiKey: 'sk-test', baseUrl: fake.baseUrl });
  return {
    tts: set.tts,
    language: 'ru',
    sentence: 'Здравствуйте, меня зовут Анна, я звоню вам из компании «Гало».',
    working: () => fake.arrivals.filter(({ finished, aborted }) => !finished && !aborted).length,
    close: async () => {
      set.close();
      await fake.close();
    },
  };
});
