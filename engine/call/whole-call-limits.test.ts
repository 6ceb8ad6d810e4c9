import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallPlan, FarEndOrder } from '../contract/call-plan.ts';
import { EngineBusyError } from '../contract/errors.ts';
import { toCallId } from '../contract/ids.ts';
import { loadCallerVoices, type CallerLine } from '../far-end/caller-voices.ts';
import type { Operator } from '../ports/operator.ts';
import { fakeOperator, fakeStt, fakeTts } from '../testing/call-lab-fakes.ts';
import { only } from '../testing/call-lab-facts.ts';
import { VOICES_DIR } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

const MAX_CALL_MS = 120_000;
const MAX_PAIRS = 12;
const PERSON = '+79990000001';

/** Somebody who has always one more thing to say. */
const TALKATIVE: FarEndOrder = {
  audioFiles: Array.from({ length: 40 }, () => join(VOICES_DIR, 'call-later-ru-1.wav')),
};

let lines: readonly CallerLine[];
beforeAll(async () => {
  lines = await loadCallerVoices(VOICES_DIR);
});

const labs: CallLab[] = [];
const labOf = async (make: (clock: VirtualClock) => Operator, maxCalls = 10) => {
  const clock = new VirtualClock();
  const fakes = ['stt', 'operator', 'tts'] as const;
  const [stt, tts] = [fakeStt(clock, 'Да, расскажите.'), fakeTts(clock)];
  const lab = await CallLab.open({ lines, clock, fakes, stt, tts, operator: make(clock), maxCalls });
  labs.push(lab);
  return lab;
};
const brief = (clock: VirtualClock) => fakeOperator(clock, 'Хорошо.');

afterEach(() => {
  for (const lab of labs.splice(0)) {
    expect(lab.openSockets).toBe(0);
    expect(lab.clock.nextDueMs()).toBeUndefined();
    expect(lab.exchange.liveCalls()).toEqual([]);
  }
});

/** When an event stood in the journal, ms after the answer. */
const after = (lab: CallLab, callId: CallPlan['callId'], type: 'line.ended' | 'limit.reached') => {
  const events = lab.journal.events(callId);
  const at = (one: typeof type | 'line.answered') => Date.parse(only(events, one)[0]?.at ?? '');
  return at(type) - at('line.answered');
};

describe('The limits of a conversation (V5.2)', () => {
  it('a talkative caller is answered twelve times, the last time with a goodbye', async () => {
    const lab = await labOf(brief);
    const view = await lab.call({ phone: PERSON, farEnd: TALKATIVE });
    const events = lab.journal.events(view.callId);
    expect(only(events, 'limit.reached')).toMatchObject([{ limit: 'pairs' }]);
    const kinds = only(events, 'utterance.started').map(({ kind }) => kind);
    expect(kinds).toEqual(['greeting', ...Array.from({ length: MAX_PAIRS - 1 }, () => 'reply'), 'closing']);
    expect(only(events, 'turn.transcribed')).toHaveLength(MAX_PAIRS);
    expect(view).toMatchObject({ status: 'completed', reason: 'разговор завершён' });
  });

  it.each([
    ['of ordinary length', 'Мы расскажем вам обо всём, что у нас есть, по порядку и не торопясь.'],
    ['without an end', 'И ещё одно, что стоит знать о нас. '.repeat(60)],
  ])('replies %s that never say goodbye: closed by time, off the line within 120 s', async (_what, words) => {
    const lab = await labOf((clock) => fakeOperator(clock, `${words} ${words}`, 'none', 'Всё.'));
    const view = await lab.call({ phone: PERSON, farEnd: TALKATIVE });
    const events = lab.journal.events(view.callId);
    expect(only(events, 'limit.reached')).toMatchObject([{ limit: 'time' }]);
    expect(only(events, 'utterance.started').at(-1)?.kind).toBe('closing');
    expect(only(events, 'utterance.finished').at(-1)).toMatchObject({ text: 'Всё.', complete: true });
    expect(after(lab, view.callId, 'line.ended')).toBeLessThanOrEqual(MAX_CALL_MS);
    expect(view.durationSec).toBeLessThanOrEqual(MAX_CALL_MS / 1000);
    expect(view.status).toBe('completed');
  });

  it('a goodbye without an end is cut off: the line is down within 120 s', async () => {
    const endless = 'До свидания, и вот ещё что. '.repeat(60);
    const lab = await labOf((clock) =>
      fakeOperator(clock, 'Мы расскажем вам обо всём. '.repeat(5), 'none', endless),
    );
    const view = await lab.call({ phone: PERSON, farEnd: TALKATIVE });
    expect(after(lab, view.callId, 'line.ended')).toBeLessThanOrEqual(MAX_CALL_MS);
    expect(only(lab.journal.events(view.callId), 'utterance.finished').at(-1)?.complete).toBe(false);
    expect(view.status).toBe('completed');
  });

  it('a mind that falls silent when it should close cannot hold the line', async () => {
    const lab = await labOf((clock) => {
      const [talks, hangs] = [fakeOperator(clock, 'Хорошо.'), fakeOperator(clock, '', 'hangs')];
      return {
        ...talks,
        reply: (request, signal) => (request.task === 'close' ? hangs : talks).reply(request, signal),
      };
    });
    const view = await lab.call({ phone: PERSON, farEnd: TALKATIVE });
    expect(after(lab, view.callId, 'line.ended')).toBeLessThanOrEqual(MAX_CALL_MS);
    expect(view.status).toBe('completed');
  });
});

