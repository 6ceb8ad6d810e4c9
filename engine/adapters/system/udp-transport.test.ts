import { describe, expect, it, vi } from 'vitest';
import { transportContract } from '../../testing/media-contracts.ts';
import { type UdpSocket, UdpTransport } from './udp-transport.ts';

transportContract('UdpTransport', () => new UdpTransport());

describe('UdpTransport', () => {
  it('uses the even ports of its range and says so when they are used up', async () => {
    const probe = await new UdpTransport().open();
    const from = Math.min(probe.local.port, 65_000);
    await probe.close();
    const transport = new UdpTransport({ ports: { from, to: from + 9 } });
    const sockets: UdpSocket[] = [];
    const openAll = async (): Promise<void> => {
      for (;;) sockets.push(await transport.open());
    };
    await expect(openAll()).rejects.toThrow('widen the RTP port range');
    // Another process may hold some of them.
    expect(sockets.length).toBeLessThanOrEqual(5);
    const ports = sockets.map((socket) => socket.local.port);
    expect(new Set(ports).size).toBe(ports.length);
    for (const port of ports) {
      expect(port % 2).toBe(0);
      expect(port).toBeGreaterThanOrEqual(from);
      expect(port).toBeLessThanOrEqual(from + 9);
    }
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  it('counts what could not be sent', async () => {
    const socket = await new UdpTransport().open();
    socket.send(new Uint8Array(70_000), { address: '127.0.0.1', port: 9 });
    socket.send(new Uint8Array(1), { address: 'example.invalid', port: 9 });
    socket.send(new Uint8Array(1), { address: '127.0.0.1', port: 0 });
    await vi.waitFor(() => expect(socket.sendErrors).toBe(3));
    await socket.close();
  });

  it('refuses addresses and ranges it cannot bind', async () => {
    expect(() => new UdpTransport({ address: 'localhost' })).toThrow('IP literal');
    expect(() => new UdpTransport({ ports: { from: 5001, to: 5001 } })).toThrow('even port');
    await expect(new UdpTransport({ address: '192.0.2.1' }).open()).rejects.toThrow(
      'cannot bind UDP 192.0.2.1',
    );
  });
});
