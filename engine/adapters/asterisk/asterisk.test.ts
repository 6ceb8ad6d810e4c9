import { describe, expect, it } from 'vitest';
import type { IncomingCall } from '../../ports/telephony.ts';
import { after, APPLICATION, asteriskLab, closed, TWO_TRUNKS } from '../../testing/asterisk-lab.ts';
import type { FakePerson } from '../../testing/fake-ari.ts';
import { INBOUND_VARIABLE, type AsteriskDeps } from './asterisk.ts';

describe('A call over ARI', () => {
  it('rings, is answered with our sound already in its bridge, and hung up by us', async () => {
    const { clock, asterisk, dial, held } = await asteriskLab();
    asterisk.onDial = (person) => {
      after(clock, 100, () => person.ring());
      after(clock, 900, () => person.answer());
    };
    const { line, events, types } = dial();
    expect(events).toEqual([]);
    await clock.run(2_000);
    expect(types()).toEqual(['ringing', 'answered']);
    expect(asterisk.dialled).toEqual(['PJSIP/+79161234567@trunk-main']);
    const [bridge] = asterisk.bridges.values();
    expect([...bridge!].map((id) => id.split('.').at(-1)).toSorted()).toEqual(['m', 't1']);
    line.hangup();
    expect(types()).not.toContain('ended');
    await clock.run(1_000);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'hangup_near' });
    expect(held()).toEqual([]);
  });

  it('asks for no request between the answer and telling it', async () => {
    const { clock, asterisk, dial } = await asteriskLab({}, () => 50);
    let answeredAtMs = 0;
    asterisk.onDial = (person) =>
      after(clock, 5_000, () => {
        answeredAtMs = clock.now();
        person.answer();
      });
    const { types } = dial();
    await clock.run(20_000, () => types().includes('answered'));
    // The event itself takes 50 ms.
    expect(clock.now() - answeredAtMs).toBe(50);
  });

  it('dials nobody before our sound is there, and says so when it does not come', async () => {
    const { clock, asterisk, dial, held } = await asteriskLab();
    asterisk.fate = (operation) => (operation === 'externalMedia' ? { status: 500 } : 'done');
    const { events } = dial();
    await clock.run(10_000);
    expect(asterisk.dialled).toEqual([]);
    expect(events).toMatchObject(
      [{ type: 'ended', outcome: 'error', reason: /звук/ }].map((event) => ({
        ...event,
        reason: expect.stringMatching(event.reason) as unknown,
      })),
    );
    expect(held()).toEqual([]);
  });

  it('takes 183 with sound for ringing, never for an answer', async () => {
    const { clock, asterisk, dial } = await asteriskLab();
    asterisk.onDial = (person) => person.progress();
    const { events, types } = dial({ ringTimeoutMs: 5_000 });
    await clock.run(4_000);
    expect(types()).toEqual(['ringing']);
    await clock.run(2_000);
    expect(events.at(-1)).toMatchObject({ outcome: 'no_answer', reason: 'абонент не ответил' });
  });

  it('tells keys while they talk', async () => {
    const { clock, asterisk, dial } = await asteriskLab();
    let person: FakePerson | undefined;
    asterisk.onDial = (somebody) => {
      person = somebody;
      somebody.answer();
    };
    const { events } = dial();
    await clock.run(1_000);
    person?.press('5');
    person?.press('#');
    await clock.run(1_000);
    expect(events.slice(1)).toEqual([
      { type: 'dtmf', digit: '5' },
      { type: 'dtmf', digit: '#' },
    ]);
  });

  it('refuses what is no number without asking Asterisk', async () => {
    const { clock, asterisk, dial } = await asteriskLab();
    const { events } = dial({ phone: '100@evil&Local/x' });
    await clock.run(1_000);
    expect(events).toMatchObject([{ outcome: 'error', reason: 'неверный номер телефона' }]);
    expect(asterisk.dialled).toEqual([]);
  });
});

