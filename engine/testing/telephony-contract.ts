import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toCallId } from '../contract/ids.ts';
import { parseRtp } from '../media/rtp-packet.ts';
import type { MediaSocket, MediaTransport } from '../ports/media-transport.ts';
import type { DialRequest, Line, LineEvent, Telephony } from '../ports/telephony.ts';

/** A telephony adapter with somebody at the other end, and a way to let time pass for it. */
export interface TelephonyUnderTest {
  readonly telephony: Telephony;
  readonly transport: MediaTransport;
  /** Numbers of people who behave so. `talks`: answers and stays on the line for ten seconds at least. */
  readonly phones: Readonly<Record<'talks' | 'hangsUp' | 'rings' | 'busy' | 'refused', string>>;
  /** Lets the line live for `ms`. */
  wait(ms: number): Promise<void>;
  /** Where time is real, and what happens, happens soon: how long is waited. The defaults are for virtual time. */
  readonly patience?: Partial<Patience>;
  /** Sockets, timers and the like of the adapter that are still held. Undefined where it cannot be told. */
  held?(): number;
}

export interface Patience {
  /** Longer than any line that ends by itself takes to do so. */
  readonly longMs: number;
  /** Something told twice, or too late, has come by then. */
  readonly settleMs: number;
}

const PATIENCE: Patience = { longMs: 90_000, settleMs: 5_000 };
const RING_TIMEOUT_MS = 5_000;
const OUTCOMES = ['hangup_near', 'hangup_far', 'no_answer', 'busy', 'error'];

interface ContractOptions {
  /** Its stories are told side by side: where time is real and they mostly wait. */
  readonly concurrent?: boolean;
}

