import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { transportContract, udpContract } from '../../testing/media-contracts.ts';
import { callTransport } from './call-transport.ts';
import { PolledUdpTransport } from './polled-udp-transport.ts';
import { LONGEST, loadSocketCalls, socketAddress } from './socket-calls.ts';
import { UdpTransport } from './udp-transport.ts';

const calls = await loadSocketCalls();
const polled = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

it.runIf(polled)('this machine has what it needs', () => {
  expect(calls).toBeDefined();
});

if (calls !== undefined) {
  const make = (options: { readonly address?: string } = {}): PolledUdpTransport =>
    new PolledUdpTransport(calls, { address: '127.0.0.1', ...options });
  transportContract('PolledUdpTransport', make);
  udpContract('PolledUdpTransport', make);

  describe('PolledUdpTransport', () => {
    it('waits for the poll, and tells by the kernel’s stamp how long each packet has waited', async () => {
      const [a, b] = [await make().open(), await make().open()];
      const waited: number[] = [];
      b.onPacket((_bytes, _from, waitedMs) => waited.push(waitedMs));
      for (const pauseMs of [30, 15]) {
        a.send(Uint8Array.of(1), b.local);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      expect(waited).toEqual([]);
      b.poll();
      // A timer may be a millisecond early.
      expect(waited[0]).toBeGreaterThan(43);
      expect(waited[1]).toBeGreaterThan(13);
      expect(waited[0]! - waited[1]!).toBeGreaterThan(28);
      await Promise.all([a.close(), b.close()]);
    });

    it('takes no more of a flood in one poll than it can serve beside others', async () => {
      const [a, b] = [await make().open(), await make().open()];
      let heard = 0;
      b.onPacket(() => (heard += 1));
      for (let i = 0; i < 150; i++) a.send(Uint8Array.of(i), b.local);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const polls = [1, 2, 3].map(() => {
        const before = heard;
        b.poll();
        return heard - before;
      });
      expect(polls).toEqual([64, 64, 22]);
      await Promise.all([a.close(), b.close()]);
    });

    it('cuts what is longer than any sound', async () => {
      const [a, b] = [await make().open(), await make().open()];
      const lengths: number[] = [];
      b.onPacket((bytes) => lengths.push(bytes.length));
      for (const length of [LONGEST - 1, LONGEST, LONGEST + 1, 9000, 1])
        a.send(new Uint8Array(length), b.local);
      await new Promise((resolve) => setTimeout(resolve, 5));
      b.poll();
      expect(lengths).toEqual([LONGEST - 1, LONGEST, LONGEST, LONGEST, 1]);
      await Promise.all([a.close(), b.close()]);
    });

    it('gives each sender his address, also in one batch', async () => {
      const b = await make().open();
      const senders = [await make().open(), await make({ address: '127.0.0.9' }).open(), await make().open()];
      const from: unknown[] = [];
      b.onPacket((_bytes, address) => from.push(address));
      for (const sender of senders) sender.send(Uint8Array.of(1), b.local);
      await new Promise((resolve) => setTimeout(resolve, 5));
      b.poll();
      expect(from).toEqual(senders.map(({ local }) => local));
      await Promise.all([b, ...senders].map((socket) => socket.close()));
    });

    it.runIf(process.platform === 'linux')('leaves no file descriptor behind', async () => {
      const open = (): number => readdirSync('/proc/self/fd').length;
      const before = open();
      const sockets = await Promise.all(Array.from({ length: 50 }, () => make().open()));
      expect(open()).toBe(before + 50);
      await Promise.all(sockets.map((socket) => socket.close()));
      await expect(make({ address: '192.0.2.1' }).open()).rejects.toThrow();
      expect(open()).toBe(before);
    });
  });
}

describe('socketAddress', () => {
  it('writes a sockaddr_in: the family in the machine’s order, port and address in the network’s', () => {
    expect([...socketAddress('192.0.2.7', 5004)!]).toEqual([
      2, 0, 0x13, 0x8c, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it.each([
    ['localhost', 1],
    ['::1', 1],
    ['1.2.3', 1],
    ['1.2..4', 1],
    ['1.2.3.4.5', 1],
    ['1.2.3.256', 1],
    ['1.2.3.-1', 1],
    ['1.2.3.x', 1],
    ['1.2.3.4', 65_536],
    ['1.2.3.4', -1],
    ['1.2.3.4', 1.5],
  ])('refuses %s, port %d', (address, port) => {
    expect(socketAddress(address, port)).toBeUndefined();
  });
});

describe('callTransport', () => {
  it('takes Node’s own sockets where polled ones cannot be had', async () => {
    expect(await callTransport({ address: '::1' })).toBeInstanceOf(UdpTransport);
    expect(await callTransport()).toBeInstanceOf(calls === undefined ? UdpTransport : PolledUdpTransport);
  });
});