describe('Several trunks', () => {
  it('the next one is tried when the first is down; the journal names both', async () => {
    const { clock, asterisk, dial, held } = await asteriskLab({ trunks: TWO_TRUNKS });
    asterisk.onDial = (person) =>
      person.endpoint.endsWith('main') ? person.end(34, 503) : person.end(17, 486);
    const { events } = dial();
    await clock.run(2_000);
    expect(asterisk.dialled).toEqual(['PJSIP/+79161234567@trunk-main', 'PJSIP/89161234567@trunk-spare']);
    expect(events).toEqual([
      {
        type: 'ended',
        outcome: 'busy',
        reason: 'абонент занят',
        cause: 'main: SIP 503, Q.850 34; spare: SIP 486, Q.850 17',
      },
    ]);
    expect(held()).toEqual([]);
  });

  it('a trunk that says nothing for 10 s is passed by, inside the ring timeout', async () => {
    const { clock, asterisk, dial, held } = await asteriskLab({ trunks: TWO_TRUNKS });
    asterisk.onDial = (person) => {
      if (person.endpoint.endsWith('spare')) person.ring();
    };
    const { events } = dial({ ringTimeoutMs: 30_000 });
    await clock.run(29_000);
    expect(asterisk.dialled).toHaveLength(2);
    expect(asterisk.channels.size).toBe(2);
    await clock.run(2_000);
    expect(events.at(-1)).toMatchObject({ outcome: 'no_answer' });
    expect(held()).toEqual([]);
  });

  it.each([
    [
      'rang already',
      (person: FakePerson) => {
        person.ring();
        person.end(34, 503);
      },
    ],
    ['is busy', (person: FakePerson) => person.end(17, 486)],
    ['does not exist', (person: FakePerson) => person.end(1, 404)],
  ])('no other trunk is tried for a phone that %s', async (_, behave) => {
    const { clock, asterisk, dial } = await asteriskLab({ trunks: TWO_TRUNKS });
    asterisk.onDial = behave;
    dial();
    await clock.run(60_000);
    expect(asterisk.dialled).toHaveLength(1);
  });
});

describe('Asterisk goes away', () => {
  const talking = async (more: Partial<AsteriskDeps> = {}) => {
    const all = await asteriskLab(more);
    all.asterisk.onDial = (person) => person.answer();
    const call = all.dial();
    await all.clock.run(500);
    expect(call.types()).toEqual(['answered']);
    return { ...all, call };
  };

  it('a blink of the connection ends no conversation', async () => {
    const { clock, asterisk, call, telephony } = await talking();
    asterisk.blink();
    expect(telephony.state()).toMatchObject({ kind: 'away', reason: 'связь с Asterisk потеряна' });
    await clock.run(30_000);
    expect(telephony.state().kind).toBe('ready');
    expect(call.types()).toEqual(['answered']);
  });

  it('a person who hung up during the blink is not talked to for ever', async () => {
    const { clock, asterisk, call, held } = await talking();
    asterisk.down = true;
    asterisk.blink();
    asterisk.channels.delete([...asterisk.channels.keys()].find((id) => id.endsWith('t1'))!);
    asterisk.down = false;
    await clock.run(2_000);
    expect(call.types()).toEqual(['answered', 'ended']);
    expect(held()).toEqual([]);
  });

  it('what is longer ends the conversation within 3 s, and what still rings at once', async () => {
    const { clock, asterisk, call, dial } = await talking();
    asterisk.onDial = (person) => person.ring();
    const ringing = dial();
    await clock.run(500);
    asterisk.crash();
    await clock.run(100);
    const lost = { type: 'ended', outcome: 'error', reason: 'связь с Asterisk потеряна' };
    expect(ringing.events.at(-1)).toMatchObject(lost);
    expect(call.types()).not.toContain('ended');
    await clock.run(3_000);
    expect(call.events.at(-1)).toMatchObject(lost);
    const refused = dial();
    await clock.run(1);
    expect(refused.events).toMatchObject([{ type: 'ended', outcome: 'error' }]);
  });

  it('a day later it connects by itself, at a pace that never slows below 5 s', async () => {
    const { clock, asterisk, telephony, dial } = await talking();
    asterisk.crash();
    await clock.run(3_600_000);
    const attempts = asterisk.attempts;
    await clock.run(3_600_000);
    expect(asterisk.attempts - attempts).toBeGreaterThan(3_600_000 / 5_100);
    expect(asterisk.attempts - attempts).toBeLessThan(3_600_000 / 2_500);
    await clock.run(22 * 3_600_000, () => false);
    asterisk.down = false;
    await clock.run(5_100, () => telephony.state().kind === 'ready');
    expect(telephony.state().kind).toBe('ready');
    const next = dial();
    await clock.run(1_000);
    expect(next.types()).toEqual(['answered']);
  }, 30_000);

  it('one that is merely stopped is noticed by its silence', async () => {
    const { clock, asterisk, call, telephony } = await talking();
    asterisk.stopped = true;
    await clock.run(12_000);
    expect(telephony.state().kind).toBe('away');
    expect(call.events.at(-1)).toMatchObject({ reason: 'связь с Asterisk потеряна' });
    await telephony.close();
  });

  it('what was left on it is swept when it is back', async () => {
    const { clock, asterisk, held, telephony } = await talking();
    asterisk.down = true;
    asterisk.blink();
    await clock.run(20_000);
    expect(asterisk.channels.size).toBe(2);
    asterisk.down = false;
    await clock.run(10_000);
    expect(held()).toEqual([]);
    await telephony.close();
  });

  it('a source that cannot say where it is gives the reason, in Russian', async () => {
    const { telephony } = await asteriskLab({
      source: () => Promise.reject(new Error('Asterisk не установлен')),
    });
    expect(telephony.state()).toMatchObject({ kind: 'away', reason: 'Asterisk не установлен' });
    await telephony.close();
  });
});

