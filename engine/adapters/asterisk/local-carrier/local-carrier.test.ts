import { describe, expect, it } from 'vitest';
import { MemoryTransport } from '../../../testing/memory-transport.ts';
import { VirtualClock, virtualTicker } from '../../../testing/virtual-clock.ts';
import { AriError, type AriChannel, type AriConnection, type AriListener } from '../ari.ts';
import { CARRIER_VARIABLE, openLocalCarrier } from './local-carrier.ts';

const channel = (id: string): AriChannel => ({ id, state: 'Ring', callerNumber: '' });

/** An Asterisk whose REST side is asked little: sweeping, and the variable. Dialled people are none of this test. */
class FakeAsterisk {
  readonly channels = new Set<string>();
  readonly bridges = new Set<string>();
  readonly hangups: string[] = [];
  variable = '';
  application = '';
  listener: AriListener | undefined;
  /** Other HALO processes' applications with channels, and whether each still answers. */
  readonly others = new Map<string, { readonly channelIds: string[]; readonly alive: boolean }>();
  /** How many attempts to connect, and to list channels, fail. */
  refusesConnections = 0;
  refusesLists = 0;
  open = 0;

  readonly connect = async ({
    application,
    listener,
  }: {
    application: string;
    listener: AriListener;
  }): Promise<AriConnection> => {
    if (this.refusesConnections > 0) {
      this.refusesConnections -= 1;
      throw new AriError('gone', 'Asterisk не отвечает');
    }
    this.application = application;
    this.listener = listener;
    this.open += 1;
    const connection = {
      ping: () => Promise.resolve(),
      ringChannel: () => Promise.resolve(),
      channels: async () => {
        if (this.refusesLists > 0) {
          this.refusesLists -= 1;
          throw new AriError('timeout', 'channels: no answer');
        }
        return [...this.channels].map(channel);
      },
      bridges: async () => [...this.bridges],
      hangupChannel: async (id: string, q850?: number) => {
        this.hangups.push(`${id} ${q850}`);
        if (this.channels.delete(id)) listener.event({ type: 'StasisEnd', channel: channel(id) });
      },
      destroyBridge: async (id: string) => {
        this.bridges.delete(id);
      },
      applications: async () =>
        [...this.others].map(([name, { channelIds }]) => ({ name, channelIds, bridgeIds: [] })),
      tellApplication: async (name: string) => {
        if (this.others.get(name)?.alive !== true) throw new AriError('refused', 'no such', { status: 404 });
        listener.event({ type: 'UserEvent', name: 'HaloIAm', fields: { from: name } });
      },
      globalVariable: async () => this.variable,
      setGlobalVariable: async (name: string, value: string) => {
        if (name === CARRIER_VARIABLE) this.variable = value;
      },
      close: () => {
        this.open -= 1;
      },
    } satisfies Partial<AriConnection>;
    return connection as unknown as AriConnection;
  };

  call(id: string, phone: string): void {
    this.channels.add(id);
    this.listener?.event({ type: 'StasisStart', channel: channel(id), args: ['call', phone, ''] });
  }
}

function carrier(asterisk = new FakeAsterisk()) {
  const clock = new VirtualClock();
  const troubles: string[] = [];
  const subject = openLocalCarrier({
    source: () => Promise.resolve({ url: 'http://127.0.0.1:1', user: 'halo', password: 'x' }),
    clock,
    ticker: virtualTicker(clock),
    transport: new MemoryTransport(),
    lines: [],
    readRecording: () => Promise.reject(new Error('not asked for')),
    onTrouble: (what) => troubles.push(what),
    connect: asterisk.connect,
  });
  return { subject, asterisk, clock, troubles };
}

