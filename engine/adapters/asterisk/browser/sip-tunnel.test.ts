import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { SipTunnel } from './sip-tunnel.ts';

const REGISTER = 'REGISTER sip:halo.invalid SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n';
const REGISTERED = 'SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x\r\nCSeq: 2 REGISTER\r\nContent-Length: 0\r\n\r\n';

let server: WebSocketServer;
let said: string[];
let asterisk: WebSocket[];

beforeEach(async () => {
  said = [];
  asterisk = [];
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    asterisk.push(socket);
    socket.on('message', (data: Buffer) => said.push(data.toString('utf8')));
  });
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => {
  for (const socket of asterisk) socket.terminate();
  server.close();
});

function open(url = async () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`) {
  const page = { heard: [] as string[], closedWith: undefined as number | undefined };
  const facts = { registered: 0, gone: [] as string[] };
  const tunnel = new SipTunnel(
    {
      send: (message) => page.heard.push(String(message)),
      backlogBytes: () => 0,
      close: (code) => (page.closedWith ??= code),
    },
    { url, onRegistered: () => (facts.registered += 1), onGone: (why) => facts.gone.push(why) },
  );
  return { tunnel, page, facts };
}

describe('the way of a page’s SIP to Asterisk', () => {
  it('passes on what a called phone says, in its order, and tells when it is registered', async () => {
    const { tunnel, page, facts } = open();
    const answers = [
      'SIP/2.0 180 Ringing\r\n\r\n',
      'SIP/2.0 200 OK\r\n\r\n',
      'BYE sip:a@b SIP/2.0\r\n\r\n',
      '\r\n\r\n',
    ];
    for (const message of [REGISTER, ...answers]) tunnel.session.text(message);
    await expect.poll(() => said).toEqual([REGISTER, ...answers]);
    expect(asterisk[0]?.protocol).toBe('sip');
    asterisk[0]?.send('SIP/2.0 401 Unauthorized\r\nCSeq: 1 REGISTER\r\n\r\n');
    asterisk[0]?.send('SIP/2.0 200 OK\r\nCSeq: 3 OPTIONS\r\n\r\n');
    asterisk[0]?.send(REGISTERED);
    await expect.poll(() => page.heard).toHaveLength(3);
    expect(facts).toEqual({ registered: 1, gone: [] });
    tunnel.leave();
    for (const message of [REGISTER, 'SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\n\r\n']) tunnel.session.text(message);
    await expect.poll(() => said).toEqual([REGISTER, ...answers, expect.stringContaining('BYE')]);
    tunnel.close();
    expect(page.closedWith).toBe(1000);
    await expect.poll(() => asterisk[0]?.readyState).toBe(3);
    expect(facts.gone).toEqual([]);
  });

  it.each([
    ['a call of its own', 'INVITE sip:+79161234567@trunk-main SIP/2.0\r\n\r\n', 4003],
    ['a question', 'OPTIONS sip:halo SIP/2.0\r\n\r\n', 4003],
    ['a message that begins as a phone’s and is none', 'REGISTERED sip:x SIP/2.0\r\n\r\n', 4003],
    ['a message beyond all measure', `REGISTER sip:${'x'.repeat(33_000)} SIP/2.0\r\n\r\n`, 4008],
  ])('ends at %s', async (_, message, code) => {
    const { tunnel, page, facts } = open();
    tunnel.session.text(REGISTER);
    await expect.poll(() => said).toHaveLength(1);
    tunnel.session.text(message);
    tunnel.session.text(REGISTER);
    expect(page.closedWith).toBe(code);
    expect(facts.gone).toHaveLength(1);
    await expect.poll(() => asterisk[0]?.readyState).toBe(3);
    expect(said).toHaveLength(1);
  });

  it('ends at bytes, at a flood, and when either side has gone', async () => {
    const bytes = open();
    bytes.tunnel.session.binary(new Uint8Array(3));
    expect(bytes.page.closedWith).toBe(4003);

    const flood = open();
    for (let n = 0; n < 600; n += 1) flood.tunnel.session.text(REGISTER);
    expect(flood.page.closedWith).toBe(4008);
    expect(flood.facts.gone).toHaveLength(1);

    const left = open();
    left.tunnel.session.closed(1006);
    expect(left.facts.gone).toEqual(['WebSocket 1006']);

    const nobody = open(async () => 'ws://127.0.0.1:1/ws');
    await expect.poll(() => nobody.page.closedWith).toBe(4503);
    const away = open(() => Promise.reject(new Error('Asterisk is not there')));
    await expect.poll(() => away.facts.gone).toEqual(['Asterisk is not there']);
  });
});
