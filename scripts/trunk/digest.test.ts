import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseChallenge, digestCredentials, parseChallenge } from './digest.ts';

const responseIn = (credentials: string): string => /response="([0-9a-f]+)"/.exec(credentials)![1]!;

/** What has a meaning in these headers, and something that has none. */
const SPECIAL = fc.constantFrom(...'"\\<>;,=@:[]?*/ \t\0aя1'.split(''));

describe('digest', () => {
  it('gives the response of RFC 2617 §3.5', () => {
    const challenge = parseChallenge(
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    )!;
    const credentials = digestCredentials({
      challenge,
      user: 'Mufasa',
      password: 'Circle Of Life',
      method: 'GET',
      uri: '/dir/index.html',
      nonceCount: 1,
      cnonce: '0a4f113b',
    });
    expect(responseIn(credentials)).toBe('6629fae49393a05397450978507c4ef1');
    expect(credentials).toContain('qop=auth, nc=00000001, cnonce="0a4f113b"');
    expect(credentials).toContain('opaque="5ccc069c403ebaf9f0171e9517f40e41"');
  });

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('gives the response of RFC 7616 §3.9.1 by %s', (algorithm, response) => {
    const challenge = parseChallenge(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    )!;
    const credentials = digestCredentials({
      challenge,
      user: 'Mufasa',
      password: 'Circle of Life',
      method: 'GET',
      uri: '/dir/index.html',
      nonceCount: 1,
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    });
    expect(responseIn(credentials)).toBe(response);
  });

  it('answers the topmost challenge it knows', () => {
    const offered = [
      'Basic realm="x"',
      'Digest realm="x", nonce="1", algorithm=AKAv1-MD5',
      'Digest realm="x", nonce="2", algorithm=SHA-256, qop="auth"',
      'Digest realm="x", nonce="3", algorithm=MD5',
    ];
    expect(chooseChallenge(offered)).toMatchObject({ nonce: '2', algorithm: 'SHA-256', qop: 'auth' });
    expect(chooseChallenge(offered.slice(0, 2))).toBeUndefined();
  });

  it('leaves out what RFC 2069 did not know, and keeps quotes quoted', () => {
    const challenge = parseChallenge('digest nonce="n", realm="a \\"b\\"", stale=TRUE')!;
    expect(challenge).toMatchObject({ realm: 'a "b"', stale: true, qop: undefined, algorithm: 'MD5' });
    const credentials = digestCredentials({
      challenge,
      user: 'u',
      password: 'p',
      method: 'REGISTER',
      uri: 'sip:x',
      nonceCount: 1,
    });
    expect(credentials).toContain('realm="a \\"b\\""');
    expect(credentials).not.toMatch(/nc=|cnonce|qop/);
  });

  it('throws at no challenge', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: SPECIAL, maxLength: 60 }),
        (text) => void parseChallenge(`Digest ${text}`),
      ),
    );
  });
});
