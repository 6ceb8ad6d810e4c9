import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trunk } from '../../engine/contract/trunk.ts';
import { diagnose, type Finding } from './diagnosis.ts';

const TRUNK: Trunk = {
  name: 'main',
  host: 'sip.example.org',
  port: 5060,
  transport: 'udp',
  user: 'halo',
  password: 'top-secret',
  register: true,
  codecs: ['ulaw', 'alaw'],
  numberFormat: 'e164',
  addresses: [],
};

const text = (finding: Finding, trunk: Trunk = TRUNK): string => {
  const { what, change } = diagnose(finding, trunk);
  return [what, ...change].join('\n');
};

const refused = (status: number, step: 'options' | 'register' | 'call' = 'call', more = {}): Finding => ({
  kind: 'refused',
  step,
  refusal: { status, reason: 'Reason', notes: [], ...more },
});

describe('the table of diagnoses', () => {
  it.each<[string, Finding, string, string]>([
    ['an unknown name', { kind: 'dns', code: 'ENOTFOUND', srv: [] }, 'dns-unknown', 'TRUNK_HOST'],
    ['a dead DNS', { kind: 'dns', code: 'ETIMEOUT', srv: [] }, 'dns-failed', 'resolv.conf'],
    [
      'SRV alone',
      { kind: 'dns', code: 'ENODATA', srv: [{ name: 's1.example.org', port: 5080 }] },
      'dns-srv-only',
      'TRUNK_PORT=5080',
    ],
    ['nobody listening', { kind: 'connect', code: 'ECONNREFUSED' }, 'refused', 'TRUNK_TRANSPORT'],
    [
      'an expired certificate',
      { kind: 'connect', code: 'CERT_HAS_EXPIRED' },
      'certificate',
      'пароль не отправлен',
    ],
    [
      'another name in it',
      { kind: 'connect', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'certificate',
      'другое имя',
    ],
    ['no TLS there', { kind: 'connect', code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls', '5061'],
    ['no route', { kind: 'broken', step: 'options', code: 'EHOSTUNREACH' }, 'unreachable', 'маршрут'],
    ['our own firewall', { kind: 'broken', step: 'options', code: 'EPERM' }, 'forbidden-here', 'nftables'],
    ['a lost connection', { kind: 'broken', step: 'call', code: 'ECONNRESET' }, 'disconnected', 'оборвалось'],
    ['silence', { kind: 'silence', step: 'options', heardBefore: false }, 'silence', 'список'],
    [
      'a call that is ignored',
      { kind: 'silence', step: 'call', heardBefore: true },
      'ignored',
      'TRUNK_TRANSPORT=tcp',
    ],
    ['no credentials', { kind: 'no-credentials', realm: 'r' }, 'no-credentials', 'TRUNK_PASSWORD_FILE'],
    ['a wrong password', { kind: 'wrong-password', realm: 'r' }, 'wrong-password', 'TRUNK_PASSWORD'],
    [
      'a way of asking we have not',
      { kind: 'unknown-challenge', offered: ['Digest realm="x", algorithm=AKAv1-MD5'] },
      'unknown-challenge',
      'AKAv1-MD5',
    ],
    ['403 to a call', refused(403), 'sip-403', 'TRUNK_CALLER_ID'],
    ['403 to REGISTER', refused(403, 'register'), 'sip-403', 'TRUNK_PASSWORD'],
    ['404', refused(404), 'sip-404', 'TRUNK_NUMBER_FORMAT=plain (7XXXXXXXXXX)'],
    ['484', refused(484), 'sip-484', 'TRUNK_NUMBER_FORMAT=national (8XXXXXXXXXX)'],
    ['404 to REGISTER', refused(404, 'register'), 'sip-404', 'TRUNK_USER'],
    ['405 to REGISTER', refused(405, 'register'), 'sip-405', 'TRUNK_REGISTER=false'],
    ['423', refused(423, 'register', { minExpires: 3600 }), 'sip-423', '3600'],
    ['480', refused(480), 'sip-480', 'транк работает'],
    ['486', refused(486), 'sip-486', 'занят'],
    [
      '488',
      refused(488, 'call', { notes: ['305 x "Incompatible media format"'] }),
      'sip-488',
      'Incompatible',
    ],
    ['415', refused(415), 'sip-415', 'предлагали ulaw, alaw'],
    ['606', refused(606), 'sip-606', 'TRUNK_CODECS'],
    ['302', refused(302, 'call', { contact: '<sip:b>' }), 'sip-302', '<sip:b>'],
    ['402', refused(402), 'sip-402', 'денег'],
    ['500', refused(500), 'sip-500', 'ошибка у провайдера'],
    ['503', refused(503), 'sip-503', 'перегружен'],
    ['603', refused(603), 'sip-603', 'спама'],
    ['a ring without an answer', { kind: 'no-answer', rang: true, afterMs: 30_000 }, 'rang', '30 с'],
    [
      'not even a ring',
      { kind: 'no-answer', rang: false, afterMs: 30_000 },
      'no-progress',
      'TRUNK_NUMBER_FORMAT',
    ],
    [
      'NAT',
      { kind: 'nat', local: '10.0.0.2', seenAs: '203.0.113.9', configured: undefined },
      'nat',
      'HALO_EXTERNAL_ADDRESS=203.0.113.9',
    ],
    [
      'another external address',
      { kind: 'nat', local: '10.0.0.2', seenAs: '203.0.113.9', configured: '203.0.113.8' },
      'wrong-external-address',
      '203.0.113.8',
    ],
    ['another codec', { kind: 'no-common-codec', answered: ['G729/8000'] }, 'no-common-codec', 'G729/8000'],
    [
      'no sound, private here',
      { kind: 'no-rtp', ours: '10.0.0.2:2', oursIsPrivate: true, theirs: 'x', theirsIsPrivate: true },
      'no-rtp-nat',
      'HALO_EXTERNAL_ADDRESS',
    ],
    [
      'no sound, private there',
      { kind: 'no-rtp', ours: 'x', oursIsPrivate: false, theirs: '10.0.0.9:2', theirsIsPrivate: true },
      'no-rtp-their-nat',
      '10.0.0.9:2',
    ],
    [
      'no sound',
      { kind: 'no-rtp', ours: 'x', oursIsPrivate: false, theirs: 'y', theirsIsPrivate: false },
      'no-rtp',
      'HALO_RTP_PORTS',
    ],
  ])('has words for %s', (_, finding, code, words) => {
    expect(diagnose(finding, TRUNK).code).toBe(code);
    expect(text(finding)).toContain(words);
  });

  it('has words for every status, tells what to change, and never the password', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 699 }),
        fc.constantFrom('options' as const, 'register' as const, 'call' as const),
        (status, step) => {
          const found = diagnose(refused(status, step), TRUNK);
          expect(found.code).toBe(`sip-${status}`);
          expect(found.what).toContain(String(status));
          if (status !== 487) expect(found.change.length).toBeGreaterThan(0);
          expect(text(refused(status, step))).not.toContain('top-secret');
        },
      ),
    );
  });

  it('names only other formats than the one that is set', () => {
    expect(text(refused(404), { ...TRUNK, numberFormat: 'national' })).not.toContain('FORMAT=national');
  });
});
