import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectAri } from '../../engine/adapters/asterisk/connect-ari.ts';
import { encodeFarEnd } from '../../engine/adapters/asterisk/local-carrier/far-end-header.ts';
import {
  CARRIER_VARIABLE,
  openLocalCarrier,
  type LocalCarrier,
} from '../../engine/adapters/asterisk/local-carrier/local-carrier.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { readAudioFile } from '../../engine/far-end/audio-file.ts';
import { loadCallerVoices } from '../../engine/far-end/caller-voices.ts';
import { courseOf } from '../../engine/far-end/switchboard.ts';
import { muLawEncode } from '../../engine/media/g711.ts';
import { realAsterisk, startCarrier, type TestServer } from '../../engine/testing/real-asterisk.ts';
import { CallerSound } from './caller-sound.ts';
import { sippCalls, type SippRun } from './sipp-calls.ts';
import { until } from '../lib/until.ts';

const VOICES = join(import.meta.dirname, '../../seeds/voices');
const EDGE = { address: '127.0.0.1', port: 5060 };
const install = await realAsterisk();

/** A network of subscribers, and what it holds. */
async function openCarrier(source: () => TestServer) {
  const transport = new UdpTransport();
  const sockets = new Set<number>();
  const troubles: string[] = [];
  const carrier = openLocalCarrier({
    source: async () => source().server.ari,
    clock: systemClock,
    ticker: new SystemFrameTicker(),
    transport: {
      open: async () => {
        const socket = await transport.open();
        const { port } = socket.local;
        sockets.add(port);
        return {
          local: socket.local,
          send: (bytes, to) => socket.send(bytes, to),
          onPacket: (listener) => socket.onPacket(listener),
          poll: () => socket.poll(),
          close: async () => {
            await socket.close();
            sockets.delete(port);
          },
        };
      },
    },
    lines: await loadCallerVoices(VOICES),
    readRecording: readAudioFile,
    onTrouble: (what, error) => troubles.push(`${what}: ${error instanceof Error ? error.message : ''}`),
  });
  return { carrier, sockets, troubles };
}

/** What the caller received, in its order: `100`, `180`, `200`, `BYE`. */
function heard(run: SippRun, phone: string): readonly string[] {
  return (run.messages.get(phone) ?? []).filter(({ way }) => way === 'received').map(({ what }) => what);
}

/** From the INVITE to the first message of this kind. */
function afterMs(run: SippRun, phone: string, what: string): number {
  return (
    (run.messages.get(phone) ?? []).find((one) => one.way === 'received' && one.what === what)?.atMs ?? NaN
  );
}

