import { randomBytes } from 'node:crypto';
import type { Clock, TimerHandle } from '../../engine/ports/clock.ts';
import { hostInUri, parseVia } from './sip-address.ts';
import { chooseChallenge, digestCredentials } from './digest.ts';
import {
  headerOf,
  headerValues,
  serialiseSip,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './sip-message.ts';
import type { Endpoint, SipTransport } from './transport.ts';

/** RFC 3261 §17.1.1.1. */
export const T1_MS = 500;
const T2_MS = 4_000;
/** Timers B and F are 64·T1 = 32 s there; a person waits for us. */
export const NO_ANSWER_MS = 8_000;
const MOST_ATTEMPTS = 4;

/** How a request ended. */
export type Outcome =
  | { readonly kind: 'answer'; readonly response: SipResponse; readonly from: Endpoint }
  | { readonly kind: 'silence'; readonly afterMs: number }
  /** The transport's own code: ECONNREFUSED … */
  | { readonly kind: 'broken'; readonly code: string }
  | { readonly kind: 'aborted' };

/** How a request with credentials ended. */
export type AuthOutcome =
  | Outcome
  /** It was asked for a password, and none is configured. */
  | { readonly kind: 'no-credentials'; readonly status: number; readonly realm: string }
  /** It was asked for it again after a right-looking answer. */
  | { readonly kind: 'wrong-password'; readonly status: number; readonly realm: string }
  /** No way of asking that we know. */
  | { readonly kind: 'unknown-challenge'; readonly offered: readonly string[] };

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What a request has of its own; Via, Max-Forwards, Call-ID and CSeq are added. */
export interface RequestDraft {
  readonly method: string;
  readonly uri: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

type Watcher = (response: SipResponse, from: Endpoint) => void;

/** Client transactions over one transport (RFC 3261 §17.1). Requests of the other side go to `onRequest`. */
export class SipClient {
  readonly transport: SipTransport;
  readonly clock: Clock;
  onRequest: (request: SipRequest, from: Endpoint) => void = (request, from) =>
    this.reply(request, 405, from);
  readonly #watchers = new Map<string, Watcher>();
  readonly #troubled = new Set<(code: string) => void>();
  #trouble: string | undefined;

  constructor(transport: SipTransport, clock: Clock) {
    this.transport = transport;
    this.clock = clock;
  }

  /** What the transport tells. */
  readonly events = {
    message: (message: SipMessage, from: Endpoint): void => {
      if (message.kind === 'request') {
        if (message.method !== 'ACK') this.onRequest(message, from);
        return;
      }
      const [via] = headerValues(message, 'Via');
      const method = /^\d+\s+(\S+)$/.exec(headerOf(message, 'CSeq') ?? '')?.[1];
      this.#watchers.get(`${parseVia(via ?? '').branch} ${method}`)?.(message, from);
    },
    trouble: (code: string): void => {
      // A lost connection stays lost; over UDP the next packet may arrive.
      if (this.transport.reliable) this.#trouble = code;
      for (const tell of [...this.#troubled]) tell(code);
    },
  };

  /** The whole message of a draft, with a branch of its own unless one is given. */
  compose(draft: RequestDraft, branch = newBranch()): SipRequest {
    const { kind, local } = this.transport;
    return {
      kind: 'request',
      method: draft.method,
      uri: draft.uri,
      headers: [
        {
          name: 'Via',
          value: `SIP/2.0/${kind.toUpperCase()} ${hostInUri(local.address)}:${local.port};branch=${branch};rport`,
        },
        { name: 'Max-Forwards', value: '70' },
        { name: 'From', value: draft.from },
        { name: 'To', value: draft.to },
        { name: 'Call-ID', value: draft.callId },
        { name: 'CSeq', value: `${draft.cseq} ${draft.method}` },
        { name: 'User-Agent', value: 'HALO trunk-check' },
        ...(draft.headers ?? []),
      ],
      body: draft.body ?? '',
    };
  }

  /** Sends without waiting for anything. */
  send(message: SipMessage, to?: Endpoint): void {
    this.transport.send(serialiseSip(message), to);
  }

  /** Hears the responses to the request with this branch. Returns a function that stops it. */
  watch(request: SipRequest, watcher: Watcher): () => void {
    const key = `${parseVia(headerOf(request, 'Via') ?? '').branch} ${request.method}`;
    this.#watchers.set(key, watcher);
    return () => void this.#watchers.delete(key);
  }

  /** Hears of troubles of the transport, also of one that was before. Returns a function that stops it. */
  whenTroubled(tell: (code: string) => void): () => void {
    this.#troubled.add(tell);
    if (this.#trouble !== undefined) tell(this.#trouble);
    return () => void this.#troubled.delete(tell);
  }

  /** Answers a request of the other side. */
  reply(request: SipRequest, status: 200 | 405 | 481 | 488, to: Endpoint): void {
    const reason = { 200: 'OK', 405: 'Method Not Allowed', 481: 'No Such Call', 488: 'Not Acceptable Here' };
    const kept = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
    this.send(
      {
        kind: 'response',
        status,
        reason: reason[status],
        headers: [
          ...request.headers.filter(({ name }) => kept.includes(name)),
          { name: 'Allow', value: 'INVITE, ACK, CANCEL, BYE, OPTIONS' },
        ],
        body: '',
      },
      to,
    );
  }

  /** One request that is no INVITE (§17.1.2), sent again at T1, 2·T1 … T2 while nothing answers. */
  request(draft: RequestDraft, signal?: AbortSignal, to?: Endpoint, branch?: string): Promise<Outcome> {
    const message = this.compose(draft, branch);
    return new Promise((resolve) => {
      let timer: TimerHandle | undefined;
      let waitMs = T1_MS;
      const giveUp = this.clock.setTimeout(
        () => end({ kind: 'silence', afterMs: NO_ANSWER_MS }),
        NO_ANSWER_MS,
      );
      const onAbort = (): void => end({ kind: 'aborted' });
      const end = (outcome: Outcome): void => {
        unwatch();
        untrouble();
        if (timer !== undefined) this.clock.clearTimeout(timer);
        this.clock.clearTimeout(giveUp);
        signal?.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      const transmit = (): void => {
        this.send(message, to);
        if (this.transport.reliable) return;
        timer = this.clock.setTimeout(transmit, waitMs);
        waitMs = Math.min(2 * waitMs, T2_MS);
      };
      let untrouble = (): void => {};
      const unwatch = this.watch(message, (response, from) => {
        if (response.status >= 200) end({ kind: 'answer', response, from });
      });
      untrouble = this.whenTroubled((code) => end({ kind: 'broken', code }));
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
      else transmit();
    });
  }
}

/**
 * Sends by `send`, and again with credentials when asked for them, and once more where only the nonce was too old
 * (RFC 3261 §22.2). `send` gets the credentials' headers, and must use a CSeq of its own each time.
 */
export async function withCredentials(
  credentials: Credentials | undefined,
  request: { readonly method: string; readonly uri: string; readonly body?: string },
  send: (authorization: readonly SipHeader[]) => Promise<Outcome>,
): Promise<AuthOutcome> {
  // A proxy (407) and the server behind it (401) may both want one.
  const given = new Map<401 | 407, SipHeader>();
  for (let attempt = 0; ; attempt++) {
    const outcome = await send([...given.values()]);
    if (outcome.kind !== 'answer') return outcome;
    const { status } = outcome.response;
    if (status !== 401 && status !== 407) return outcome;
    const offered = headerValues(
      outcome.response,
      status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate',
    );
    const challenge = chooseChallenge(offered);
    if (challenge === undefined) return { kind: 'unknown-challenge', offered };
    if (credentials === undefined) return { kind: 'no-credentials', status, realm: challenge.realm };
    if (given.has(status) && (!challenge.stale || attempt >= MOST_ATTEMPTS))
      return { kind: 'wrong-password', status, realm: challenge.realm };
    given.set(status, {
      name: status === 401 ? 'Authorization' : 'Proxy-Authorization',
      value: digestCredentials({ ...request, ...credentials, challenge, nonceCount: 1 }),
    });
  }
}

/** RFC 3261 §8.1.1.7. */
export function newBranch(): string {
  return `z9hG4bK${randomBytes(9).toString('hex')}`;
}

export function newTag(): string {
  return randomBytes(6).toString('hex');
}
