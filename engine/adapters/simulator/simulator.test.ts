import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FarEndOrder } from '../../contract/call-plan.ts';
import { toCallId } from '../../contract/ids.ts';
import type { CallerLine } from '../../far-end/caller-voices.ts';
import type { MediaTransport } from '../../ports/media-transport.ts';
import type { LineEvent } from '../../ports/telephony.ts';
import { MemoryTransport } from '../../testing/memory-transport.ts';
import { telephonyContract, type TelephonyUnderTest } from '../../testing/telephony-contract.ts';
import { VirtualClock, virtualTicker } from '../../testing/virtual-clock.ts';
import { createSimulator } from './simulator.ts';

/** One line a person is enough: what is said is none of the telephony's business. */
const lines: readonly CallerLine[] = (['interested', 'neutral'] as const).map((persona) => ({
  id: persona,
  persona,
  language: 'ru',
  text: 'Алло.',
  phrases: [],
  pcm: new Int16Array(4000).fill(3000),
}));

/** Counts its sockets. */
function countedTransport(): MediaTransport & { readonly bound: Set<number> } {
  const inner = new MemoryTransport();
  const bound = new Set<number>();
  return {
    bound,
    open: async () => {
      const socket = await inner.open();
      const { port } = socket.local;
      bound.add(port);
      return {
        local: socket.local,
        send: (bytes, to) => socket.send(bytes, to),
        onPacket: (listener) => socket.onPacket(listener),
        poll: () => socket.poll(),
        close: async () => {
          await socket.close();
          bound.delete(port);
        },
      };
    },
  };
}

function simulator(
  readRecording: (file: string) => Promise<Int16Array> = () => Promise.resolve(new Int16Array(800)),
) {
  const clock = new VirtualClock();
  const transport = countedTransport();
  const telephony = createSimulator({ clock, ticker: virtualTicker(clock), transport, lines, readRecording });
  return {
    clock,
    telephony,
    transport,
    phones: {
      talks: '+79990000001',
      // Nobody speaks to him: after half a minute he hangs up.
      hangsUp: '+79990000004',
      rings: '+79990000480',
      busy: '+79990000486',
      refused: '+79990000503',
    },
    wait: async (ms: number) => {
      await clock.run(ms);
    },
    held: () => transport.bound.size + (clock.nextDueMs() === undefined ? 0 : 1),
  } satisfies TelephonyUnderTest & { readonly clock: VirtualClock };
}

telephonyContract('The simulator', () => simulator());