/** What every Telephony promises (ports/telephony.ts). `make` is called for each test. */
export function telephonyContract(
  name: string,
  make: () => TelephonyUnderTest | Promise<TelephonyUnderTest>,
  { concurrent = false }: ContractOptions = {},
): void {
  describe(`${name} keeps the contract of Telephony`, { concurrent }, () => {
    /** A test with a telephony of its own, which is closed when it is over. */
    const story = (title: string, tell: (lab: Lab) => Promise<void>) =>
      it(title, async () => {
        const subject = await make();
        const lab = new Lab(subject);
        try {
          await tell(lab);
        } finally {
          await lab.close();
        }
      });

    story('has a name', async ({ subject }) => {
      expect(subject.telephony.name).toMatch(/^[a-z0-9-]+$/);
      await Promise.resolve();
    });

    story('rings, answers with an address whose RTP reaches us, and stays until we hang up', async (lab) => {
      const { subject } = lab;
      const call = await lab.dial(subject.phones.talks);
      const heard = fromPeer(call.socket);
      await lab.until(() => call.types().includes('answered'));
      expect(call.types()).toEqual([
        ...call
          .types()
          .slice(0, -1)
          .map(() => 'ringing'),
        'answered',
      ]);
      const { remote } = call.events.at(-1) as Extract<LineEvent, { type: 'answered' }>;
      await subject.wait(1_000);
      const ours = heard.filter(({ from }) => from === `${remote.address}:${remote.port}`);
      expect(ours.length).toBeGreaterThanOrEqual(45);
      for (const { packet } of ours) {
        expect(packet?.payloadType).toBe(0);
        expect(packet?.payload.length).toBe(160);
      }
      expect(call.types().at(-1)).toBe('answered');
      call.line.hangup();
      await lab.until(() => call.types().includes('ended'));
      expect(call.events.at(-1)).toMatchObject({ type: 'ended', outcome: 'hangup_near' });
    });

    for (const who of ['talks', 'hangsUp', 'rings', 'busy', 'refused'] as const)
      story(`ends once and last, with an outcome and a reason for people: ${who}`, async (lab) => {
        const { subject } = lab;
        const call = await lab.dial(subject.phones[who]);
        await lab.until(() => call.types().includes(who === 'talks' ? 'answered' : 'ended'));
        call.line.hangup();
        call.attempt.abort();
        await subject.wait(2_000);
        await subject.telephony.close();
        await subject.wait(lab.patience.longMs);
        expect(call.types().filter((type) => type === 'ended')).toHaveLength(1);
        const end = call.events.at(-1);
        if (end?.type !== 'ended') throw new Error(`the last event is ${end?.type}`);
        const expected = {
          talks: 'hangup_near',
          hangsUp: 'hangup_far',
          rings: 'no_answer',
          busy: 'busy',
          refused: 'error',
        };
        expect(end.outcome).toBe(expected[who]);
        expect(end.reason).toMatch(/[а-яё]{3}/i);
        const wasAnswered = call.types().includes('answered');
        expect(wasAnswered).toBe(who === 'talks' || who === 'hangsUp');
        const order = call.types().map((type) => ['ringing', 'answered', 'dtmf', 'ended'].indexOf(type));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      });

    story('gives up on a phone that rings for longer than it may', async (lab) => {
      const { subject } = lab;
      const call = await lab.dial(subject.phones.rings, { ringTimeoutMs: 2_000 });
      await subject.wait(1_500);
      expect(call.types()).not.toContain('ended');
      await lab.until(() => call.types().includes('ended'), 3_000);
      expect(call.events.at(-1)).toMatchObject({ outcome: 'no_answer' });
    });

    for (const atMs of [0, 100, 500, 1_000, 1_200, 1_500, 2_500, 4_000])
      story(`can be hung up at any moment, and again: at ${atMs} ms`, async (lab) => {
        const { subject } = lab;
        const call = await lab.dial(subject.phones.talks);
        if (atMs > 0) await subject.wait(atMs);
        call.line.hangup();
        call.line.hangup();
        await lab.until(() => call.types().includes('ended'), 6_000);
        call.line.hangup();
        await subject.wait(lab.patience.settleMs);
        expect(call.types().filter((type) => type === 'ended')).toHaveLength(1);
        expect(call.types().at(-1)).toBe('ended');
        expect(call.events.at(-1)).toMatchObject({ outcome: 'hangup_near' });
      });

    for (const atMs of [0, 500, 3_000])
      story(
        `hangs up when the attempt is aborted, before or after the answer: at ${atMs} ms`,
        async (lab) => {
          const { subject } = lab;
          const call = await lab.dial(subject.phones.talks);
          if (atMs > 0) await subject.wait(atMs);
          call.attempt.abort();
          await lab.until(() => call.types().includes('ended'), 6_000);
          expect(call.events.at(-1)).toMatchObject({ outcome: 'hangup_near' });
        },
      );

    story('dials nobody when the attempt was aborted before', async (lab) => {
      const { subject } = lab;
      const socket = await subject.transport.open();
      const events: LineEvent[] = [];
      const request = {
        callId: toCallId(randomUUID()),
        phone: subject.phones.talks,
        localMedia: socket.local,
        ringTimeoutMs: RING_TIMEOUT_MS,
        language: 'ru',
      };
      subject.telephony.dial(request, (event) => events.push(event), AbortSignal.abort());
      expect(events).toEqual([]);
      await lab.until(() => events.length > 0, 6_000);
      await subject.wait(lab.patience.settleMs);
      expect(events).toMatchObject([{ type: 'ended', outcome: 'hangup_near' }]);
      await socket.close();
    });

    story('sends nothing to us once the line has ended', async (lab) => {
      const { subject } = lab;
      const call = await lab.dial(subject.phones.talks);
      const heard = fromPeer(call.socket);
      await lab.until(() => call.types().includes('answered'));
      await subject.wait(500);
      call.line.hangup();
      await lab.until(() => call.types().includes('ended'));
      await subject.wait(200);
      const before = heard.length;
      expect(before).toBeGreaterThan(0);
      await subject.wait(2_000);
      expect(heard).toHaveLength(before);
    });

    story('keeps lines at once apart', async (lab) => {
      const { subject } = lab;
      const [first, second, third] = [
        await lab.dial(subject.phones.talks),
        await lab.dial(subject.phones.busy),
        await lab.dial(subject.phones.talks),
      ];
      await lab.until(() => [first, third].every((call) => call.types().includes('answered')));
      const remotes = [first, third].map(({ events }) => JSON.stringify(events.at(-1)));
      expect(new Set(remotes).size).toBe(2);
      first.line.hangup();
      await lab.until(() => first.types().includes('ended') && second.types().includes('ended'));
      expect(third.types()).not.toContain('ended');
      expect(second.types().at(-1)).toBe('ended');
    });

    story(
      'ends every line when it is closed, holds nothing any more, and may be closed again',
      async (lab) => {
        const { subject } = lab;
        const calls = [
          await lab.dial(subject.phones.talks),
          await lab.dial(subject.phones.rings),
          await lab.dial(subject.phones.talks),
        ];
        await lab.until(() => calls[0]!.types().includes('answered'));
        await subject.telephony.close();
        await subject.telephony.close();
        await lab.until(() => calls.every((call) => call.types().at(-1) === 'ended'), 6_000);
        await Promise.all(calls.map(({ socket }) => socket.close()));
        expect(subject.held?.() ?? 0).toBe(0);
        for (const { events } of calls)
          expect(OUTCOMES).toContain((events.at(-1) as { outcome: string }).outcome);
      },
    );

    story('says so, and does not throw, when it is asked to dial after it was closed', async (lab) => {
      const { subject } = lab;
      await subject.telephony.close();
      const call = await lab.dial(subject.phones.talks);
      await lab.until(() => call.types().includes('ended'), 6_000);
      expect(call.types()).toEqual(['ended']);
    });
  });
}

