import { randomBytes } from 'node:crypto';
import { transportParameter } from './identity.ts';
import { hostInUri, parseNameAddress } from './sip-address.ts';
import { headerOf, headerValues, type SipHeader, type SipResponse } from './sip-message.ts';
import { newTag, withCredentials, type AuthOutcome } from './sip-client.ts';
import { findingOf, natIn, report, type Session } from './step.ts';
import type { StepReport } from './report.ts';
import type { Finding } from './diagnosis.ts';

const EXPIRES_SEC = 60;
const LONGEST_EXPIRES_SEC = 7_200;

/**
 * REGISTER (RFC 3261 §10). First it only asks for the bindings, which proves the password and changes nothing. A
 * binding of our own is made where there is no other (some providers keep one, and ours would push the running HALO
 * out), looked at, and always taken away again.
 */
export async function registerStep(session: Session): Promise<StepReport> {
  const { trunk, ports } = session;
  const startedMs = ports.clock.now();
  const done = (
    status: StepReport['status'],
    detail: string,
    findings: readonly Finding[] = [],
  ): StepReport => report(trunk, 'register', status, ports.clock.now() - startedMs, detail, findings);
  const registrar = new Registrar(session);

  const asked = await registrar.send(undefined, 0, ports.signal);
  if (asked.kind === 'answer') session.heard = true;
  const others = asked.kind === 'answer' && isSuccess(asked.response) ? bindings(asked.response) : [];
  if (asked.kind === 'answer' && others.length > 0) {
    const nat = natIn(asked.response, session);
    return done(
      nat === undefined ? 'ok' : 'warn',
      `пароль принят; уже зарегистрирован ${others.map(shortContact).join(', ')}: свою регистрацию не добавляем, чтобы его не вытеснить`,
      nat === undefined ? [] : [nat],
    );
  }
  // A server that does not know this question answers 4xx to it and may still register; a refused password is final.
  const final = asked.kind !== 'answer' || [403, 404, 405, 501].includes(asked.response.status);
  if (final) return refused(asked);

  let expiresSec = EXPIRES_SEC;
  let bound = await registrar.send(registrar.contact, expiresSec, ports.signal);
  const wanted = bound.kind === 'answer' ? Number(headerOf(bound.response, 'Min-Expires')) : NaN;
  if (
    bound.kind === 'answer' &&
    bound.response.status === 423 &&
    wanted > 0 &&
    wanted <= LONGEST_EXPIRES_SEC
  ) {
    expiresSec = wanted;
    bound = await registrar.send(registrar.contact, expiresSec, ports.signal);
  }
  // Also where no answer came: the request may have arrived. Not with the person's signal: this has to be done.
  const mayBeBound = bound.kind === 'silence' || bound.kind === 'aborted' || succeeded(bound);
  const removed = mayBeBound ? await registrar.send(registrar.contact, 0) : undefined;
  if (!succeeded(bound)) return refused(bound);

  const grantedSec = grantedIn(bound.response, registrar.contact) ?? expiresSec;
  const findings: Finding[] = [];
  const nat = natIn(bound.response, session);
  if (nat !== undefined) findings.push(nat);
  if (removed === undefined || !succeeded(removed))
    findings.push({ kind: 'not-unregistered', seconds: grantedSec });
  const left = findings.some(({ kind }) => kind === 'not-unregistered');
  return done(
    findings.length === 0 ? 'ok' : 'warn',
    `логин и пароль приняты (SIP ${bound.response.status}, срок ${grantedSec} с)${left ? '' : '; пробная регистрация снята'}`,
    findings,
  );

  function refused(outcome: AuthOutcome): StepReport {
    const finding = findingOf(outcome, 'register', session.heard);
    return finding === undefined
      ? done('fail', 'прервано')
      : done('fail', outcome.kind === 'answer' ? `SIP ${outcome.response.status}` : 'не вышло', [finding]);
  }
}

class Registrar {
  readonly contact: string;
  readonly #session: Session;
  readonly #callId = `${randomBytes(12).toString('hex')}@halo`;
  readonly #tag = newTag();
  #cseq = 0;

  constructor(session: Session) {
    this.#session = session;
    const { local, kind } = session.client.transport;
    // A user part that nobody else has: ours is told apart from the running HALO's on one address too.
    this.contact = `<sip:halo-check-${newTag()}@${hostInUri(local.address)}:${local.port}${transportParameter(kind)}>`;
  }

  /** Without a contact it only asks (RFC 3261 §10.2.3); `expiresSec` 0 takes the contact away. */
  send(contact: string | undefined, expiresSec: number, signal?: AbortSignal): Promise<AuthOutcome> {
    const { client, identity, credentials } = this.#session;
    const uri = identity.serverUri;
    return withCredentials(credentials, { method: 'REGISTER', uri }, (authorization) => {
      const headers: SipHeader[] =
        contact === undefined
          ? []
          : [
              { name: 'Contact', value: `${contact};expires=${expiresSec}` },
              { name: 'Expires', value: String(expiresSec) },
            ];
      return client.request(
        {
          method: 'REGISTER',
          uri,
          from: `<${identity.accountUri}>;tag=${this.#tag}`,
          to: `<${identity.accountUri}>`,
          callId: this.#callId,
          cseq: ++this.#cseq,
          headers: [...headers, ...authorization],
        },
        signal,
      );
    });
  }
}

function succeeded(outcome: AuthOutcome): outcome is Extract<AuthOutcome, { kind: 'answer' }> {
  return outcome.kind === 'answer' && isSuccess(outcome.response);
}

function isSuccess(response: SipResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

function bindings(response: SipResponse): readonly string[] {
  return headerValues(response, 'Contact').flatMap((value) => parseNameAddress(value)?.uri ?? []);
}

/** For how long our contact is bound: servers may change what is asked for (RFC 3261 §10.3). */
function grantedIn(response: SipResponse, contact: string): number | undefined {
  const own = headerValues(response, 'Contact')
    .map(parseNameAddress)
    .find((one) => one !== undefined && contact.includes(one.uri));
  const seconds = Number(own?.params.get('expires') ?? headerOf(response, 'Expires'));
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
}

function shortContact(uri: string): string {
  return uri.split(';')[0]!.slice(0, 80);
}
