import { createHash, randomBytes } from 'node:crypto';
import { parseParams } from './sip-address.ts';

/** Digest access authentication as SIP uses it: RFC 3261 §22.4, RFC 2617, RFC 7616, RFC 8760. */
const HASHES = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' } as const;
type Algorithm = keyof typeof HASHES;

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: Algorithm;
  /** `MD5-sess`, `SHA-256-sess`. */
  readonly session: boolean;
  /** What we shall use of what is offered; undefined: as RFC 2069 did. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  /** The nonce was too old, the password may be right. */
  readonly stale: boolean;
}

/** Undefined where it is no Digest, has no realm or nonce, or wants what we have not. */
export function parseChallenge(header: string): Challenge | undefined {
  const params = digestParams(header);
  const realm = params?.get('realm');
  const nonce = params?.get('nonce');
  if (params === undefined || realm === undefined || nonce === undefined) return undefined;
  const named = (params.get('algorithm') ?? 'MD5').toUpperCase();
  const session = named.endsWith('-SESS');
  const algorithm = session ? named.slice(0, -'-SESS'.length) : named;
  if (!isAlgorithm(algorithm)) return undefined;
  const offered = params
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/);
  const qop = offered?.find((one) => one === 'auth') ?? offered?.find((one) => one === 'auth-int');
  if (offered !== undefined && qop === undefined) return undefined;
  return {
    realm,
    nonce,
    opaque: params.get('opaque'),
    algorithm,
    session,
    qop: qop,
    stale: params.get('stale')?.toLowerCase() === 'true',
  };
}

/** The topmost one that we can answer: servers list what they like best first (RFC 8760 §2.4). */
export function chooseChallenge(headers: readonly string[]): Challenge | undefined {
  return headers.map(parseChallenge).find((challenge) => challenge !== undefined);
}

export interface DigestOrder {
  readonly challenge: Challenge;
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** The request-URI, exactly as it is sent. */
  readonly uri: string;
  readonly body?: string;
  /** How often this nonce was used, this time included. */
  readonly nonceCount: number;
  /** Given by tests only. */
  readonly cnonce?: string;
}

/** The value of Authorization or Proxy-Authorization. */
export function digestCredentials(order: DigestOrder): string {
  const { challenge, user, uri } = order;
  const cnonce = order.cnonce ?? randomBytes(12).toString('hex');
  const nc = order.nonceCount.toString(16).padStart(8, '0');
  const withCnonce = challenge.qop !== undefined || challenge.session;
  return `Digest ${[
    `username=${quote(user)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(uri)}`,
    `response="${digestResponse(order, cnonce, nc)}"`,
    `algorithm=${challenge.algorithm}${challenge.session ? '-sess' : ''}`,
    ...(challenge.opaque === undefined ? [] : [`opaque=${quote(challenge.opaque)}`]),
    ...(challenge.qop === undefined ? [] : [`qop=${challenge.qop}`, `nc=${nc}`]),
    ...(withCnonce ? [`cnonce=${quote(cnonce)}`] : []),
  ].join(', ')}`;
}

/** RFC 7616 §3.4.1. */
function digestResponse(order: DigestOrder, cnonce: string, nc: string): string {
  const { challenge, method, uri, body = '' } = order;
  const hash = (text: string): string =>
    createHash(HASHES[challenge.algorithm]).update(text, 'utf8').digest('hex');
  const user = hash(`${order.user}:${challenge.realm}:${order.password}`);
  const secret = challenge.session ? hash(`${user}:${challenge.nonce}:${cnonce}`) : user;
  const what = hash(`${method}:${uri}${challenge.qop === 'auth-int' ? `:${hash(body)}` : ''}`);
  return challenge.qop === undefined
    ? hash(`${secret}:${challenge.nonce}:${what}`)
    : hash([secret, challenge.nonce, nc, cnonce, challenge.qop, what].join(':'));
}

function digestParams(header: string): ReadonlyMap<string, string> | undefined {
  const match = /^\s*digest\s+(.*)$/is.exec(header);
  if (match === null) return undefined;
  // Parameters are cut at commas here; quoted strings hide theirs.
  const parts = match[1]!.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/gs) ?? [];
  const params = new Map<string, string>();
  for (const part of parts) {
    for (const [name, value] of parseParams(part.trim())) if (!params.has(name)) params.set(name, value);
  }
  return params;
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(HASHES, text);
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