describe.skipIf(install === undefined)('The local carrier in a real Asterisk', () => {
  let server: TestServer;
  let subject: Awaited<ReturnType<typeof openCarrier>>;
  const calls = (scenario: string, ...[who, args]: [Parameters<typeof sippCalls>[3], string[]?]) =>
    sippCalls(install!, scenario, server.sip, who, args);

  beforeAll(async () => {
    server = await startCarrier(install!, { edge: EDGE });
    subject = await openCarrier(() => server);
    await subject.carrier.ready();
  });
  afterAll(async () => {
    await subject.carrier.close();
    await server.remove();
  });

  it.concurrent('refuses by the number plan, and lets a telephone ring for 25 s', async () => {
    const plan = { '0403': '403', '0404': '404', '0486': '486', '0503': '503' };
    const phones = Object.keys(plan).map((digits) => `+7999000${digits}`);
    const rings = '+79990000480';
    const lost = encodeFarEnd({ language: 'ru', farEnd: { audioFiles: ['/nowhere/lost.wav'] } });
    const run = await calls('carrier-refuses', [
      ...[...phones, rings].map((phone) => ({ phone })),
      { phone: '+79161230001', header: 'nonsense' },
      { phone: '+79161230002', header: lost },
    ]);
    expect(run.code, run.output).toBe(0);
    for (const [at, status] of Object.values(plan).entries()) {
      expect(heard(run, phones[at]!)).toEqual(['100', status]);
      expect(afterMs(run, phones[at]!, status)).toBeGreaterThanOrEqual(690);
    }
    expect(heard(run, rings)).toEqual(['100', '180', '480']);
    expect(afterMs(run, rings, '480')).toBeGreaterThanOrEqual(25_200);
    expect(heard(run, '+79161230001')).toEqual(['100', '503']);
    expect(heard(run, '+79161230002')).toEqual(['100', '180', '503']);
    expect(subject.troubles).toEqual([
      expect.stringContaining('X-Halo-Far-End is not'),
      expect.stringContaining('/nowhere/lost.wav: no such file'),
    ]);
  });

  // Once more where the machine was starved: the ring came after the caller had given up.
  it.concurrent('rings for ever, or is dead, until the caller gives up', { retry: 1 }, async () => {
    const run = await calls('carrier-caller-gives-up', [
      { phone: '+79990000180' },
      { phone: '+79990000408' },
    ]);
    expect(run.code, run.output).toBe(0);
    expect(heard(run, '+79990000180')).toEqual(['100', '180', '200', '487']);
    expect(heard(run, '+79990000408')).toEqual(['100', '200', '487']);
  });

  it.concurrent('a subscriber answers, says his recording when he has heard us, and hangs up', async () => {
    const [first, second] = (await loadCallerVoices(VOICES)).filter(({ language }) => language === 'en');
    const said = muLawEncode(first!.pcm);
    const header = encodeFarEnd({
      language: 'en',
      farEnd: { audioFiles: [join(VOICES, `${first!.id}.wav`)] },
    });
    const caller = await CallerSound.open();
    try {
      const run = calls('carrier-subscriber-hangs-up', [
        { phone: '+79161230003', header, mediaPort: caller.port },
      ]);
      await until('the subscriber’s sound', 10_000, async () =>
        caller.packets.length > 0 ? true : undefined,
      );
      await caller.say(second!.pcm);
      const spoken = Buffer.from(said.subarray(4_000, 8_000));
      await until('his recording, sample by sample', 15_000, async () =>
        caller.heard().includes(spoken) ? true : undefined,
      );
      await delay(said.length / 8);
      await caller.say(second!.pcm);
      const { code, output, messages } = await run;
      expect(code, output).toBe(0);
      expect(messages.get('+79161230003')?.at(-2)).toMatchObject({ way: 'received', what: 'BYE' });

      const { packets } = caller;
      expect(new Set(packets.map(({ payloadType, bytes }) => `${payloadType} ${bytes.length}`))).toEqual(
        new Set(['0 160']),
      );
      const steps = packets.slice(1).map((packet, at) => (packet.sequence - packets[at]!.sequence) & 0xffff);
      expect(steps.filter((step) => step !== 1)).toEqual([]);
      const perSecond = (packets.length - 1) / ((packets.at(-1)!.atMs - packets[0]!.atMs) / 1_000);
      expect(perSecond).toBeGreaterThan(48);
      expect(perSecond).toBeLessThan(52);
    } finally {
      await caller.close();
    }
  });

  it.concurrent('ten at once answer at their own pace, and every caller hears one of them', async () => {
    const callers = await Promise.all(Array.from({ length: 10 }, () => CallerSound.open()));
    try {
      const phones = callers.map((_, n) => `+7916555${1000 + n * 11}`);
      const run = await calls(
        'carrier-caller-hangs-up',
        phones.map((phone, n) => ({ phone, mediaPort: callers[n]!.port })),
        ['-d', '2000'],
      );
      expect(run.code, run.output).toBe(0);
      for (const [n, phone] of phones.entries()) {
        const course = courseOf({ phone });
        if (course.kind !== 'rings' || course.then.kind !== 'answered')
          throw new Error(`${phone} does not answer`);
        expect(heard(run, phone).slice(0, 3)).toEqual(['100', '180', '200']);
        expect(afterMs(run, phone, '180')).toBeGreaterThanOrEqual(course.ringsAfterMs - 10);
        expect(afterMs(run, phone, '200')).toBeGreaterThanOrEqual(
          course.ringsAfterMs + course.then.afterMs - 10,
        );
        // Two seconds are a hundred; a busy machine begins the sound of ten calls late.
        expect(callers[n]!.packets.length).toBeGreaterThan(50);
      }
    } finally {
      await Promise.all(callers.map((caller) => caller.close()));
    }
  });

  it.concurrent('sweeps what a dead predecessor left, and comes back when its Asterisk does', async () => {
    let own = await startCarrier(install!, { edge: EDGE });
    const predecessor = await connectAri({
      address: own.server.ari,
      application: 'carrier-dead',
      clock: systemClock,
      listener: { event: () => undefined, closed: () => undefined },
      signal: new AbortController().signal,
    });
    await predecessor.setGlobalVariable(CARRIER_VARIABLE, 'carrier-dead');
    const orphan = sippCalls(install!, 'carrier-refuses', own.sip, [{ phone: '+79161230001' }]);
    await until('the call in the predecessor’s hands', 5_000, async () =>
      (await predecessor.channels()).length === 1 ? true : undefined,
    );
    await predecessor.createBridge('carrier-dead.1.b');
    predecessor.close();

    const { carrier, sockets, troubles } = await openCarrier(() => own);
    try {
      await carrier.ready();
      expect(heard(await orphan, '+79161230001')).toEqual(['100', '503']);
      await expectNothingHeld(own, carrier, sockets);

      const cut = sippCalls(
        install!,
        'carrier-caller-gives-up',
        own.sip,
        [{ phone: '+79990000180' }],
        ['-max_retrans', '1'],
      );
      await until('a call', 5_000, async () => (carrier.live() === 1 ? true : undefined));
      process.kill(own.server.pid, 'SIGKILL');
      await until('the end of it', 15_000, async () => (carrier.live() === 0 ? true : undefined));
      expect(carrier.state()).toMatchObject({ kind: 'away' });
      expect(sockets.size).toBe(0);
      await cut;

      const old = own;
      own = await startCarrier(install!, { edge: EDGE });
      await old.remove();
      await carrier.ready();
      expect(carrier.state()).toEqual({ kind: 'ready' });
      const run = await sippCalls(
        install!,
        'carrier-caller-hangs-up',
        own.sip,
        [{ phone: '+79990000001' }],
        ['-d', '500'],
      );
      expect(run.code, run.output).toBe(0);
      await expectNothingHeld(own, carrier, sockets);
      expect(troubles.join('\n')).not.toContain('stays behind');
    } finally {
      await carrier.close();
      await own.remove();
    }
  });

  it('holds nothing of all those calls', async () => {
    await expectNothingHeld(server, subject.carrier, subject.sockets);
  });
});

async function expectNothingHeld(
  { server }: TestServer,
  carrier: LocalCarrier,
  sockets: ReadonlySet<number>,
) {
  await until('the end of every call', 5_000, async () => {
    const channels = await server.cli('core show channels count');
    return /^0 active channels/m.test(channels) && carrier.live() === 0 ? true : undefined;
  });
  expect((await server.cli('bridge show all')).trim().split('\n')).toHaveLength(1);
  expect(sockets.size).toBe(0);
}