describe('The exchange, with whole calls in it', () => {
  const plan = (more: Partial<CallPlan> = {}): CallPlan => ({
    callId: toCallId(randomUUID()),
    phone: PERSON,
    language: 'auto',
    voice: 'female',
    prompt: '',
    ...more,
  });
  const place = async (lab: CallLab, call: CallPlan) => {
    const { callId, phone, language, voice, prompt } = call;
    const at = lab.clock.wallTime().toISOString();
    await lab.journal.append({ type: 'call.created', callId, seq: 1, at, phone, language, voice, prompt });
    return lab.exchange.place(call);
  };
  const pass = (lab: CallLab, ms: number) =>
    lab.run(new Promise<void>((resolve) => lab.clock.setTimeout(resolve, ms)));

  it.each([
    ['is being dialled', 100, 'failed', false],
    ['rings', 1_000, 'failed', false],
    ['is greeted', 3_500, 'completed', true],
    ['is in mid-conversation', 12_000, 'completed', true],
  ] as const)('stopped at once while somebody %s: %s', async (_when, ms, status, recorded) => {
    const lab = await labOf(brief);
    const call = plan({ farEnd: { persona: 'long_winded' } });
    await place(lab, call);
    await pass(lab, ms);
    await lab.run(lab.exchange.stop('now'));
    const view = lab.journal.view(call.callId);
    expect(view.status).toBe(status);
    expect(view.recording !== null).toBe(recorded);
    expect(view.reason).toMatch(/[а-яё]{3}/);
    expect(lab.exchange.freeSlots()).toBe(0);
    expect(() => lab.exchange.place(plan())).toThrow(EngineBusyError);
  });

  it('stopped gently: the call is held to its end, no other is taken', async () => {
    const lab = await labOf((clock) => fakeOperator(clock, 'До свидания!'));
    const call = plan({ farEnd: { persona: 'neutral' } });
    await place(lab, call);
    await pass(lab, 3_000);
    const stopped = lab.exchange.stop('drain');
    expect(() => lab.exchange.place(plan())).toThrow(EngineBusyError);
    await lab.run(stopped);
    expect(lab.journal.view(call.callId)).toMatchObject({ status: 'completed', reason: 'разговор завершён' });
    expect(only(lab.journal.events(call.callId), 'turn.transcribed')).toHaveLength(1);
  });

  it('hangs up on one call and leaves the others alone', async () => {
    const lab = await labOf((clock) => fakeOperator(clock, 'Хорошо. До свидания!'));
    const [first, second] = [
      plan({ farEnd: { persona: 'neutral' } }),
      plan({ farEnd: { persona: 'neutral' } }),
    ];
    const [one, other] = [await place(lab, first), await place(lab, second)];
    await pass(lab, 3_000);
    one.hangup();
    one.hangup();
    await lab.run(one.ended);
    expect(lab.exchange.liveCalls()).toEqual([second.callId]);
    await lab.run(other.ended);
    expect(only(lab.journal.events(first.callId), 'turn.transcribed')).toHaveLength(0);
    expect(only(lab.journal.events(second.callId), 'turn.transcribed')).toHaveLength(1);
    expect(lab.journal.view(second.callId).status).toBe('completed');
    one.hangup();
  });

  it('takes as many calls as it has lines, a call once, and another when one has ended', async () => {
    const lab = await labOf(brief, 2);
    const [first, second] = [plan(), plan({ phone: '+79990000486' })];
    const [one, other] = [await place(lab, first), await place(lab, second)];
    expect(lab.exchange.freeSlots()).toBe(0);
    expect(() => lab.exchange.place(plan())).toThrow(EngineBusyError);
    expect(() => lab.exchange.place(first)).toThrow(RangeError);
    await lab.run(other.ended);
    expect(lab.exchange.freeSlots()).toBe(1);
    const third = await place(lab, plan({ phone: '+79990000503' }));
    one.hangup();
    await lab.run(Promise.all([one.ended, third.ended]));
    expect(lab.exchange.freeSlots()).toBe(2);
  });

  it('a listener that throws is reported, and the call goes on', async () => {
    const lab = await labOf((clock) => fakeOperator(clock, 'До свидания!'));
    const heard: string[] = [];
    lab.exchange.subscribe(() => {
      throw new Error('the screen is broken');
    });
    const leave = lab.exchange.subscribe(({ type }) => heard.push(type));
    const view = await lab.call({ phone: PERSON });
    expect(view.status).toBe('completed');
    expect(heard.at(-1)).toBe('call.ended');
    expect(lab.troubles.length).toBe(heard.length);
    expect(lab.troubles[0]).toContain('the screen is broken');
    leave();
    await lab.call({ phone: '+79990000486' });
    expect(heard.at(-1)).toBe('call.ended');
    expect(heard.filter((type) => type === 'call.ended')).toHaveLength(1);
  });
});