function fromPeer(socket: MediaSocket) {
  const heard: { readonly packet: ReturnType<typeof parseRtp>; readonly from: string }[] = [];
  socket.onPacket((bytes, { address, port }) =>
    heard.push({ packet: parseRtp(bytes.slice()), from: `${address}:${port}` }),
  );
  return heard;
}

/** One test's telephony, and the calls that it makes. */
class Lab {
  readonly subject: TelephonyUnderTest;
  readonly patience: Patience;
  readonly #ends: (() => Promise<void>)[] = [];

  constructor(subject: TelephonyUnderTest) {
    this.subject = subject;
    this.patience = { ...PATIENCE, ...subject.patience };
  }

  /** Dials, and notes what is told and when: inside `dial` or later. */
  async dial(phone: string, more: Partial<DialRequest> = {}) {
    const { subject } = this;
    const socket = await subject.transport.open();
    const attempt = new AbortController();
    const events: LineEvent[] = [];
    let inside = true;
    const request: DialRequest = {
      callId: toCallId(randomUUID()),
      phone,
      localMedia: socket.local,
      ringTimeoutMs: RING_TIMEOUT_MS,
      language: 'ru',
      ...more,
    };
    const line = subject.telephony.dial(
      request,
      (event) => {
        expect(inside, `${event.type} was told from inside dial or hangup`).toBe(false);
        events.push(event);
      },
      attempt.signal,
    );
    inside = false;
    this.#ends.push(async () => {
      line.hangup();
      await subject.wait(100);
      await subject.telephony.close();
      await socket.close();
    });
    const hangup = () => {
      inside = true;
      line.hangup();
      inside = false;
    };
    return {
      line: { hangup } satisfies Line,
      socket,
      attempt,
      events,
      types: () => events.map(({ type }) => type),
    };
  }

  async until(done: () => boolean, limitMs = this.patience.longMs): Promise<void> {
    for (let waited = 0; !done() && waited < limitMs; waited += 20) await this.subject.wait(20);
    expect(done(), `not within ${limitMs} ms`).toBe(true);
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
    await this.subject.telephony.close();
  }
}
