import { randomUUID } from 'node:crypto';
import { Value } from 'typebox/value';
import { logEvent } from '../../api/log-event.ts';
import { toOrder } from '../../api/routes/order.ts';
import { CallOrderBody } from '../../api/schemas/call.ts';
import { createProvider } from '../../engine/adapters/provider/provider.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import { foldCall, type CallView } from '../../engine/contract/fold-call.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { startingLanguage } from '../../engine/contract/languages.ts';
import type { Operator } from '../../engine/ports/operator.ts';
import type { Telephony } from '../../engine/ports/telephony.ts';
import { callFacts, only, type CallFacts } from '../../engine/testing/call-lab-facts.ts';
import type { OfflineParts } from '../../engine/testing/call-lab-offline.ts';
import { CallLab, type LabOptions } from '../../engine/testing/call-lab.ts';
import { FAKE_PROVIDER, FakeProvider } from '../../engine/testing/fake-provider.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { virtualTicker } from '../../engine/testing/virtual-clock.ts';
import { courseOf, faultsOf } from './course.ts';
import { scenarioSpeech } from './providers.ts';
import type { ScenarioFile } from './read.ts';
import { RealLab, type ScenarioLab } from './real-lab.ts';
import type { Scenario } from './schema.ts';

/** A call of a scenario, and what is known of it when it is over. */
export interface HeldCall {
  /** With the verdict, as after the analysis. */
  readonly view: CallView;
  readonly events: readonly CallEvent[];
  readonly facts: CallFacts;
  /** How many times the caller said something that was speech. */
  readonly spokenSteps: number;
  readonly log: readonly LogLine[];
  readonly wav: Uint8Array | undefined;
}

export interface LogLine {
  readonly message: string;
  readonly callId: unknown;
}

export interface HeldScenario {
  /** Empty where the order was refused. */
  readonly calls: readonly HeldCall[];
  readonly refused: boolean;
  /** What must never be: bugs that no event tells, sockets and requests that outlive the call. */
  readonly leftovers: readonly string[];
}

export interface HoldOptions {
  readonly parts: OfflineParts;
  readonly realTime: boolean;
  /** The nth repetition, from 0: a bad line is bad in another way each time. */
  readonly nth: number;
}

const DEFAULT_PHONE = '+79990000004';

/** Holds a scenario's calls once. Rejects with ScenarioError where a sound cannot be made. */
export async function holdScenario(
  { scenario, file }: ScenarioFile,
  options: HoldOptions,
): Promise<HeldScenario> {
  const { parts, realTime, nth } = options;
  const body = bodyOf(scenario);
  if (!Value.Check(CallOrderBody, body)) return { calls: [], refused: true, leftovers: [] };
  const order = toOrder(body);
  const language = startingLanguage(order.language);
  const course = await courseOf(scenario, {
    lines: parts.lines,
    tts: parts.tts,
    file,
    language,
    seed: 1 + nth,
  });
  const callIds = Array.from({ length: scenario.at_once ?? 1 }, () => toCallId(randomUUID()));

  let lab: ScenarioLab | undefined = undefined as ScenarioLab | undefined;
  const eventsOf = (callId: CallId): readonly CallEvent[] => lab?.journal.events(callId) ?? [];
  const speech = await scenarioSpeech(scenario, {
    parts,
    course,
    noticed: () => only(eventsOf(callIds[0]!), 'provider.failed').length,
    turn: () => only(eventsOf(callIds[0]!), 'speech.started').length - 1,
    shortPatience: !realTime,
  });
  try {
    const labOptions: LabOptions & Required<Pick<LabOptions, 'readRecording'>> = {
      lines: parts.lines,
      stt: speech.stt,
      operator: speech.operator,
      tts: speech.tts,
      around: speech.around,
      fillers: scenario.provider?.fillers ?? true,
      maxCalls: 50,
      readRecording: async (name) => {
        const pcm = course.sounds.get(name);
        if (pcm === undefined) throw new Error(`${name}: no such sound in the scenario`);
        return pcm;
      },
      ...(scenario.call?.via === 'provider' && { telephony: () => fakeProvider(() => lab!, realTime) }),
    };
    lab = realTime ? new RealLab(labOptions) : await CallLab.open(labOptions);
    const faults = faultsOf(scenario, 1 + nth);
    const { persona } = scenario;
    const farEnd = {
      ...(persona !== undefined && { persona }),
      ...(course.steps !== undefined && { steps: course.steps }),
      ...(faults !== undefined && { faults }),
    };
    const views = await lab.calls(callIds.map((callId): CallPlan => ({ ...order, callId, farEnd })));
    const held = views.map((view) => heldCall(lab!, view, wordsOf(scenario, course.words, view, parts)));
    return {
      calls: await Promise.all(held.map((call) => analysed(call, parts.operator))),
      refused: false,
      leftovers: [
        ...lab.troubles,
        ...(lab.openSockets === 0 ? [] : [`${lab.openSockets} RTP-сокетов осталось открыто`]),
        ...(await requestsLeft(speech)),
      ],
    };
  } finally {
    await speech.close();
  }
}

