import { describe, expect, it } from 'vitest';
import { identityOf } from './identity.ts';
import { registerStep } from './register-step.ts';
import type { StepReport } from './report.ts';
import { headerOf, type SipRequest } from './sip-message.ts';
import { FakeSipServer, type FakeAnswer } from './testing/fake-sip-server.ts';
import type { Trunk } from '../../engine/contract/trunk.ts';

const TRUNK: Trunk = {
  name: 'main',
  host: 'sip.example.org',
  port: 5060,
  transport: 'udp',
  user: 'halo@tenant.example.org',
  password: 'secret',
  register: true,
  codecs: ['ulaw'],
  numberFormat: 'e164',
  addresses: [],
};

function check(
  answers: (request: SipRequest, server: FakeSipServer) => readonly FakeAnswer[],
  interrupt = new AbortController(),
): { server: FakeSipServer; report: Promise<StepReport> } {
  const server = new FakeSipServer(answers);
  const report = registerStep({
    trunk: TRUNK,
    identity: identityOf(TRUNK),
    credentials: { user: TRUNK.user!, password: TRUNK.password! },
    client: server.client,
    options: {
      to: undefined,
      ringTimeoutMs: 0,
      externalAddress: undefined,
      localNetworks: [],
      rtpPorts: undefined,
      listenMs: 0,
      warnMs: 0,
    },
    ports: {
      clock: server.clock,
      resolve: async () => ({ addresses: [], srv: [], naptr: [] }),
      tell: () => {},
      onStep: () => {},
      signal: interrupt.signal,
    },
    externalAddress: undefined,
    heard: true,
  });
  return { server, report };
}

const contacts = (server: FakeSipServer): (string | undefined)[] =>
  server.requests.map((request) => headerOf(request, 'Contact'));
const codes = (report: StepReport): string[] => report.diagnoses.map(({ code }) => code);

describe('REGISTER', () => {
  it('asks first, then binds a contact of its own and takes the same away', async () => {
    const { server, report } = check(() => [{ status: 200 }]);
    expect(await report).toMatchObject({ status: 'ok' });
    const [asked, bound, removed] = contacts(server);
    expect(asked).toBeUndefined();
    expect(bound).toMatch(/^<sip:halo-check-[0-9a-f]+@192\.0\.2\.10:40000>;expires=60$/);
    expect(removed).toBe(bound!.replace('expires=60', 'expires=0'));
    expect(headerOf(server.requests[0]!, 'To')).toBe('<sip:halo@tenant.example.org>');
  });

  it('leaves the registration alone that is there', async () => {
    const { server, report } = check(() => [
      { status: 200, headers: [{ name: 'Contact', value: '<sip:halo@198.51.100.4:5060>;expires=200' }] },
    ]);
    const found = await report;
    expect(found).toMatchObject({ status: 'ok' });
    expect(found.detail).toContain('sip:halo@198.51.100.4:5060');
    expect(server.requests).toHaveLength(1);
  });

  it('goes on where a server cannot be asked, and takes the time it wants', async () => {
    const { server, report } = check((request) => {
      const contact = headerOf(request, 'Contact');
      if (contact === undefined) return [{ status: 400 }];
      if (contact.endsWith('=60')) return [{ status: 423, headers: [{ name: 'Min-Expires', value: '300' }] }];
      return [{ status: 200 }];
    });
    expect(await report).toMatchObject({ status: 'ok' });
    expect(contacts(server).map((contact) => contact?.split(';')[1])).toEqual([
      undefined,
      'expires=60',
      'expires=300',
      'expires=0',
    ]);
  });

  it.each([
    [403, 'sip-403'],
    [404, 'sip-404'],
    [405, 'sip-405'],
  ])('stops at %i', async (status, code) => {
    const { server, report } = check(() => [{ status }]);
    expect(codes(await report)).toEqual([code]);
    expect(server.requests).toHaveLength(1);
  });

  it('says so when its own contact could not be taken away', async () => {
    const { report } = check((request) => [
      { status: headerOf(request, 'Contact')?.endsWith('expires=0') === true ? 500 : 200 },
    ]);
    const found = await report;
    expect(found).toMatchObject({ status: 'warn' });
    expect(codes(found)).toEqual(['not-unregistered']);
    expect(found.detail).not.toContain('снята');
  });

  it('takes its contact away when it is interrupted in between', async () => {
    const interrupt = new AbortController();
    const { server, report } = check((request) => {
      const contact = headerOf(request, 'Contact');
      if (contact?.endsWith('=60') !== true) return [{ status: 200 }];
      interrupt.abort();
      return [];
    }, interrupt);
    expect(await report).toMatchObject({ status: 'fail', detail: 'прервано' });
    expect(contacts(server).at(-1)).toMatch(/expires=0$/);
  });
});