describe('The local carrier', () => {
  it('takes calls at once, and sweeps what the dead left: not what the living hold', async () => {
    const left = new FakeAsterisk();
    for (const id of ['orphan', 'carrier-dead.1.m', 'held', 'carrier-live.1.m']) left.channels.add(id);
    for (const id of ['carrier-dead.1.b', 'carrier-live.1.b']) left.bridges.add(id);
    left.others.set('carrier-dead', { channelIds: ['orphan', 'carrier-dead.1.m'], alive: false });
    left.others.set('carrier-live', { channelIds: ['held', 'carrier-live.1.m'], alive: true });
    const { subject, asterisk, clock } = carrier(left);
    expect(subject.state()).toMatchObject({ kind: 'away' });
    await clock.run(0);
    await subject.ready();
    expect(subject.state()).toEqual({ kind: 'ready' });
    expect(asterisk.variable).toBe(subject.application);
    expect(subject.application).toMatch(/^carrier-[0-9a-f]{12}$/);
    asterisk.call('new', '+79990000180');
    await clock.run(10_000);
    expect([...asterisk.channels]).toEqual(['held', 'carrier-live.1.m', 'new']);
    expect([...asterisk.bridges]).toEqual(['carrier-live.1.b']);
    expect(subject.live()).toBe(1);
  });

  it('tries again when the sweep fails', async () => {
    const busy = new FakeAsterisk();
    busy.refusesLists = 2;
    busy.bridges.add('carrier-dead.1.b');
    const { subject, asterisk, clock, troubles } = carrier(busy);
    await clock.run(3_000);
    expect(subject.state()).toEqual({ kind: 'ready' });
    expect(asterisk.bridges.size).toBe(1);
    await clock.run(10_000);
    expect(asterisk.bridges.size).toBe(0);
    expect(troubles).toEqual(['the local carrier cannot be swept', 'the local carrier cannot be swept']);
  });

  it('lets go of its calls when Asterisk is gone, and is ready again when it is back', async () => {
    const { subject, asterisk, clock } = carrier();
    await clock.run(0);
    asterisk.call('line', '+79990000180');
    await clock.run(1_000);
    expect(subject.live()).toBe(1);
    asterisk.refusesConnections = 3;
    asterisk.variable = '';
    asterisk.listener?.closed('killed');
    await clock.run(100);
    expect(subject.live()).toBe(0);
    expect(subject.state()).toMatchObject({ kind: 'away', sinceMs: 1_000 });
    let open = false;
    void subject.ready().then(() => (open = true));
    await clock.run(60_000, () => open);
    expect(open).toBe(true);
    expect(asterisk.variable).toBe(asterisk.application);
  });

  it('ends a call whose channel is told to be gone', async () => {
    const { subject, asterisk, clock } = carrier();
    await clock.run(0);
    for (const type of ['StasisEnd', 'ChannelDestroyed'] as const) {
      asterisk.call('line', '+79990000180');
      expect(subject.live()).toBe(1);
      asterisk.listener?.event({ type, channel: channel('line'), cause: 16 });
      await clock.run(0);
      expect(subject.live()).toBe(0);
    }
  });

  it('hangs up, gives the dialplan back and holds nothing when it is closed', async () => {
    const { subject, asterisk, clock } = carrier();
    await clock.run(0);
    asterisk.call('line', '+79990000180');
    await clock.run(1_000);
    await Promise.all([subject.close(), subject.close()]);
    expect(asterisk).toMatchObject({ variable: '', hangups: ['line 34'], open: 0 });
    expect(subject.live()).toBe(0);
    expect(clock.nextDueMs()).toBeUndefined();
    await expect(subject.ready()).rejects.toThrow('closed');
  });

  it('can be closed before it was ever open', async () => {
    const deaf = new FakeAsterisk();
    deaf.refusesConnections = 1_000;
    const { subject, clock } = carrier(deaf);
    const ready = subject.ready();
    ready.catch(() => undefined);
    await clock.run(10_000);
    await subject.close();
    await expect(ready).rejects.toThrow('closed');
    await clock.run(0);
    expect(clock.nextDueMs()).toBeUndefined();
  });
});
