import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { TimerHandle } from '../../engine/ports/clock.ts';
import { isPrivate } from './networks.ts';
import { parseNameAddress, parseSipUri } from './sip-address.ts';
import {
  newBranch,
  newTag,
  NO_ANSWER_MS,
  T1_MS,
  withCredentials,
  type AuthOutcome,
  type Credentials,
  type Outcome,
  type RequestDraft,
  type SipClient,
} from './sip-client.ts';
import { headerOf, headerValues, type SipHeader, type SipRequest, type SipResponse } from './sip-message.ts';
import type { Endpoint } from './transport.ts';

/** How long the answer to CANCEL may take. */
const CANCELLED_MS = 4_000;

export interface CallOrder {
  /** Request-URI and To. */
  readonly uri: string;
  readonly from: string;
  readonly contact: string;
  readonly headers: readonly SipHeader[];
  readonly sdp: string;
  readonly credentials: Credentials | undefined;
  readonly ringTimeoutMs: number;
  readonly onProvisional: (response: SipResponse) => void;
  /** Aborting it cancels the call, or hangs up. */
  readonly signal: AbortSignal;
}

export type CallEnd =
  | { readonly kind: 'answered'; readonly response: SipResponse; readonly dialog: Dialog }
  /** Never answered: a final response from 300, silence, a lost connection, no password … */
  | { readonly kind: 'failed'; readonly outcome: AuthOutcome }
  | { readonly kind: 'cancelled'; readonly why: 'ring-timeout' | 'aborted' };

/**
 * Calls (RFC 3261 §13, §17.1.1). Whatever happens, nothing is left ringing: what is given up is cancelled, and what is
 * answered all the same is acknowledged and hung up.
 */
export async function dial(client: SipClient, order: CallOrder): Promise<CallEnd> {
  const callId = `${randomBytes(12).toString('hex')}@halo`;
  const tag = newTag();
  let cseq = 0;
  let cancelled: 'ring-timeout' | 'aborted' | undefined;
  const outcome = await withCredentials(
    order.credentials,
    { method: 'INVITE', uri: order.uri, body: order.sdp },
    (authorization) => {
      if (order.signal.aborted) return Promise.resolve<Outcome>({ kind: 'aborted' });
      const draft: RequestDraft = {
        method: 'INVITE',
        uri: order.uri,
        from: `<${order.from}>;tag=${tag}`,
        to: `<${order.uri}>`,
        callId,
        cseq: ++cseq,
        headers: [
          { name: 'Contact', value: `<${order.contact}>` },
          { name: 'Allow', value: 'INVITE, ACK, CANCEL, BYE, OPTIONS' },
          ...order.headers,
          ...authorization,
          { name: 'Content-Type', value: 'application/sdp' },
        ],
        body: order.sdp,
      };
      return inviteOnce(client, draft, order, (why) => (cancelled = why));
    },
  );
  if (outcome.kind === 'answer' && outcome.response.status < 300) {
    const dialog = Dialog.of(client, outcome.response, order.from, tag, callId, cseq);
    if (cancelled === undefined && !order.signal.aborted)
      return { kind: 'answered', response: outcome.response, dialog };
    await dialog.hangUp();
  }
  if (cancelled !== undefined) return { kind: 'cancelled', why: cancelled };
  if (order.signal.aborted) return { kind: 'cancelled', why: 'aborted' };
  return { kind: 'failed', outcome };
}

