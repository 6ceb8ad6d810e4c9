import { createOpenAi, type OpenAiConfig, type OpenAiSet } from '../../engine/adapters/openai/openai.ts';
import { createOfflineRecogniser } from '../../engine/adapters/offline/recogniser.ts';
import type { KnownLine } from '../../engine/adapters/offline/known-lines/known-line.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { Operator } from '../../engine/ports/operator.ts';
import type { SpeechPorts } from '../../engine/testing/call-lab.ts';
import type { OfflineParts } from '../../engine/testing/call-lab-offline.ts';
import { startFakeOpenAi, type FakeFailure, type FakeOpenAi } from '../../engine/testing/fake-openai.ts';
import { durationMs } from './duration.ts';
import type { Course } from './course.ts';
import type { Failure, Provider, Scenario, Stage } from './schema.ts';

/** Ears, mind and voice of a scenario. */
export interface ScenarioSpeech extends SpeechPorts {
  /** What lasts in the call's own time: latency, and a provider that never answers. */
  readonly around: (speech: SpeechPorts, clock: Clock) => SpeechPorts;
  /** Requests that were neither answered nor given up. */
  underWay(): number;
  close(): Promise<void>;
}

export interface SpeechDeps {
  readonly parts: OfflineParts;
  readonly course: Course;
  /** Failures that the call has noticed so far. */
  readonly noticed: () => number;
  /** The turn that is being recognised, from 0. */
  readonly turn: () => number;
  /** Virtual time stands still while a request hangs: the product's own patience would be spent for nothing. */
  readonly shortPatience: boolean;
}

const SHORT_MS = 200;
const SHORT_TIMEOUTS: NonNullable<OpenAiConfig['timeouts']> = {
  sttMs: SHORT_MS,
  replyFirstMs: SHORT_MS,
  replyIdleMs: SHORT_MS,
  speechFirstMs: SHORT_MS,
  speechIdleMs: SHORT_MS,
};
const REPLIES = ['Хорошо, ', 'расскажу вам ', 'подробнее. ', 'Слушаю вас.'];
const GOODBYE = ['Спасибо за разговор. ', 'До свидания!'];
const LETTER_SEC = 0.06;

const FAILURES: Readonly<Record<Exclude<Failure, 'timeout'>, FakeFailure>> = {
  '429': { kind: 'status', status: 429 },
  '500': { kind: 'status', status: 500 },
  hang: { kind: 'hang_after' },
  cut: { kind: 'cut' },
  nonsense: { kind: 'malformed' },
  html: { kind: 'html' },
  empty: { kind: 'empty' },
  silence: { kind: 'silence' },
};

/** Puts the providers together: the product's offline set, stages of it through the OpenAI adapters over HTTP where asked. */
export async function scenarioSpeech({ provider = {} }: Scenario, deps: SpeechDeps): Promise<ScenarioSpeech> {
  const { parts, course } = deps;
  const offline: SpeechPorts = {
    stt:
      course.unknown.length === 0
        ? parts.stt
        : createOfflineRecogniser([...parts.lines, ...course.unknown] satisfies KnownLine[]),
    operator:
      provider.says === undefined ? parts.operator : scripted(parts.operator, provider.says, provider.greets),
    tts: parts.tts,
  };
  const overHttp = httpStages(provider);
  if (overHttp.size === 0)
    return { ...offline, around: aroundOf(provider, deps), underWay: () => 0, close: async () => {} };

  const fake = await startFakeOpenAi({
    transcribe: () => course.words[deps.turn()] ?? 'Да, слушаю вас.',
    chat: (body) => (JSON.stringify(body['messages']).includes('must end now') ? GOODBYE : REPLIES),
    speechSeconds: (text) => text.length * LETTER_SEC,
    fail: (stage, nth) => failureOf(provider, stage, nth, deps.noticed()),
  });
  const set = openAiOver(fake, deps.shortPatience);
  return {
    stt: overHttp.has('stt') ? set.stt : offline.stt,
    operator: overHttp.has('chat')
      ? { ...set.operator, analyse: offline.operator.analyse }
      : offline.operator,
    tts: overHttp.has('tts') ? set.tts : offline.tts,
    around: aroundOf(provider, deps),
    underWay: () => fake.arrivals.filter(({ aborted, finished }) => !aborted && !finished).length,
    close: async () => {
      set.close();
      await fake.close();
    },
  };
}

function httpStages({ http = [], fail }: Provider): ReadonlySet<Stage> {
  return new Set([...http, ...(fail !== undefined && fail.how !== 'timeout' ? [fail.stage] : [])]);
}

function openAiOver(fake: FakeOpenAi, shortPatience: boolean): OpenAiSet {
  return createOpenAi({
    apiKey: 'scenario',
    baseUrl: fake.baseUrl,
    ...(shortPatience && { retries: 0, hedgeMs: 0, timeouts: SHORT_TIMEOUTS }),
  });
}

function failureOf({ fail }: Provider, stage: Stage, nth: number, noticed: number): FakeFailure | undefined {
  if (fail?.stage !== stage || fail.how === 'timeout') return undefined;
  if (nth < (fail.from ?? 1) || noticed >= (fail.times ?? Infinity)) return undefined;
  return FAILURES[fail.how];
}

/** A mind that answers with these words, one after another, and the last again and again. */
function scripted(rules: Operator, says: readonly string[], greets: string | undefined): Operator {
  return {
    ...rules,
    name: 'scenario-words',
    async *reply(request, signal) {
      if (request.task === 'greet') {
        if (greets === undefined) yield* rules.reply(request, signal);
        else yield greets;
        return;
      }
      if (request.task === 'close') {
        yield GOODBYE.join('');
        return;
      }
      const answered = request.history.filter(({ speaker }) => speaker === 'user').length - 1;
      yield says[Math.min(Math.max(0, answered), says.length - 1)] ?? '';
    },
  };
}

function aroundOf({ latency, fail }: Provider, { noticed }: SpeechDeps): ScenarioSpeech['around'] {
  const asked: Record<Stage, number> = { stt: 0, chat: 0, tts: 0 };
  return ({ stt, operator, tts }, clock) => {
    const before = async (stage: Stage, signal: AbortSignal): Promise<void> => {
      asked[stage] += 1;
      const wait = latency?.[stage];
      if (wait !== undefined) await sleep(clock, durationMs(wait), signal);
      if (fail?.how !== 'timeout' || fail.stage !== stage) return;
      if (asked[stage] >= (fail.from ?? 1) && noticed() < (fail.times ?? Infinity)) await aborted(signal);
    };
    return {
      stt: {
        name: stt.name,
        recognise: async (audio, hint, signal) => {
          await before('stt', signal);
          return stt.recognise(audio, hint, signal);
        },
      },
      operator: {
        name: operator.name,
        analyse: (request, signal) => operator.analyse(request, signal),
        followUp: (request, signal) => operator.followUp(request, signal),
        async *reply(request, signal) {
          await before('chat', signal);
          yield* operator.reply(request, signal);
        },
      },
      tts: {
        name: tts.name,
        async *speak(request, signal) {
          await before('tts', signal);
          yield* tts.speak(request, signal);
        },
      },
    };
  };
}

function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    const leave = (): void => {
      clock.clearTimeout(timer);
      reject(signal.reason as Error);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
