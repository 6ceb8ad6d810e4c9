import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallEvent } from '../contract/call-event.ts';
import type { TraceStep } from '../contract/call-trace.ts';
import { fakeOperator, fakeStt, fakeTts, type Fault } from '../testing/call-lab-fakes.ts';
import { only } from '../testing/call-lab-facts.ts';
import { openOfflineParts, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab, type LabOptions } from '../testing/call-lab.ts';
import { rudeCallers, type RudeCourse } from '../testing/rude-callers.ts';
import { VirtualClock, virtualTicker } from '../testing/virtual-clock.ts';
import { changedMachine, TALKING_STATES } from '../testing/changed-machine.ts';
import type { callMachine } from './call.machine.ts';
import { gatedSilero } from '../media/gated-vad.ts';
import { loadSileroWeights } from '../media/silero-weights.ts';
import { parseWav } from '../media/wav.ts';
import { replayHearing } from './replay-hearing.ts';
import { replayCall } from './replay.ts';
import { NotReplayableError } from './replay-record.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

const WHOLE = ['interested', 'not_interested', 'silent', 'hangs_up'] as const;
/** Busy, no answer, an error of the network. */
const UNANSWERED = ['+79990000486', '+79990000480', '+79990000503'];

async function rudeLab(course: RudeCourse, options: LabOptions): Promise<CallLab> {
  const lab: CallLab = await CallLab.open({
    ...options,
    telephony: () =>
      rudeCallers(
        () => ({ clock: lab.clock, transport: lab.transport, ticker: virtualTicker(lab.clock) }),
        () => course,
      ),
  });
  return lab;
}

const journals: (readonly CallEvent[])[] = [];
const recordings = new Map<string, Uint8Array>();
/** The steps of the call that was hung up on, as somebody saw them who came while it rang. */
const seen: TraceStep[] = [];
let seenCall: CallEvent['callId'];
let parts: OfflineParts;

/** Recorded once for all tests, in the lab: whole calls over RTP. */
beforeAll(async () => {
  parts = await openOfflineParts();
  const keep = async (lab: CallLab, orders: Parameters<CallLab['calls']>[0]) => {
    const views = await lab.calls(orders);
    journals.push(...views.map(({ callId }) => lab.journal.events(callId)));
    for (const { callId, recording } of views)
      if (recording !== null) recordings.set(callId, lab.recordings.file(recording)!);
  };
  const people = await CallLab.open({ ...parts, fillers: true });
  await keep(people, [
    ...WHOLE.map((persona) => ({ phone: '+79160000001', farEnd: { persona } })),
    ...UNANSWERED.map((phone) => ({ phone })),
  ]);
  // We hang up, from outside, in the middle of the greeting.
  people.exchange.subscribe(({ type, callId }) => {
    if (type === 'line.ringing') {
      const watched = people.exchange.watch(callId, (step) => seen.push(step));
      seen.push(...watched!.steps);
      seenCall = callId;
    }
    if (type === 'utterance.sentence') people.exchange.hangup(callId);
  });
  await keep(people, [{ phone: '+79990000001' }]);

  const pcm = (id: string) => parts.lines.find((line) => line.id === id)!.pcm;
  const [words, question] = [pcm('not-interested-ru-1'), pcm('interested-ru-2')];
  const cough = pcm('call-later-ru-1').subarray(0, 8 * 400);
  const ending = { hangsUpAtMs: 11_000 };
  const courses: readonly RudeCourse[] = [
    { ...ending, cues: [{ atMs: 2_000, pcm: words }] },
    { ...ending, cues: [{ atMs: 2_000, pcm: cough }] },
    {
      ...ending,
      cues: [
        { atMs: 1_500, pcm: cough },
        { atMs: 4_000, pcm: question },
      ],
    },
    { ...ending, cues: [{ atMs: 6_800, pcm: question }] },
    { ...ending, cues: [{ atMs: 3_000, pcm: words }], hangsUpAtMs: 3_800 },
    {
      ...ending,
      cues: [
        { atMs: 1_000, pcm: words },
        { atMs: 4_500, pcm: question },
        { atMs: 9_000, pcm: cough },
      ],
    },
  ];
  for (const course of courses) await keep(await rudeLab(course, parts), [{ phone: '+79990000001' }]);

  const faults: readonly (readonly [stt: Fault, operator: Fault, tts: Fault])[] = [
    ['fails', 'none', 'none'],
    ['hangs', 'none', 'none'],
    ['empty', 'none', 'none'],
    ['none', 'fails', 'none'],
    ['none', 'none', 'fails'],
    ['none', 'none', 'breaks'],
  ];
  for (const [stt, operator, tts] of faults) {
    const clock = new VirtualClock();
    const fakes = {
      clock,
      fakes: ['stt', 'operator', 'tts'] as const,
      stt: fakeStt(clock, 'Да, расскажите.', stt),
      operator: fakeOperator(clock, 'Хорошо.', operator, 'До свидания.'),
      tts: fakeTts(clock, tts),
    };
    const course = {
      cues: [
        { atMs: 1_000, pcm: words },
        { atMs: 5_000, pcm: question },
      ],
      hangsUpAtMs: 14_000,
    };
    await keep(await rudeLab(course, { ...fakes, lines: parts.lines }), [{ phone: '+79990000002' }]);
  }
}, 120_000);
afterAll(() => parts.close());

/** What a machine does otherwise, over all recorded calls. */
async function differences(machine?: typeof callMachine) {
  const reports = await Promise.all(journals.map((journal) => replayCall(journal, machine)));
  return reports.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
}

