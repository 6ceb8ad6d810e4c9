import { describe, expect, it } from 'vitest';
import { dial, type CallEnd, type CallOrder } from './invite.ts';
import { headerOf, type SipRequest } from './sip-message.ts';
import { FakeSipServer, type FakeAnswer } from './testing/fake-sip-server.ts';

const CONTACT = { name: 'Contact', value: '<sip:there@192.0.2.1:5060>' };
const ROUTES = [
  { name: 'Record-Route', value: '<sip:192.0.2.1:5060;lr;id=1>, <sip:192.0.2.1:5060;lr;id=2>' },
];

function call(
  answers: (request: SipRequest, server: FakeSipServer) => readonly FakeAnswer[],
  more: Partial<CallOrder> = {},
): { server: FakeSipServer; end: Promise<CallEnd>; interrupt: AbortController } {
  const server = new FakeSipServer(answers);
  const interrupt = new AbortController();
  const end = dial(server.client, {
    uri: 'sip:+79990000001@192.0.2.1:5060',
    from: 'sip:halo@example.org',
    contact: 'sip:halo@192.0.2.10:40000',
    headers: [],
    sdp: 'v=0\r\n',
    credentials: undefined,
    ringTimeoutMs: 5_000,
    onProvisional: () => {},
    signal: interrupt.signal,
    ...more,
  });
  return { server, end, interrupt };
}

const cseqs = (server: FakeSipServer): string[] =>
  server.requests.map((request) => headerOf(request, 'CSeq')!);

describe('a call', () => {
  it('that is answered is acknowledged by its route, again for each repeated answer, and hung up', async () => {
    const { server, end } = call(({ method }) =>
      method === 'INVITE'
        ? [{ status: 180 }, { status: 200, headers: [CONTACT, ...ROUTES] }]
        : [{ status: 200 }],
    );
    const answered = await end;
    if (answered.kind !== 'answered') throw new Error(answered.kind);
    server.answer(server.requests[0]!, { status: 200, headers: [CONTACT, ...ROUTES] });
    await server.clock.run(10);
    expect(await answered.dialog.hangUp()).toMatchObject({ kind: 'answer' });
    expect(cseqs(server)).toEqual(['1 INVITE', '1 ACK', '1 ACK', '2 BYE']);
    const bye = server.requests[3]!;
    expect(bye.uri).toBe('sip:there@192.0.2.1:5060');
    expect(bye.headers.filter(({ name }) => name === 'Route').map(({ value }) => value)).toEqual([
      '<sip:192.0.2.1:5060;lr;id=2>',
      '<sip:192.0.2.1:5060;lr;id=1>',
    ]);
    expect(headerOf(bye, 'To')).toContain('tag=there');
    expect(server.clock.nextDueMs()).toBeUndefined();
  });

  it('that is refused is acknowledged in its own transaction', async () => {
    const { server, end } = call(({ method }) => (method === 'INVITE' ? [{ status: 486 }] : []));
    expect(await end).toMatchObject({
      kind: 'failed',
      outcome: { kind: 'answer', response: { status: 486 } },
    });
    expect(server.methods()).toEqual(['INVITE', 'ACK']);
    expect(headerOf(server.requests[1]!, 'Via')).toBe(headerOf(server.requests[0]!, 'Via'));
  });

  it('that nobody answers is cancelled, in its own transaction', async () => {
    const { server, end } = call(({ method }, own) => {
      if (method === 'INVITE') return [{ status: 180 }];
      if (method !== 'CANCEL') return [];
      own.answer(own.requests[0]!, { status: 487 });
      return [{ status: 200 }];
    });
    await server.clock.run(6_000);
    expect(await end).toEqual({ kind: 'cancelled', why: 'ring-timeout' });
    expect(cseqs(server)).toEqual(['1 INVITE', '1 CANCEL', '1 ACK']);
    expect(headerOf(server.requests[1]!, 'Via')).toBe(headerOf(server.requests[0]!, 'Via'));
  });

  it('that is answered while it is being cancelled is acknowledged and hung up', async () => {
    const { server, end, interrupt } = call(({ method }, own) => {
      if (method === 'INVITE') return [{ status: 180 }];
      if (method === 'CANCEL') own.answer(own.requests[0]!, { status: 200, headers: [CONTACT] });
      return method === 'ACK' ? [] : [{ status: 200 }];
    });
    await server.clock.run(10);
    interrupt.abort();
    expect(await end).toEqual({ kind: 'cancelled', why: 'aborted' });
    expect(server.methods()).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
  });

  it('interrupted before the server spoke is cancelled when it does', async () => {
    const { server, end, interrupt } = call(({ method }) => (method === 'CANCEL' ? [{ status: 200 }] : []));
    interrupt.abort();
    await server.clock.run(100);
    expect(server.methods()).toEqual(['INVITE']);
    server.answer(server.requests[0]!, { status: 100 });
    await server.clock.run(10);
    expect(server.methods()).toEqual(['INVITE', 'CANCEL']);
    // No 487 comes: the wait for it has its end too.
    await server.clock.run(5_000);
    expect(await end).toEqual({ kind: 'cancelled', why: 'aborted' });
  });

  it('to a silent server ends after eight seconds', async () => {
    const { server, end } = call(() => []);
    await server.clock.run(9_000);
    expect(await end).toEqual({ kind: 'failed', outcome: { kind: 'silence', afterMs: 8_000 } });
  });

  it('hung up there is answered, and needs no BYE of ours', async () => {
    const { server, end } = call(({ method }) =>
      method === 'INVITE' ? [{ status: 200, headers: [CONTACT] }] : [],
    );
    const answered = await end;
    if (answered.kind !== 'answered') throw new Error(answered.kind);
    const callId = headerOf(server.requests[0]!, 'Call-ID')!;
    const bye = (id: string): SipRequest => ({
      kind: 'request',
      method: 'BYE',
      uri: 'sip:halo@192.0.2.10',
      headers: [{ name: 'Call-ID', value: id }],
      body: '',
    });
    server.give(bye('another'));
    await server.clock.run(1);
    expect(answered.dialog.endedThere).toBe(false);
    server.give(bye(callId));
    await server.clock.run(1);
    expect(answered.dialog.endedThere).toBe(true);
  });
});