/** One INVITE transaction, to its final response, which is acknowledged here; and again, each time it comes again. */
function inviteOnce(
  client: SipClient,
  draft: RequestDraft,
  order: CallOrder,
  onCancel: (why: 'ring-timeout' | 'aborted') => void,
): Promise<Outcome> {
  const branch = newBranch();
  const invite = client.compose(draft, branch);
  return new Promise((resolve) => {
    let provisional = false;
    let giveUp: 'ring-timeout' | 'aborted' | undefined;
    let cancelSent = false;
    let waitMs = T1_MS;
    let again: TimerHandle | undefined;
    let deadline: TimerHandle | undefined;
    const setDeadline = (ms: number, fn: () => void): void => {
      if (deadline !== undefined) client.clock.clearTimeout(deadline);
      deadline = client.clock.setTimeout(fn, ms);
    };
    const stopSending = (): void => {
      if (again !== undefined) client.clock.clearTimeout(again);
      again = undefined;
    };
    const end = (outcome: Outcome): void => {
      stopSending();
      if (deadline !== undefined) client.clock.clearTimeout(deadline);
      untrouble();
      order.signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const cancel = (why: 'ring-timeout' | 'aborted'): void => {
      giveUp ??= why;
      onCancel(giveUp);
      // RFC 3261 §9.1: not before the server has said anything; then timer B ends it.
      if (!provisional || cancelSent) return;
      cancelSent = true;
      setDeadline(CANCELLED_MS, () => end({ kind: 'silence', afterMs: CANCELLED_MS }));
      void cancelInvite(client, draft, branch);
    };
    const onAbort = (): void => cancel('aborted');
    const transmit = (): void => {
      client.send(invite);
      if (client.transport.reliable) return;
      again = client.clock.setTimeout(transmit, waitMs);
      waitMs *= 2;
    };
    let untrouble = (): void => {};
    // Kept until the client goes: a final response comes again while its ACK is lost.
    client.watch(invite, (response, from) => {
      if (response.status < 200) {
        stopSending();
        if (!provisional) {
          provisional = true;
          if (giveUp === undefined) setDeadline(order.ringTimeoutMs, () => cancel('ring-timeout'));
          else cancel(giveUp);
        }
        order.onProvisional(response);
        return;
      }
      if (response.status >= 300) client.send(acknowledge(client, draft, branch, response));
      else Dialog.acknowledge(client, response);
      end({ kind: 'answer', response, from });
    });
    untrouble = client.whenTroubled((code) => end({ kind: 'broken', code }));
    order.signal.addEventListener('abort', onAbort, { once: true });
    setDeadline(NO_ANSWER_MS, () => end({ kind: 'silence', afterMs: NO_ANSWER_MS }));
    transmit();
  });
}

/** RFC 3261 §17.1.1.3: to a refusal, in the INVITE's own transaction. */
function acknowledge(
  client: SipClient,
  draft: RequestDraft,
  branch: string,
  response: SipResponse,
): SipRequest {
  return client.compose({ ...bare(draft), method: 'ACK', to: headerOf(response, 'To') ?? draft.to }, branch);
}

/** RFC 3261 §9.1: the INVITE's own branch, URI and CSeq number. */
async function cancelInvite(client: SipClient, draft: RequestDraft, branch: string): Promise<void> {
  await client.request({ ...bare(draft), method: 'CANCEL' }, undefined, undefined, branch);
}

function bare({ uri, from, to, callId, cseq }: RequestDraft): Omit<RequestDraft, 'method'> {
  return { uri, from, to, callId, cseq };
}

/** An answered call, as the one who called sees it (RFC 3261 §12.2.1). */
export class Dialog {
  /** The other side hung up by itself. */
  endedThere = false;
  readonly #client: SipClient;
  readonly #draft: Omit<RequestDraft, 'method' | 'cseq'>;
  readonly #next: Endpoint;
  #cseq: number;

  private constructor(
    client: SipClient,
    draft: Omit<RequestDraft, 'method' | 'cseq'>,
    next: Endpoint,
    cseq: number,
  ) {
    this.#client = client;
    this.#draft = draft;
    this.#next = next;
    this.#cseq = cseq;
  }

  static of(
    client: SipClient,
    response: SipResponse,
    from: string,
    tag: string,
    callId: string,
    cseq: number,
  ): Dialog {
    const { uri, routes, next } = routeOf(client, response);
    const dialog = new Dialog(
      client,
      { uri, from: `<${from}>;tag=${tag}`, to: headerOf(response, 'To') ?? '', callId, headers: routes },
      next,
      cseq,
    );
    client.onRequest = (request, source) => {
      if (headerOf(request, 'Call-ID') !== callId) client.reply(request, 481, source);
      else if (request.method === 'BYE') {
        dialog.endedThere = true;
        client.reply(request, 200, source);
      } else client.reply(request, request.method === 'OPTIONS' ? 200 : 488, source);
    };
    return dialog;
  }

  /** ACK to a 2xx: a request of its own, by the dialog's route (RFC 3261 §13.2.2.4). */
  static acknowledge(client: SipClient, response: SipResponse): void {
    const { uri, routes, next } = routeOf(client, response);
    const ack: RequestDraft = {
      method: 'ACK',
      uri,
      from: headerOf(response, 'From') ?? '',
      to: headerOf(response, 'To') ?? '',
      callId: headerOf(response, 'Call-ID') ?? '',
      cseq: Number.parseInt(headerOf(response, 'CSeq') ?? '0', 10),
      headers: routes,
    };
    client.send(client.compose(ack), next);
  }

  /** BYE; where nothing answers at the address the other side gave, once more to the server itself. */
  async hangUp(): Promise<Outcome> {
    const bye = (): RequestDraft => ({ ...this.#draft, method: 'BYE', cseq: ++this.#cseq });
    const outcome = await this.#client.request(bye(), undefined, this.#next);
    const { remote } = this.#client.transport;
    if (outcome.kind !== 'silence' || this.#next === remote) return outcome;
    return this.#client.request(bye(), undefined, remote);
  }
}

/** Where requests of a dialog go (RFC 3261 §12.1.2, §12.2.1.1; routers are taken for loose ones). */
function routeOf(
  client: SipClient,
  response: SipResponse,
): { uri: string; routes: readonly SipHeader[]; next: Endpoint } {
  const { remote } = client.transport;
  const contact = parseNameAddress(headerValues(response, 'Contact')[0] ?? '')?.uri;
  const uri = contact ?? parseNameAddress(headerOf(response, 'To') ?? '')?.uri ?? `sip:${remote.address}`;
  const routes = [...headerValues(response, 'Record-Route')]
    .reverse()
    .map((value) => ({ name: 'Route', value }));
  const first = parseSipUri(parseNameAddress(routes[0]?.value ?? '')?.uri ?? uri);
  const next =
    first === undefined || isIP(first.host) === 0 || (isPrivate(first.host) && !isPrivate(remote.address))
      ? remote
      : { address: first.host, port: first.port ?? 5060 };
  const same = next.address === remote.address && next.port === remote.port;
  return { uri, routes, next: same ? remote : next };
}
