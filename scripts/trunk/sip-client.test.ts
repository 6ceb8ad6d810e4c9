import { describe, expect, it } from 'vitest';
import { headerOf, type SipRequest } from './sip-message.ts';
import { withCredentials, type RequestDraft } from './sip-client.ts';
import { FakeSipServer, type FakeAnswer } from './testing/fake-sip-server.ts';

const DRAFT: RequestDraft = {
  method: 'OPTIONS',
  uri: 'sip:b',
  from: '<sip:a@b>;tag=1',
  to: '<sip:b>',
  callId: 'c',
  cseq: 1,
};
const PASSWORD = { user: 'halo', password: 'secret' };

describe('a request', () => {
  it('is sent again over UDP at 0.5, 1.5, 3.5 and 7.5 s, and given up after 8 s', async () => {
    const server = new FakeSipServer(() => []);
    const outcome = server.client.request(DRAFT);
    await server.clock.run(7_400);
    expect(server.requests).toHaveLength(4);
    await server.clock.run(10_000);
    expect(await outcome).toEqual({ kind: 'silence', afterMs: 8_000 });
    expect(server.requests).toHaveLength(5);
    expect(new Set(server.requests.map((request) => headerOf(request, 'Via'))).size).toBe(1);
    expect(server.clock.nextDueMs()).toBeUndefined();
  });

  it('is sent once over TCP', async () => {
    const server = new FakeSipServer(() => [], true);
    const outcome = server.client.request(DRAFT);
    await server.clock.run(10_000);
    expect(await outcome).toMatchObject({ kind: 'silence' });
    expect(server.requests).toHaveLength(1);
  });

  it('waits through provisional answers, and hears none of another transaction', async () => {
    const server = new FakeSipServer((request, own) => {
      own.answer(
        { ...request, headers: [{ name: 'Via', value: 'SIP/2.0/UDP x;branch=other' }] },
        { status: 500 },
      );
      return [{ status: 100 }, { status: 200 }];
    });
    expect(await server.client.request(DRAFT)).toMatchObject({ kind: 'answer', response: { status: 200 } });
    expect(server.clock.nextDueMs()).toBeUndefined();
  });

  it('ends when the transport is refused, when it was lost before, and when it is aborted', async () => {
    const server = new FakeSipServer(() => []);
    const refused = server.client.request(DRAFT);
    server.client.events.trouble('ECONNREFUSED');
    expect(await refused).toEqual({ kind: 'broken', code: 'ECONNREFUSED' });
    expect(await server.client.request(DRAFT, AbortSignal.abort())).toEqual({ kind: 'aborted' });

    const lost = new FakeSipServer(() => [], true);
    lost.client.events.trouble('ECONNRESET');
    expect(await lost.client.request(DRAFT)).toEqual({ kind: 'broken', code: 'ECONNRESET' });
  });
});

describe('a request with credentials', () => {
  const challenge = (nonce: string, more = ''): FakeAnswer => ({
    status: 407,
    headers: [{ name: 'Proxy-Authenticate', value: `Digest realm="r", nonce="${nonce}", qop="auth"${more}` }],
  });
  const ask = (
    answers: (request: SipRequest, count: number) => FakeAnswer,
    credentials?: typeof PASSWORD,
  ) => {
    let count = 0;
    const server = new FakeSipServer((request) => [answers(request, ++count)]);
    let cseq = 0;
    const outcome = withCredentials(credentials, DRAFT, (authorization) =>
      server.client.request({
        ...DRAFT,
        cseq: ++cseq,
        headers: authorization,
      }),
    );
    return { server, outcome };
  };

  it('answers 407 with a CSeq of its own', async () => {
    const { server, outcome } = ask((_, count) => (count === 1 ? challenge('n') : { status: 200 }), PASSWORD);
    expect(await outcome).toMatchObject({ kind: 'answer', response: { status: 200 } });
    expect(headerOf(server.requests[1]!, 'Proxy-Authorization')).toContain('username="halo"');
    expect(headerOf(server.requests[1]!, 'CSeq')).toBe('2 OPTIONS');
  });

  it('satisfies a proxy and the server behind it', async () => {
    const { server, outcome } = ask((_, count) => {
      if (count === 1) return challenge('proxy');
      if (count > 2) return { status: 200 };
      return {
        status: 401,
        headers: [{ name: 'WWW-Authenticate', value: 'Digest realm="s", nonce="server"' }],
      };
    }, PASSWORD);
    expect(await outcome).toMatchObject({ kind: 'answer', response: { status: 200 } });
    expect(headerOf(server.requests[2]!, 'Proxy-Authorization')).toContain('nonce="proxy"');
    expect(headerOf(server.requests[2]!, 'Authorization')).toContain('nonce="server"');
  });

  it('takes a second 407 for a wrong password', async () => {
    const { server, outcome } = ask(() => challenge('n'), PASSWORD);
    expect(await outcome).toEqual({ kind: 'wrong-password', status: 407, realm: 'r' });
    expect(server.requests).toHaveLength(2);
  });

  it('tries again where only the nonce was old, but not for ever', async () => {
    const good = ask(
      (_, count) =>
        count === 1 ? challenge('a') : count === 2 ? challenge('b', ', stale=true') : { status: 200 },
      PASSWORD,
    );
    expect(await good.outcome).toMatchObject({ kind: 'answer', response: { status: 200 } });
    expect(headerOf(good.server.requests[2]!, 'Proxy-Authorization')).toContain('nonce="b"');

    const endless = ask(() => challenge('a', ', stale=true'), PASSWORD);
    expect(await endless.outcome).toMatchObject({ kind: 'wrong-password' });
  });

  it('says when it has no password, and when it cannot answer', async () => {
    expect(await ask(() => challenge('n')).outcome).toMatchObject({ kind: 'no-credentials', realm: 'r' });
    const basic = ask(
      () => ({ status: 401, headers: [{ name: 'WWW-Authenticate', value: 'Basic realm="x"' }] }),
      PASSWORD,
    );
    expect(await basic.outcome).toEqual({ kind: 'unknown-challenge', offered: ['Basic realm="x"'] });
  });
});
