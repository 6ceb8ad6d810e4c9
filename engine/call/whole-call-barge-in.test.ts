import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { callFacts, only } from '../testing/call-lab-facts.ts';
import { openOfflineParts, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { rudeCallers, type Cue } from '../testing/rude-callers.ts';
import { virtualTicker } from '../testing/virtual-clock.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

describe('A whole call with somebody who interrupts', () => {
  let parts: OfflineParts;
  beforeAll(async () => {
    parts = await openOfflineParts();
  });
  afterAll(() => parts.close());

  const voice = (id: string) => parts.lines.find((line) => line.id === id)!;

  /** Holds a call; the greeting lasts from 0 to some 6.4 s. */
  const held = async (cues: readonly Cue[], untilMs = 14_000, echo?: { delayMs: number; gain: number }) => {
    let lab: CallLab | undefined = undefined as CallLab | undefined;
    const deps = () => ({ clock: lab!.clock, transport: lab!.transport, ticker: virtualTicker(lab!.clock) });
    const course = { cues, hangsUpAtMs: untilMs, ...(echo && { echo }) };
    lab = await CallLab.open({ ...parts, telephony: () => rudeCallers(deps, () => course) });
    const view = await lab.call({ phone: '+79990000001' });
    const events = lab.journal.events(view.callId);
    expect(view.status).toBe('completed');
    expect(lab.openSockets).toBe(0);
    return { view, events, facts: callFacts(view, events, lab.recordings.file(view.recording!)) };
  };

  /** The caller's onset → the assistant's last audible sample, on the recording, ms. */
  const stoppedAfterMs = ({ facts }: Awaited<ReturnType<typeof held>>, onsetMs: number) => {
    const { assistant } = facts.recording!;
    const from = onsetMs * 8;
    // Until the held voice is silent for 100 ms.
    let last = from;
    for (let at = from; at < assistant.length && at - last < 800; at += 1)
      if (Math.abs(assistant[at]!) > 164) last = at;
    return (last - from) / 8;
  };

  it('falls silent within 200 ms, keeps what was heard of its words, and answers', async () => {
    const question = voice('not-interested-ru-1');
    const call = await held([{ atMs: 2_000, pcm: question.pcm }]);
    const { view, events, facts } = call;
    const [greeting, reply] = only(events, 'utterance.finished');
    expect(greeting).toMatchObject({ utterance: 1, complete: false });
    expect(greeting!.text).toMatch(/^Здравствуйте.*…$/);
    const onsetMs = only(events, 'speech.started')[0]!.startMs;
    expect(stoppedAfterMs(call, onsetMs)).toBeLessThanOrEqual(200);
    expect(only(events, 'utterance.resumed')).toEqual([]);
    expect(facts.heard).toEqual([question.text]);
    expect(facts.doubleTalkMs).toBeLessThan(300);
    expect(reply).toMatchObject({ complete: true });
    expect(facts.replies).toHaveLength(1);
    expect(facts.replies[0]!.journalMs).toBeLessThan(2_000);
    expect(view.transcript.map(({ speaker }) => speaker).slice(0, 3)).toEqual([
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('is not stopped for good by a short sound that means nothing: it goes on from where it was', async () => {
    const { events } = await held(
      [{ atMs: 2_000, pcm: voice('call-later-ru-1').pcm.subarray(0, 8 * 400) }],
      12_000,
    );
    expect(only(events, 'speech.started')).toHaveLength(1);
    const [heldAt] = only(events, 'utterance.held');
    const [resumed] = only(events, 'utterance.resumed');
    expect(heldAt!.utterance).toBe(1);
    expect(resumed!.atMs - heldAt!.atMs).toBeLessThan(1_300);
    expect(only(events, 'utterance.finished')[0]).toMatchObject({ utterance: 1, complete: true });
    expect(only(events, 'utterance.started')).toHaveLength(1);
  });

  it.each([
    { delayMs: 60, gain: 0.25 },
    { delayMs: 240, gain: 0.1 },
  ])(
    'keeps the floor before its own echo ($delayMs ms, × $gain), and gives it to the caller',
    async (echo) => {
      const { events } = await held([], 9_000, echo);
      // A syllable of it may slip through and be waited for; it is nobody's turn.
      expect(only(events, 'utterance.finished')[0]).toMatchObject({ utterance: 1, complete: true });
      expect(only(events, 'utterance.started').map(({ kind }) => kind)).toEqual(['greeting']);
      const { facts } = await held([{ atMs: 3_000, pcm: voice('interested-ru-2').pcm }], 14_000, echo);
      expect(facts.brokenOff).toBe(1);
      expect(facts.heard.length + facts.unrecognised).toBeGreaterThanOrEqual(1);
    },
  );

  it('answers what began while it still spoke', async () => {
    const line = voice('interested-ru-2');
    const { facts, events } = await held([{ atMs: 6_200, pcm: line.pcm }], 16_000);
    expect(facts.heard).toEqual([line.text]);
    expect(only(events, 'utterance.started').map(({ kind }) => kind)).toEqual(['greeting', 'reply']);
    expect(facts.replies[0]!.journalMs).toBeLessThan(2_000);
  });

  it('can be interrupted again and again', async () => {
    const line = voice('interested-ru-2');
    const cues = [2_000, 6_500, 11_000, 15_500].map((atMs) => ({ atMs, pcm: line.pcm }));
    const { facts, events } = await held(cues, 26_000);
    expect(facts.heard).toEqual(cues.map(() => line.text));
    expect(facts.overlappingUtterances).toBe(0);
    expect(
      only(events, 'utterance.finished').filter(({ complete }) => !complete).length,
    ).toBeGreaterThanOrEqual(3);
    expect(facts.replies.every(({ journalMs }) => journalMs < 2_000)).toBe(true);
  });
});
