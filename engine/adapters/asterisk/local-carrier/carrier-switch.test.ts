import { describe, expect, it } from 'vitest';
import type { CallerLine } from '../../../far-end/caller-voices.ts';
import type { MediaTransport } from '../../../ports/media-transport.ts';
import { MemoryTransport } from '../../../testing/memory-transport.ts';
import { VirtualClock, virtualTicker } from '../../../testing/virtual-clock.ts';
import { AriError } from '../ari.ts';
import type { CarrierAri } from './carrier-call.ts';
import { CarrierSwitch, MOST_CALLS } from './carrier-switch.ts';
import { encodeFarEnd } from './far-end-header.ts';

const lines: readonly CallerLine[] = [
  {
    id: 'a',
    persona: 'interested',
    language: 'ru',
    text: 'Алло.',
    phrases: [],
    pcm: new Int16Array(4000).fill(3000),
  },
];

/** An Asterisk that does as it is told: what was asked of it, and which channels and bridges there are. */
class FakeAsterisk implements CarrierAri {
  readonly asked: string[] = [];
  readonly channels = new Set<string>();
  readonly bridges = new Set<string>();
  /** Operations that fail. */
  readonly refuses = new Set<keyof CarrierAri>();
  /** Whether media channels come into the application. */
  handsOver = true;
  away = false;
  carrier!: CarrierSwitch;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  call(channelId: string, phone: string, header = ''): void {
    this.channels.add(channelId);
    this.carrier.channelEntered(channelId, ['call', phone, header]);
  }

  ends(channelId: string): void {
    if (this.channels.delete(channelId)) this.carrier.channelLeft(channelId);
  }

  ringChannel = (id: string) => this.#do('ringChannel', `ring ${id}`);
  answerChannel = (id: string) => this.#do('answerChannel', `answer ${id}`);
  createBridge = (id: string) => this.#do('createBridge', 'bridge', () => this.bridges.add(id));
  addToBridge = (id: string, channelId: string) =>
    this.#do('addToBridge', `bridged ${kindOf(channelId)}`, () => {
      if (!this.bridges.has(id) || !this.channels.has(channelId))
        throw new AriError('refused', '422', { status: 422 });
    });
  destroyBridge = (id: string) => this.#do('destroyBridge', 'unbridge', () => this.bridges.delete(id));
  hangupChannel = (id: string, q850?: number) =>
    this.#do('hangupChannel', `hangup ${kindOf(id)} ${q850}`, () => this.ends(id));
  externalMedia = async (id: string) => {
    await this.#do('externalMedia', 'external', () => {
      this.channels.add(id);
      if (this.handsOver) queueMicrotask(() => this.carrier.channelEntered(id, []));
    });
    return { address: '127.0.0.1', port: 30_000 };
  };

  async #do(operation: keyof CarrierAri, what: string, then: () => void = () => undefined): Promise<void> {
    this.asked.push(`${Math.round(this.#clock.now())} ${what}`);
    await Promise.resolve();
    if (this.away) throw new AriError('gone', 'there is no connection to Asterisk');
    if (this.refuses.has(operation)) throw new AriError('refused', `${operation} is refused`);
    then();
  }
}