describe('A recorded call, run again', () => {
  it('is the same to the last event on the same machine: twenty calls and more', async () => {
    expect(journals.length).toBeGreaterThanOrEqual(20);
    expect(await differences()).toEqual([]);
    // They are worth something: failures, interruptions, limits and all ways to end are among them.
    const types = new Set(journals.flat().map(({ type }) => type));
    const all = [
      'utterance.held',
      'utterance.resumed',
      'turn.unrecognised',
      'provider.failed',
      'filler.said',
    ];
    expect([...types]).toEqual(expect.arrayContaining(all.slice(0, 4)));
    const outcomes = new Set(
      journals.flatMap((journal) => only(journal, 'line.ended').map(({ outcome }) => outcome)),
    );
    expect([...outcomes].sort()).toEqual(['busy', 'error', 'hangup_far', 'hangup_near', 'no_answer']);
    for (const journal of journals) {
      const report = await replayCall(journal);
      expect(report.events).toBe(journal.length - 2);
    }
  });

  it('can be watched from the inside while it lasts: the same steps that the journal holds in the end', () => {
    const journal = journals.find((one) => one[0]?.callId === seenCall)!;
    expect(seen.length).toBeGreaterThan(5);
    expect(seen).toEqual(only(journal, 'call.traced')[0]!.steps);
  });

  it('survives being stored: as text, with its keys in another order', async () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, inner]) => [key, turned(inner)]),
            )
          : value;
    for (const journal of journals) {
      const stored = JSON.parse(JSON.stringify(turned(journal))) as CallEvent[];
      expect((await replayCall(stored)).difference).toBeUndefined();
    }
  });

  it.each([
    [
      'a reprompt that comes two seconds earlier',
      [...TALKING_STATES, 'listening', 'after'],
      { 4_000: '#closing' },
    ],
    [
      'a goodbye that nobody notices',
      [...TALKING_STATES, 'replying', 'states', 'speaking', 'on', 'utterance.finished'],
      '#yielding',
    ],
    [
      'a greeting that is not held when the caller makes a sound',
      [...TALKING_STATES, 'greeting', 'states', 'audible', 'on'],
      {},
    ],
    [
      'no apology for deafness',
      [...TALKING_STATES, 'recognising', 'invoke', 'onError', 'target'],
      '#closing',
    ],
    [
      'no second chance to be understood',
      [...TALKING_STATES, 'mishearing', 'always'],
      { target: '#closing' },
    ],
  ])('a planted change is found: %s', async (_what, path, value) => {
    const found = await differences(changedMachine(path, value));
    expect(found.length).toBeGreaterThan(0);
  });

  it('names the event, what was recorded and what is done today', async () => {
    const silent = journals[WHOLE.indexOf('silent')]!;
    const { difference } = await replayCall(
      silent,
      changedMachine([...TALKING_STATES, 'listening', 'after'], { 4_000: '#closing' }),
    );
    const greeted = only(silent, 'utterance.finished')[0]!;
    expect(difference).toMatchObject({
      afterSeq: greeted.seq,
      event: 'timer',
      recorded: { did: [], wrote: [] },
      today: { did: ['utter closing 2 ru'] },
    });
    expect(difference!.today.states).toContain('live.conversation.held.closing');
    expect(difference!.recorded.states).toContain('live.conversation.held.talking.listening');
  });

  it('refuses what it cannot replay, and says why', async () => {
    const [journal] = journals;
    await expect(replayCall([])).rejects.toThrow(NotReplayableError);
    await expect(replayCall(journal!.slice(1))).rejects.toThrow(/call\.created/);
    await expect(replayCall(journal!.filter(({ seq }) => seq !== 5))).rejects.toThrow(/нет события 5/);
    await expect(replayCall(journal!.slice(0, 6))).rejects.toThrow(/ещё идёт/);
  });
});

describe('A recorded call, heard again', () => {
  const vad = () => gatedSilero(loadSileroWeights());
  const heardAgain = (journal: readonly CallEvent[], spoil?: (caller: Int16Array) => void) => {
    const [caller, assistant] = parseWav(recordings.get(journal[0]!.callId)!).samples;
    spoil?.(caller!);
    return replayHearing(journal, { caller: caller!, assistant: assistant! }, vad());
  };
  // The people first; after the unanswered calls and the one that was hung up on, the rude ones.
  const some = () => [journals[0]!, ...journals.slice(WHOLE.length + UNANSWERED.length + 1, -6)];

  it('is understood by today’s ears as it was, to the sample: interruptions and all', () => {
    const reports = some().map((journal) => heardAgain(journal));
    expect(reports.map(({ difference }) => difference)).toEqual(reports.map(() => undefined));
    expect(reports.reduce((sum, { heard }) => sum + heard, 0)).toBeGreaterThan(40);
  });

  it('names the first thing that is heard otherwise', () => {
    const [journal] = some();
    const turn = only(journal!, 'turn.ended')[1]!;
    const { difference } = heardAgain(journal!, (caller) =>
      caller.fill(0, turn.startMs * 8 - 4_000, turn.endMs * 8),
    );
    expect(difference).toMatchObject({
      recorded: { type: 'speech.started', turn: 2, startMs: turn.startMs },
    });
    expect(difference!.today).not.toEqual(difference!.recorded);
  });

  it('is nothing where nobody answered', () => {
    const silence = { caller: new Int16Array(0), assistant: new Int16Array(0) };
    expect(() => replayHearing(journals[WHOLE.length]!, silence, vad())).toThrow(/не был отвечен/);
  });
});
