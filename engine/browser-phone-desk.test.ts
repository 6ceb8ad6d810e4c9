import { describe, expect, it } from 'vitest';
import { createPagePhones } from './adapters/provider/browser/page-phones.ts';
import { BrowserPhoneDesk } from './browser-phone-desk.ts';
import type { BrowserPhoneWay } from './contract/browser-phone.ts';
import { toCallId } from './contract/ids.ts';
import { isNear } from './near-address.ts';
import type { BrowserPhones } from './ports/browser-phone.ts';
import { FakePage } from './testing/fake-page.ts';
import { MemoryTransport } from './testing/memory-transport.ts';
import { VirtualClock, virtualTicker } from './testing/virtual-clock.ts';

const CALL = toCallId('11111111-1111-4111-8111-111111111111');
const LOGIN = { uri: 'sip:phone@halo.invalid', username: 'phone', password: 'secret' };

function lab({ webrtc = 'works' }: { webrtc?: 'works' | 'fails' | 'absent' } = {}) {
  const clock = new VirtualClock();
  const socket = createPagePhones({ clock, ticker: virtualTicker(clock), transport: new MemoryTransport() });
  const troubles: string[] = [];
  const asterisk: BrowserPhones = {
    make: async (callId, renew) => {
      if (webrtc === 'fails') throw new Error('no Asterisk');
      return { ...(await socket.make(callId, renew)), login: LOGIN };
    },
    has: () => true,
  };
  const desk = new BrowserPhoneDesk({
    clock,
    socket,
    ...(webrtc !== 'absent' && { webrtc: asterisk }),
    webrtcReaches: isNear,
    onTrouble: (what) => troubles.push(what),
  });
  const issue = (ways: readonly BrowserPhoneWay[] = ['webrtc', 'socket'], address = '127.0.0.1') =>
    desk.issue(CALL, { ways, address });
  return { clock, desk, issue, troubles, socket };
}

describe('the desk of browser phones', () => {
  it('gives WebRTC to a page that is near to Asterisk, and the socket to all others', async () => {
    expect(await lab().issue()).toMatchObject({ kind: 'webrtc', ...LOGIN });
    expect(await lab().issue(['webrtc', 'socket'], '203.0.113.9')).toMatchObject({ kind: 'socket' });
    expect(await lab().issue(['webrtc', 'socket'], '')).toMatchObject({ kind: 'socket' });
    expect(await lab().issue(['socket'])).toMatchObject({ kind: 'socket' });
    expect(await lab({ webrtc: 'absent' }).issue()).toMatchObject({ kind: 'socket' });
    await expect(lab({ webrtc: 'absent' }).issue(['webrtc'])).rejects.toThrow('no browser phone');
  });

  it('takes the next way where one fails', async () => {
    const { issue, troubles } = lab({ webrtc: 'fails' });
    expect(await issue()).toMatchObject({ kind: 'socket' });
    expect(troubles).toHaveLength(1);
  });

  it('lets a token in once, and no other, and none when its minute is over', async () => {
    const { clock, desk, issue } = lab();
    const { token, expiresAt } = await issue(['socket']);
    expect(expiresAt.getTime() - clock.wallTime().getTime()).toBe(60_000);
    const [phone = '', secret = ''] = token.split('.');
    for (const wrong of [
      '',
      '.',
      phone,
      `${phone}.`,
      `${phone}.${secret.slice(1)}`,
      `x.${secret}`,
      `${token} `,
    ])
      expect(desk.admit(wrong)).toMatch(/unknown|forged/);
    expect(desk.admit(token)).toHaveProperty('open');
    expect(desk.admit(token)).toBe('forged');

    const late = await issue(['socket']);
    clock.advance(60_001);
    expect(desk.admit(late.token)).toMatch(/unknown|forged/);
  });

  it('gives the page a token to come back with, and forgets the phone when its call is over', async () => {
    const { clock, desk, issue, socket } = lab();
    const { token } = await issue(['socket']);
    const enter = (word: unknown) => {
      const ticket = desk.admit(String(word));
      return typeof ticket === 'string' ? ticket : new FakePage((peer) => ticket.open(peer));
    };
    const first = enter(token) as FakePage;
    const again = first.told[0]?.['reconnect_token'];
    expect(enter(again)).toBeInstanceOf(FakePage);
    expect(first.closedWith).toBe(4001);
    expect(enter(again)).toBe('forged');
    await clock.run(61_000);
    expect(enter(again)).toBe('unknown');
    expect(socket.has(CALL)).toBe(false);
  });
});

describe('isNear', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.7',
    'fe80::1',
    'fd00::2',
    '100.64.0.1',
  ])('knows %s as near', (address) => expect(isNear(address)).toBe(true));
  it.each(['', 'localhost', '8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8', '0x7f.1'])(
    'does not know %j as near',
    (address) => expect(isNear(address)).toBe(false),
  );
});