function carrier(
  readRecording: (file: string) => Promise<Int16Array> = () => Promise.resolve(new Int16Array(800)),
) {
  const clock = new VirtualClock();
  const asterisk = new FakeAsterisk(clock);
  const memory = new MemoryTransport();
  const bound = new Set<number>();
  const transport: MediaTransport = {
    open: async () => {
      const socket = await memory.open();
      bound.add(socket.local.port);
      const close = async () => {
        await socket.close();
        bound.delete(socket.local.port);
      };
      return {
        local: socket.local,
        send: (b, to) => socket.send(b, to),
        onPacket: (l) => socket.onPacket(l),
        poll: () => socket.poll(),
        close,
      };
    },
  };
  const troubles: string[] = [];
  const subject = new CarrierSwitch({
    application: 'carrier-test',
    ask: (request) => request(asterisk),
    clock,
    ticker: virtualTicker(clock),
    transport,
    lines,
    readRecording,
    onTrouble: (what, error) =>
      troubles.push(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  asterisk.carrier = subject;
  const held = () =>
    bound.size +
    asterisk.channels.size +
    asterisk.bridges.size +
    subject.live() +
    (clock.nextDueMs() === undefined ? 0 : 1);
  return { subject, asterisk, clock, troubles, held };
}

/** Channels that the carrier made bear its name; a caller's bears Asterisk's own. */
const kindOf = (id: string): string => (id.startsWith('carrier-test.') ? 'subscriber' : id);

describe('The local carrier’s switch', () => {
  it.each([
    ['0403', 21],
    ['0404', 1],
    ['0486', 17],
    ['0503', 34],
  ])('refuses %s with the cause %d, without ringing', async (digits, cause) => {
    const { asterisk, clock, held } = carrier();
    asterisk.call('line', `+7999000${digits}`);
    await clock.run(5_000);
    expect(asterisk.asked).toEqual([`700 hangup line ${cause}`]);
    expect(held()).toBe(0);
  });

  it('lets a telephone ring for 25 s, and then says that nobody came', async () => {
    const { asterisk, clock, held } = carrier();
    asterisk.call('line', '+79990000480');
    await clock.run(60_000);
    expect(asterisk.asked).toEqual(['300 ring line', '25300 hangup line 19']);
    expect(held()).toBe(0);
  });

  it.each([
    ['+79990000180', ['300 ring line']],
    ['+79990000408', []],
  ])('leaves %s to the caller’s patience', async (phone, asked) => {
    const { subject, asterisk, clock, held } = carrier();
    asterisk.call('line', phone);
    await clock.run(600_000);
    expect(asterisk.asked).toEqual(asked);
    expect(subject.live()).toBe(1);
    asterisk.ends('line');
    await clock.run(0);
    expect(held()).toBe(0);
  });

  it('answers when the person picks up, and clears everything away when he puts the receiver down', async () => {
    const { asterisk, clock, held } = carrier();
    asterisk.call('line', '+79990000001');
    await clock.run(5_000);
    const whats = asterisk.asked.map((one) => one.replace(/^\d+ /, ''));
    expect(whats).toEqual([
      'ring line',
      'external',
      'bridge',
      'bridged subscriber',
      'bridged line',
      'answer line',
    ]);
    // Nobody speaks to him: after half a minute he hangs up.
    await clock.run(40_000);
    expect(asterisk.asked.slice(6).map((one) => one.replace(/^\d+ /, ''))).toEqual([
      'hangup line 16',
      'unbridge',
      'hangup subscriber 16',
    ]);
    expect(held()).toBe(0);
  });

  it('holds nothing of a call that its caller ended at any moment', async () => {
    for (const atMs of [0, 200, 300, 1_000, 1_500, 1_800, 2_400, 3_000]) {
      const { asterisk, clock, held, troubles } = carrier();
      asterisk.call('line', '+79990000001');
      await clock.run(atMs);
      asterisk.ends('line');
      await clock.run(100);
      expect(held(), `ended at ${atMs} ms`).toBe(0);
      expect(troubles).toEqual([]);
    }
  });

  it.each(['ringChannel', 'externalMedia', 'createBridge', 'addToBridge', 'answerChannel'] as const)(
    'tells, ends the call with 503 and holds nothing when Asterisk refuses: %s',
    async (operation) => {
      const { asterisk, clock, held, troubles } = carrier();
      asterisk.refuses.add(operation);
      asterisk.call('line', '+79990000001');
      await clock.run(10_000);
      expect(asterisk.asked.map((one) => one.replace(/^\d+ /, ''))).toContain('hangup line 34');
      expect(troubles).toEqual([expect.stringContaining(`(channel line): ${operation} is refused`)]);
      expect(held()).toBe(0);
    },
  );

  it('gives up when a media channel never comes into the application', async () => {
    const { asterisk, clock, held, troubles } = carrier();
    asterisk.handsOver = false;
    asterisk.call('line', '+79990000001');
    await clock.run(10_000);
    expect(troubles).toEqual([expect.stringContaining('did not hand over')]);
    expect(held()).toBe(0);
  });

  it('answers a call that says what nobody understands with 503', async () => {
    const { asterisk, clock, troubles } = carrier();
    for (const header of ['?', 'e30', Buffer.from('{"language":1}').toString('base64url'), 'null']) {
      asterisk.call(`line${header}`, '+79990000001', header);
    }
    await clock.run(0);
    expect(asterisk.asked.filter((one) => one.endsWith(' 34'))).toHaveLength(4);
    expect(troubles).toHaveLength(4);
    expect(asterisk.channels.size).toBe(0);
  });

  it('answers with 503 when a recording cannot be read, and names it', async () => {
    const { asterisk, clock, held, troubles } = carrier((file) =>
      Promise.reject(new Error(`${file}: no such file`)),
    );
    asterisk.call(
      'line',
      '+79990000486',
      encodeFarEnd({ language: 'ru', farEnd: { audioFiles: ['lost.wav'] } }),
    );
    await clock.run(10_000);
    expect(asterisk.asked.at(-1)).toMatch(/hangup line 34$/);
    expect(troubles).toEqual([expect.stringContaining('lost.wav: no such file')]);
    expect(held()).toBe(0);
  });

  it(`holds ${MOST_CALLS} calls at once, and says 503 beyond`, async () => {
    const { subject, asterisk, clock, held } = carrier();
    for (let n = 0; n <= MOST_CALLS; n += 1) asterisk.call(`line${n}`, '+79990000180');
    await clock.run(1_000);
    expect(subject.live()).toBe(MOST_CALLS);
    expect(asterisk.asked.filter((one) => one.includes('hangup'))).toEqual([`0 hangup line${MOST_CALLS} 34`]);
    await subject.close();
    expect(held()).toBe(0);
  });

  it('turns away channels that are nobody’s', async () => {
    const { asterisk, clock } = carrier();
    asterisk.channels.add('stray');
    asterisk.carrier.channelEntered('stray', []);
    asterisk.carrier.channelLeft('never seen');
    await clock.run(0);
    expect(asterisk.channels.size).toBe(0);
  });

  it('lets every call go when Asterisk is gone, and takes new ones when it is back', async () => {
    const { subject, asterisk, clock, troubles } = carrier();
    asterisk.call('first', '+79990000001');
    asterisk.call('second', '+79990000180');
    await clock.run(5_000);
    asterisk.channels.clear();
    asterisk.bridges.clear();
    asterisk.away = true;
    subject.lost();
    await clock.run(100);
    expect(subject.live()).toBe(0);
    expect(troubles).toEqual([]);
    asterisk.away = false;
    asterisk.call('third', '+79990000001');
    await clock.run(5_000);
    expect(subject.live()).toBe(1);
  });

  it('hangs everybody up when it is closed, and takes no more', async () => {
    const { subject, asterisk, clock, held } = carrier();
    asterisk.call('talks', '+79990000001');
    await clock.run(5_000);
    asterisk.call('rings', '+79990000180');
    await subject.close();
    expect(asterisk.asked.filter((one) => /hangup (talks|rings)/.test(one))).toEqual([
      expect.stringMatching(/hangup talks 16/),
      expect.stringMatching(/hangup rings 34/),
    ]);
    asterisk.call('late', '+79990000001');
    await clock.run(5_000);
    expect(asterisk.asked.at(-1)).toMatch(/hangup late 34/);
    expect(held()).toBe(0);
  });
});