describe('The simulator', () => {
  const dial = async (
    subject: ReturnType<typeof simulator>,
    phone: string,
    farEnd?: FarEndOrder,
    ringTimeoutMs = 30_000,
  ) => {
    const socket = await subject.transport.open();
    const events: (LineEvent & { readonly atMs: number })[] = [];
    const line = subject.telephony.dial(
      {
        callId: toCallId(randomUUID()),
        phone,
        localMedia: socket.local,
        ringTimeoutMs,
        language: 'ru',
        ...(farEnd === undefined ? {} : { farEnd }),
      },
      (event) => events.push({ ...event, atMs: subject.clock.now() }),
      new AbortController().signal,
    );
    return { line, events, socket };
  };

  it('says that nothing of the network is real', () => {
    expect(simulator().telephony).toMatchObject({ name: 'simulator', simulated: true });
  });

  it.each([
    ['+79990000480', 'no_answer', '480'],
    ['+79990000180', 'no_answer', '480'],
    ['+79990000486', 'busy', '486'],
    ['+79990000403', 'error', '403'],
    ['+79990000404', 'error', '404'],
    ['+79990000408', 'error', '408'],
    ['+79990000503', 'error', '503'],
  ])('%s ends as %s with the cause %s', async (phone, outcome, cause) => {
    const subject = simulator();
    const { events } = await dial(subject, phone);
    await subject.clock.run(60_000);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome, cause });
    expect(events.map(({ type }) => type)).not.toContain('answered');
  });

  it('rings for as long as it was told to, and not longer', async () => {
    const subject = simulator();
    const { events } = await dial(subject, '+79990000480', undefined, 45_000);
    await subject.clock.run(120_000);
    const [ringing, ended] = events;
    expect(ended!.atMs - ringing!.atMs).toBe(45_000);
  });

  it('hears nothing of a dead number, and gives it as long as a ringing one', async () => {
    const subject = simulator();
    const startedMs = subject.clock.now();
    const { events } = await dial(subject, '+79990000408', undefined, 20_000);
    await subject.clock.run(60_000);
    expect(events).toMatchObject([{ type: 'ended', reason: 'транк не отвечает' }]);
    expect(events[0]!.atMs - startedMs).toBe(20_000);
  });

  it('lets people pick up within three seconds, each number at a pace of its own', async () => {
    const subject = simulator();
    const delays = new Set<number>();
    for (let n = 0; n < 20; n += 1) {
      const { events, line } = await dial(subject, `+7903555${1000 + n}`);
      const startedMs = subject.clock.now();
      await subject.clock.run(3_000);
      const answered = events.find(({ type }) => type === 'answered');
      expect(answered).toBeDefined();
      delays.add(answered!.atMs - startedMs);
      line.hangup();
      await subject.clock.run(100);
    }
    expect(delays.size).toBeGreaterThan(3);
  });

  it('does not answer when the phone may not ring long enough', async () => {
    const subject = simulator();
    const { events } = await dial(subject, '+79990000001', undefined, 1_000);
    await subject.clock.run(60_000);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'no_answer' });
  });

  it('puts whom it was told to at the far end, whatever the number', async () => {
    const subject = simulator();
    const { events } = await dial(subject, '+79990000486', { persona: 'neutral' });
    await subject.clock.run(3_000);
    expect(events.map(({ type }) => type)).toEqual(['ringing', 'answered']);
  });

  it('plays the tester’s recordings, read in their order', async () => {
    const read: string[] = [];
    const subject = simulator((file) => {
      read.push(file);
      return Promise.resolve(new Int16Array(800));
    });
    const { events } = await dial(subject, '+79990000480', { audioFiles: ['a.wav', 'b.wav'] });
    await subject.clock.run(3_000);
    expect(read).toEqual(['a.wav', 'b.wav']);
    expect(events.at(-1)?.type).toBe('answered');
  });

  it('ends with the file’s name when a recording cannot be read', async () => {
    const subject = simulator((file) => Promise.reject(new Error(`${file}: no such file`)));
    const { events, socket } = await dial(subject, '+79990000001', { audioFiles: ['lost.wav'] });
    await subject.clock.run(5_000);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'error', cause: 'lost.wav: no such file' });
    await socket.close();
    expect(subject.held()).toBe(0);
  });

  it('keeps nothing of a line that was hung up while a recording was being read', async () => {
    let finish: (pcm: Int16Array) => void = () => undefined;
    const subject = simulator(() => new Promise((resolve) => (finish = resolve)));
    const { line, events, socket } = await dial(subject, '+79990000001', { audioFiles: ['slow.wav'] });
    await subject.clock.run(5_000);
    line.hangup();
    await subject.clock.run(100);
    finish(new Int16Array(800));
    await subject.clock.run(5_000);
    expect(events.map(({ type }) => type)).toEqual(['ringing', 'ended']);
    await socket.close();
    expect(subject.held()).toBe(0);
  });

  it('fails a call when the person has no port to speak from', async () => {
    const clock = new VirtualClock();
    const transport = { open: () => Promise.reject(new Error('no free UDP port')) };
    const telephony = createSimulator({
      clock,
      ticker: virtualTicker(clock),
      transport,
      lines,
      readRecording: () => Promise.reject(new Error('not asked for')),
    });
    const events: LineEvent[] = [];
    const request = {
      callId: toCallId(randomUUID()),
      phone: '+79990000001',
      localMedia: { address: '127.0.0.1', port: 9 },
      ringTimeoutMs: 30_000,
      language: 'ru',
    };
    telephony.dial(request, (event) => events.push(event), new AbortController().signal);
    await clock.run(5_000);
    expect(events.at(-1)).toMatchObject({ outcome: 'error', cause: 'no free UDP port' });
  });
});