describe('Several engines on one Asterisk', () => {
  it('a dead one’s calls are swept, a living one’s and strangers’ are not', async () => {
    const { clock, asterisk, engine, telephony, dial } = await asteriskLab();
    asterisk.onDial = (person) => person.answer();
    dial();
    await clock.run(500);
    asterisk.channels.set('halo-dead.x.t1', { application: 'halo-dead', state: 'Up' });
    asterisk.channels.set('1795.7', { application: 'halo-dead', state: 'Up' });
    asterisk.bridges.set('halo-dead.x.b', new Set());
    asterisk.channels.set('1795.8', { application: 'someone', state: 'Up' });
    asterisk.bridges.set('elsewhere', new Set());
    const other = engine({ application: 'halo-0002' });
    await clock.run(10_000);
    expect([...asterisk.channels.keys()].filter((id) => !id.startsWith(APPLICATION))).toEqual(['1795.8']);
    expect([...asterisk.channels.keys()].filter((id) => id.startsWith(APPLICATION))).toHaveLength(2);
    expect(asterisk.bridges.has('elsewhere')).toBe(true);
    expect(asterisk.bridges.has('halo-dead.x.b')).toBe(false);
    await Promise.all([closed(clock, other), closed(clock, telephony)]);
    expect(clock.nextDueMs()).toBeUndefined();
  });
});

describe('People call us', () => {
  const ringing = async () => {
    const all = await asteriskLab({ inbound: true });
    const calls: IncomingCall[] = [];
    all.telephony.onIncoming((call) => calls.push(call));
    all.asterisk.call(APPLICATION, '1.1', '+79031112233', '74950000000');
    await all.clock.run(100);
    return { ...all, calls };
  };

  it('the edge is told where to, and no longer after the end', async () => {
    const { clock, asterisk, telephony } = await ringing();
    expect(asterisk.globals.get(INBOUND_VARIABLE)).toBe(APPLICATION);
    await closed(clock, telephony);
    expect(asterisk.globals.get(INBOUND_VARIABLE)).toBe('');
  });

  it('and are answered', async () => {
    const { clock, asterisk, calls, dial, held } = await ringing();
    expect(calls).toMatchObject([{ id: '1.1', from: '+79031112233', to: '74950000000' }]);
    const { types, events } = dial({ incoming: '1.1', phone: '' });
    await clock.run(1_000);
    expect(types()).toEqual(['answered']);
    asterisk.person('1.1').end(16);
    await clock.run(1_000);
    expect(events.at(-1)).toMatchObject({ outcome: 'hangup_far' });
    expect(held()).toEqual([]);
  });

  it('are refused once, by us or by nobody’s patience', async () => {
    const { clock, asterisk, calls, held } = await ringing();
    calls[0]!.refuse();
    calls[0]!.refuse();
    await clock.run(1_000);
    expect(asterisk.hangups).toHaveLength(1);
    asterisk.call(APPLICATION, '1.2', '', '74950000000');
    await clock.run(19_000);
    expect(asterisk.channels.size).toBe(1);
    await clock.run(2_000);
    expect(held()).toEqual([]);
  });

  it('give up before we answer', async () => {
    const { clock, asterisk, dial, held } = await ringing();
    asterisk.person('1.1').end(16);
    await clock.run(100);
    const { events } = dial({ incoming: '1.1' });
    await clock.run(1_000);
    expect(events).toMatchObject([{ type: 'ended', outcome: 'no_answer' }]);
    expect(held()).toEqual([]);
  });

  it('are sent away where nobody listens', async () => {
    const { clock, asterisk, held } = await asteriskLab();
    asterisk.call(APPLICATION, '1.1', '', '74950000000');
    await clock.run(1_000);
    expect(held()).toEqual([]);
  });
});
