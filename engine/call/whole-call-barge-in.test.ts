import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { muLawEncode } from '../media/g711.ts';
import { randomRtpSender } from '../media/random-sender.ts';
import type { Telephony } from '../ports/telephony.ts';
import { callFacts, only } from '../testing/call-lab-facts.ts';
import { openOfflineParts, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { virtualTicker } from '../testing/virtual-clock.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

/** What somebody says, whatever he hears: `atMs` after the answer. */
interface Cue {
  readonly atMs: number;
  readonly pcm: Int16Array;
}

const FRAME_SAMPLES = 160;

/** A person who does not wait for his turn. Hangs up at `untilMs`. */
function interrupter(lab: () => CallLab, cues: readonly Cue[], untilMs: number): Telephony {
  return {
    name: 'interrupter',
    simulated: true,
    dial: ({ localMedia }, tell, signal) => {
      let end: (outcome: 'hangup_near' | 'hangup_far') => void = () => {};
      const answer = async () => {
        const { clock, transport } = lab();
        const socket = await transport.open();
        const sender = randomRtpSender();
        let over = false;
        const said = new Int16Array(untilMs * 8);
        for (const { atMs, pcm } of cues) said.set(pcm, atMs * 8);
        const stop = virtualTicker(clock).start((frame) => {
          const at = frame * FRAME_SAMPLES;
          if (at >= said.length) return end('hangup_far');
          socket.send(
            sender.packet(muLawEncode(said.subarray(at, at + FRAME_SAMPLES)), { frame }),
            localMedia,
          );
        });
        end = (outcome) => {
          if (over) return;
          over = true;
          stop();
          void socket.close();
          queueMicrotask(() => tell({ type: 'ended', outcome, reason: 'конец' }));
        };
        tell({ type: 'answered', remote: socket.local });
      };
      lab().clock.setTimeout(() => void answer(), 100);
      const hangup = () => end('hangup_near');
      signal.addEventListener('abort', hangup, { once: true });
      return { hangup };
    },
    state: () => ({ kind: 'ready' }),
    onIncoming: () => undefined,
    close: () => Promise.resolve(),
  };
}

describe('A whole call with somebody who interrupts', () => {
  let parts: OfflineParts;
  beforeAll(async () => {
    parts = await openOfflineParts();
  });
  afterAll(() => parts.close());

  const voice = (id: string) => parts.lines.find((line) => line.id === id)!;

  /** Holds a call; the greeting lasts from 0 to some 6.4 s. */
  const held = async (cues: readonly Cue[], untilMs = 14_000) => {
    let lab: CallLab | undefined = undefined as CallLab | undefined;
    lab = await CallLab.open({ ...parts, telephony: () => interrupter(() => lab!, cues, untilMs) });
    const view = await lab.call({ phone: '+79990000001' });
    const events = lab.journal.events(view.callId);
    expect(view.status).toBe('completed');
    expect(lab.openSockets).toBe(0);
    return { view, events, facts: callFacts(view, events, lab.recordings.file(view.recording!)) };
  };

  it('falls silent within a second, keeps what was heard of its words, and answers', async () => {
    const question = voice('not-interested-ru-1');
    const { view, events, facts } = await held([{ atMs: 2_000, pcm: question.pcm }]);
    const [greeting, reply] = only(events, 'utterance.finished');
    expect(greeting).toMatchObject({ utterance: 1, complete: false });
    expect(greeting!.text).toMatch(/^Здравствуйте.*…$/);
    expect(greeting!.endMs).toBeGreaterThan(2_400);
    expect(greeting!.endMs).toBeLessThan(3_000);
    expect(facts.heard).toEqual([question.text]);
    expect(facts.doubleTalkMs).toBeLessThan(1_000);
    expect(reply).toMatchObject({ complete: true });
    expect(facts.replies).toHaveLength(1);
    expect(facts.replies[0]!.journalMs).toBeLessThan(2_000);
    expect(view.transcript.map(({ speaker }) => speaker).slice(0, 3)).toEqual([
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('is not stopped by «угу»', async () => {
    const { events } = await held(
      [{ atMs: 2_000, pcm: voice('call-later-ru-1').pcm.subarray(0, 8 * 400) }],
      9_000,
    );
    expect(only(events, 'speech.started')).toHaveLength(1);
    expect(only(events, 'utterance.finished')[0]).toMatchObject({ utterance: 1, complete: true });
    expect(only(events, 'utterance.started')).toHaveLength(1);
  });

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
