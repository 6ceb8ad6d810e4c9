import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Trunk } from '../../engine/contract/trunk.ts';
import { callStep } from './call-step.ts';
import { identityOf } from './identity.ts';
import type { StepReport } from './report.ts';
import { headerOf, type SipRequest } from './sip-message.ts';
import { FakeSipServer, type FakeAnswer } from './testing/fake-sip-server.ts';

const TRUNK: Trunk = {
  name: 'main',
  host: 'sip.example.org',
  port: 5060,
  transport: 'udp',
  user: 'halo',
  password: 'secret',
  register: false,
  callerId: '+74951234567',
  codecs: ['alaw', 'ulaw'],
  numberFormat: 'plain',
  addresses: [],
};

const sdp = (address: string, media = 'm=audio 9 RTP/AVP 8 101'): string =>
  `v=0\r\nc=IN IP4 ${address}\r\n${media}\r\n`;
const answered = (body: string, contact = '<sip:there@192.0.2.1:5060>'): FakeAnswer[] => [
  { status: 180 },
  { status: 200, headers: [{ name: 'Contact', value: contact }], body },
];

interface Options {
  readonly localAddress?: string;
  readonly externalAddress?: string;
  readonly received?: string;
  readonly bye?: readonly FakeAnswer[];
}

async function call(
  answer: readonly FakeAnswer[],
  options: Options = {},
): Promise<{ report: StepReport; server: FakeSipServer }> {
  const { bye = [{ status: 200 }], localAddress, externalAddress, received = '' } = options;
  const answers = ({ method }: SipRequest): readonly FakeAnswer[] =>
    method === 'INVITE' ? answer : method === 'BYE' ? bye : [];
  const server = new FakeSipServer(answers, false, localAddress);
  server.received = received;
  let report: StepReport | undefined;
  void callStep(
    {
      trunk: TRUNK,
      identity: identityOf(TRUNK),
      credentials: undefined,
      client: server.client,
      options: {
        to: '+79161234567',
        ringTimeoutMs: 5_000,
        externalAddress,
        localNetworks: [],
        rtpPorts: undefined,
        listenMs: 200,
        warnMs: 0,
      },
      ports: {
        clock: server.clock,
        resolve: async () => ({ addresses: [], srv: [], naptr: [] }),
        tell: () => {},
        onStep: () => {},
        signal: new AbortController().signal,
      },
      externalAddress,
      heard: true,
    },
    '+79161234567',
  ).then((found) => (report = found));
  // The RTP socket is a real one: its port is bound in real time, all else in the virtual one.
  for (let turn = 0; report === undefined && turn < 2_000; turn++) {
    await setImmediate();
    await server.clock.run(100, () => report !== undefined);
  }
  if (report === undefined) throw new Error('the call did not end');
  return { report, server };
}

const codes = ({ report }: { report: StepReport }): string[] => report.diagnoses.map(({ code }) => code);

describe('the test call', () => {
  it('writes the numbers as the trunk wants them, and offers its codecs', async () => {
    const { server } = await call([{ status: 486 }], { externalAddress: '203.0.113.5' });
    const invite = server.requests[0]!;
    expect(invite.uri).toBe('sip:79161234567@sip.example.org:5060');
    expect(headerOf(invite, 'From')).toContain('<sip:halo@sip.example.org>');
    expect(headerOf(invite, 'P-Asserted-Identity')).toBe('<sip:+74951234567@sip.example.org>');
    expect(headerOf(invite, 'Contact')).toBe('<sip:halo@203.0.113.5:40000>');
    expect(invite.body).toMatch(/c=IN IP4 203\.0\.113\.5[^]*m=audio \d+ RTP\/AVP 8 0 101/);
  });

  it.each<[string, FakeAnswer[], string]>([
    ['without a description of sound', answered(''), 'no-sdp'],
    [
      'with a codec that was not offered',
      answered(sdp('127.0.0.1', 'm=audio 9 RTP/AVP 18')),
      'no-common-codec',
    ],
    ['with the sound refused', answered(sdp('127.0.0.1', 'm=audio 0 RTP/AVP 8')), 'media-refused'],
    ['on hold', answered(`${sdp('127.0.0.1')}a=inactive\r\n`), 'media-refused'],
    ['from behind a NAT of theirs', answered(sdp('127.0.0.1')), 'no-rtp-their-nat'],
  ])('fails when it is answered %s, and is hung up', async (_, answer, code) => {
    const found = await call(answer);
    expect(found.report).toMatchObject({ status: 'fail' });
    expect(codes(found)).toEqual([code]);
    expect(found.server.methods()).toEqual(['INVITE', 'ACK', 'BYE']);
  });

  it('tells of a NAT of ours, which has eaten the sound', async () => {
    const found = await call(answered(sdp('127.0.0.1')), {
      localAddress: '192.168.1.5',
      received: ';received=203.0.113.9;rport=40001',
    });
    expect(codes(found)).toEqual(['nat', 'no-rtp-nat']);
  });

  it('says nothing of a NAT whose address is configured', async () => {
    const found = await call([{ status: 486 }], {
      localAddress: '192.168.1.5',
      externalAddress: '203.0.113.9',
      received: ';received=203.0.113.9',
    });
    expect(codes(found)).toEqual(['sip-486']);
  });

  it('hangs up through the server where the other side names an address nobody reaches', async () => {
    const found = await call(answered('', '<sip:there@10.0.0.7>'));
    expect(codes(found)).toEqual(['private-contact', 'no-sdp']);
    expect(found.server.requests.at(-1)).toMatchObject({ method: 'BYE', uri: 'sip:there@10.0.0.7' });
  });

  it('says when it could not hang up', async () => {
    expect(codes(await call(answered(''), { bye: [{ status: 500 }] }))).toEqual(['no-sdp', 'not-hung-up']);
    expect(codes(await call(answered(''), { bye: [{ status: 481 }] }))).toEqual(['no-sdp']);
    expect(codes(await call(answered(''), { bye: [] }))).toEqual(['no-sdp', 'not-hung-up']);
  });
});
