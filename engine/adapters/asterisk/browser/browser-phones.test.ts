import { describe, expect, it } from 'vitest';
import { toCallId } from '../../../contract/ids.ts';
import { asteriskLab, closed } from '../../../testing/asterisk-lab.ts';

const CALL = toCallId('11111111-1111-4111-8111-111111111111');
const again = (): string => 'again';

async function lab() {
  const own = await asteriskLab();
  return { ...own, kinds: () => [...own.asterisk.objects.keys()].map((key) => key.split('/')[0]) };
}

describe('browser phones at Asterisk', () => {
  it('are endpoints with a name and a password of their own, in a context that leads nowhere', async () => {
    const { clock, asterisk, telephony, kinds } = await lab();
    const making = telephony.browserPhones.make(CALL, again);
    await clock.run(100);
    const { login } = await making;
    expect(kinds().sort()).toEqual(['aor', 'auth', 'endpoint']);
    const endpoint = asterisk.objects.get(`endpoint/${login?.username}`);
    expect(endpoint).toMatchObject({ context: 'browser-phone', webrtc: 'yes', identify_by: 'username' });
    expect(asterisk.objects.get(`auth/${login?.username}`)).toMatchObject({ password: login?.password });
    expect(login?.password).toMatch(/^[\w-]{24}$/);
    await closed(clock, telephony);
    expect(kinds()).toEqual([]);
  });

  it('go when no call is placed, and when the page does not register', async () => {
    const { clock, telephony, kinds, dial, held } = await lab();
    void telephony.browserPhones.make(CALL, again);
    await clock.run(59_000);
    expect(kinds()).toHaveLength(3);
    await clock.run(2_000);
    expect(kinds()).toEqual([]);

    const callId = toCallId('22222222-2222-4222-8222-222222222222');
    void telephony.browserPhones.make(callId, again);
    await clock.run(100);
    expect(telephony.browserPhones.has(callId)).toBe(true);
    const { events } = dial({ callId, phone: '', answeredBy: 'browser' });
    expect(telephony.browserPhones.has(callId)).toBe(false);
    await clock.run(16_000);
    expect(events).toMatchObject([
      { type: 'ended', outcome: 'error', reason: 'страница не подключилась к звонку' },
    ]);
    expect([kinds(), held()]).toEqual([[], []]);
    await closed(clock, telephony);
  });

  it('leave nothing where Asterisk refuses one of their parts, and a call without a phone ends at once', async () => {
    const { clock, asterisk, telephony, kinds, dial } = await lab();
    let puts = 0;
    asterisk.fate = (operation) =>
      operation === 'putObject' && (puts += 1) === 3 ? { status: 403 } : 'done';
    const refused = expect(telephony.browserPhones.make(CALL, again)).rejects.toMatchObject({ status: 403 });
    await clock.run(500);
    await refused;
    expect(kinds()).toEqual([]);
    const { events } = dial({ callId: CALL, phone: '', answeredBy: 'browser' });
    await clock.run(500);
    expect(events).toMatchObject([{ type: 'ended', outcome: 'error' }]);
    await closed(clock, telephony);
  });

  it('that a dead HALO left behind are removed, and no others', async () => {
    const { clock, asterisk, telephony } = await lab();
    for (const name of ['phone-dead-1', 'trunk-main', 'phone'])
      for (const type of ['endpoint', 'aor', 'auth']) asterisk.objects.set(`${type}/${name}`, {});
    void telephony.browserPhones.make(CALL, again);
    await clock.run(30_000);
    asterisk.blink();
    await clock.run(20_000);
    const names = new Set([...asterisk.objects.keys()].map((key) => key.split('/')[1]));
    expect([...names].filter((name) => !name?.startsWith('phone-0001-')).sort()).toEqual([
      'phone',
      'trunk-main',
    ]);
    expect(names.size).toBe(3);
    await closed(clock, telephony);
  });
});