/** What the caller may say in all: of his steps, or of the persona's own lines. */
function wordsOf(
  { persona }: Scenario,
  words: readonly string[],
  { spokenLanguage }: CallView,
  { lines }: OfflineParts,
): readonly string[] {
  if (persona === undefined) return words;
  return lines
    .filter((line) => line.persona === persona && line.language === spokenLanguage)
    .map(({ text }) => text);
}

function bodyOf({ call = {} }: Scenario): unknown {
  const { to, language, voice, prompt } = call;
  return {
    phone: to ?? DEFAULT_PHONE,
    voice: voice ?? 'female',
    ...(language !== undefined && { language }),
    ...(prompt !== undefined && { prompt }),
  };
}

function heldCall({ journal, recordings }: ScenarioLab, view: CallView, words: readonly string[]): HeldCall {
  const events = journal.events(view.callId);
  const wav = view.recording === null ? undefined : recordings.file(view.recording);
  const log: LogLine[] = [];
  const note = (fields: object, message: string): void =>
    void log.push({ message, callId: 'callId' in fields ? fields.callId : undefined });
  for (const event of events) logEvent({ info: note, warn: note, error: note }, event);
  const spokenSteps = words.filter((text) => text !== '').length;
  return { view, events, facts: callFacts(view, events, wav), spokenSteps, log, wav };
}

/** The verdict, as the step after the call gives it: of calls that were held. */
async function analysed(call: HeldCall, operator: Operator): Promise<HeldCall> {
  const { view } = call;
  if (view.status !== 'completed') return call;
  const { prompt, spokenLanguage: language, transcript, callId, lastSeq, endedAt, createdAt } = view;
  const verdict = await operator.analyse({ prompt, language, transcript }, AbortSignal.timeout(10_000));
  const at = endedAt ?? createdAt;
  const event: CallEvent = { type: 'analysis.done', callId, seq: lastSeq + 1, at, ...verdict };
  return { ...call, view: foldCall(view, event) };
}

/** A provider's gateway that speaks V4's unified events, and our door for it. */
function fakeProvider(lab: () => ScenarioLab, realTime: boolean): Telephony {
  const ticker = realTime
    ? new SystemFrameTicker()
    : {
        start: (onFrame: (frame: number, lateMs: number) => void) =>
          virtualTicker(lab().clock).start(onFrame),
      };
  const clock: ScenarioLab['clock'] = {
    now: () => lab().clock.now(),
    wallTime: () => lab().clock.wallTime(),
    setTimeout: (fn, ms) => lab().clock.setTimeout(fn, ms),
    clearTimeout: (handle) => lab().clock.clearTimeout(handle),
  };
  const fake = new FakeProvider(clock, ticker);
  const transport = { open: () => lab().transport.open() };
  const onTrouble = (what: string): void => {
    throw new Error(what);
  };
  const { telephony, door } = createProvider(
    { clock, ticker, transport, fetch: fake.fetch, onTrouble },
    FAKE_PROVIDER,
  );
  fake.door = door;
  return telephony;
}

const LEAVE_MS = 2_000;

/** An aborted request is gone a moment later: its connection has to close. */
async function requestsLeft(speech: { underWay(): number }): Promise<readonly string[]> {
  const giveUpAtMs = performance.now() + LEAVE_MS;
  while (speech.underWay() > 0 && performance.now() < giveUpAtMs)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return speech.underWay() === 0 ? [] : [`${speech.underWay()} запросов к провайдеру осталось после звонка`];
}
