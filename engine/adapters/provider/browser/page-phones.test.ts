import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCallId } from '../../../contract/ids.ts';
import { muLawEncode } from '../../../media/g711.ts';
import { randomRtpSender } from '../../../media/random-sender.ts';
import type { BrowserPhoneEnd } from '../../../ports/browser-phone.ts';
import type { LineEvent, Telephony } from '../../../ports/telephony.ts';
import { FakePage } from '../../../testing/fake-page.ts';
import { MemoryTransport } from '../../../testing/memory-transport.ts';
import { telephonyContract, type TelephonyUnderTest } from '../../../testing/telephony-contract.ts';
import { VirtualClock, virtualTicker } from '../../../testing/virtual-clock.ts';
import { createPagePhones } from './page-phones.ts';

const CALL = toCallId('11111111-1111-4111-8111-111111111111');
const FRAME = muLawEncode(new Int16Array(160).fill(9_000));
const PHONES = { talks: '1', hangsUp: '2', rings: '3', busy: '4', refused: '5' };

function deps() {
  const clock = new VirtualClock();
  return { clock, ticker: virtualTicker(clock), transport: new MemoryTransport() };
}

/** Pages that behave as numbers do elsewhere; `refused` never comes. */
function underTest(): TelephonyUnderTest {
  const own = deps();
  const { clock, ticker } = own;
  const pages = createPagePhones(own);
  const visit = (phone: string, end: BrowserPhoneEnd): void => {
    if (phone === PHONES.refused) return;
    const page = new FakePage((peer) => end.open(peer));
    let stop = (): void => undefined;
    page.onTold = (type) => {
      if (type === 'ended') stop();
      if (type === 'answered') {
        stop = ticker.start(() => page.session.binary(FRAME));
        if (phone === PHONES.hangsUp) clock.setTimeout(() => page.say('hangup'), 3_000);
      }
      if (type === 'ringing' && phone !== PHONES.rings)
        clock.setTimeout(() => page.say(phone === PHONES.busy ? 'reject' : 'answer'), 1_000);
    };
  };
  const telephony: Telephony = {
    name: 'pages',
    simulated: false,
    state: () => ({ kind: 'ready' }),
    onIncoming: () => undefined,
    close: () => pages.close(),
    dial: (request, tell, signal) => {
      void pages
        .make(request.callId, () => 'again')
        .then(
          (end) => clock.setTimeout(() => visit(request.phone, end), 200),
          () => undefined,
        );
      return pages.dial(request, tell, signal);
    },
  };
  return {
    telephony,
    transport: own.transport,
    phones: PHONES,
    wait: async (ms) => {
      await clock.run(ms);
    },
  };
}

telephonyContract('a phone in a page', underTest);

async function call() {
  const own = deps();
  const phones = createPagePhones(own);
  const media = await own.transport.open();
  const events: LineEvent[] = [];
  const end = await phones.make(CALL, () => 'again');
  const request = { callId: CALL, phone: '', localMedia: media.local, ringTimeoutMs: 30_000, language: 'ru' };
  const dial = () => phones.dial(request, (event) => events.push(event), new AbortController().signal);
  const open = () => new FakePage((peer) => end.open(peer));
  return { ...own, phones, media, events, end, dial, open, last: () => events.at(-1) };
}

async function talking() {
  const lab = await call();
  lab.dial();
  const page = lab.open();
  await lab.clock.run(100);
  page.say('answer');
  await lab.clock.run(100);
  expect(lab.last()).toMatchObject({ type: 'answered' });
  return { ...lab, page };
}

describe('a phone in a page', () => {
  it('rings when the page has come, whichever is first, and sound flows both ways', async () => {
    const { clock, events, media, page } = await talking();
    expect(events.map(({ type }) => type)).toEqual(['ringing', 'answered']);
    expect(page.types()).toEqual(['start', 'ringing', 'answered']);
    expect(page.told[0]).toMatchObject({ format: 'pcmu', reconnect_token: 'again' });
    let heard = 0;
    media.onPacket(() => (heard += 1));
    for (let n = 0; n < 10; n += 1) {
      page.session.binary(FRAME);
      await clock.run(20);
    }
    expect(heard).toBeGreaterThan(5);
    const answered = events.at(-1);
    if (answered?.type !== 'answered') throw new Error('not answered');
    media.send(randomRtpSender().packet(FRAME, { frame: 0 }), answered.remote);
    await clock.run(20);
    expect(page.frames).toHaveLength(1);
  });

  it('ends as an error where no page comes, and as unanswered where it is closed while it rings', async () => {
    const nobody = await call();
    nobody.dial();
    await nobody.clock.run(20_000);
    expect(nobody.last()).toMatchObject({ type: 'ended', outcome: 'error' });

    const leaves = await call();
    leaves.dial();
    const page = leaves.open();
    await leaves.clock.run(100);
    page.session.closed(1001);
    await leaves.clock.run(20_000);
    expect(leaves.last()).toMatchObject({ outcome: 'no_answer', cause: 'WebSocket 1001' });
  });

  it('outlives a lost connection for five seconds, and goes on where the page comes back', async () => {
    const { clock, page, open, last, media } = await talking();
    page.session.closed(1006);
    await clock.run(3_000);
    const again = open();
    expect(again.types()).toEqual(['start', 'answered']);
    let heard = 0;
    media.onPacket(() => (heard += 1));
    // The connection that broke has nothing to say any more.
    for (let n = 0; n < 20; n += 1) page.session.binary(FRAME);
    await clock.run(300);
    expect(heard).toBe(0);
    again.session.closed(1006);
    await clock.run(5_100);
    expect(last()).toMatchObject({ type: 'ended', outcome: 'hangup_far', cause: 'WebSocket 1006' });
  });

  it('tells the page how the call ended, closes it, and holds no socket', async () => {
    const { clock, page, phones } = await talking();
    await phones.close();
    await clock.run(100);
    expect(page.told.find(({ type }) => type === 'ended')).toMatchObject({ outcome: 'hangup_near' });
    expect(page.closedWith).toBe(1000);
    expect(phones.has(CALL)).toBe(false);
    await expect(phones.make(CALL, () => '')).rejects.toThrow('closed');
  });

  it('goes when no call is placed, and is called once', async () => {
    const { clock, phones, end, dial, last } = await call();
    dial();
    dial();
    await clock.run(1);
    expect(last()).toMatchObject({ type: 'ended', outcome: 'error' });

    const unplaced = await call();
    await unplaced.clock.run(61_000);
    await unplaced.end.gone;
    expect(unplaced.phones.has(CALL)).toBe(false);
    expect([phones.has(CALL), end.login]).toEqual([false, undefined]);
  });

  it('bears whatever a page sends: nothing is thrown, what goes on is bounded, and the call ends once', async () => {
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 20_000 }),
      fc.string({ maxLength: 400 }),
      fc.json({ maxDepth: 3 }),
      fc.constantFrom(
        '{"type":"answer"}',
        '{"type":"hangup"}',
        '{"type":"reject"}',
        '{"type":{}}',
        'null',
        '',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 60 }), async (messages) => {
        const { clock, media, events, open, dial } = await call();
        let packets = 0;
        media.onPacket((bytes) => {
          packets += 1;
          expect(bytes.length).toBe(172);
        });
        dial();
        const page = open();
        await clock.run(40);
        for (const one of messages) {
          if (typeof one === 'string') page.session.text(one);
          else page.session.binary(one);
        }
        const before = clock.now();
        await clock.run(1_000);
        page.session.closed(1000);
        await clock.run(7_000);
        const ended = events.filter(({ type }) => type === 'ended');
        if (events.some(({ type }) => type === 'answered')) expect(ended).toHaveLength(1);
        else expect(ended.length).toBeLessThanOrEqual(1);
        // No more than one frame each beat, whatever came at once.
        expect(packets).toBeLessThanOrEqual((clock.now() - before) / 20 + 2);
      }),
      { numRuns: 60 },
    );
  });
});
