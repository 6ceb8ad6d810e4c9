import type { Trunk } from '../../engine/contract/trunk.ts';
import { callStep } from './call-step.ts';
import type { Finding } from './diagnosis.ts';
import { identityOf } from './identity.ts';
import { registerStep } from './register-step.ts';
import { isWithin } from './networks.ts';
import type { StepReport, TrunkReport } from './report.ts';
import { hostInUri } from './sip-address.ts';
import { newTag, SipClient } from './sip-client.ts';
import {
  findingOf,
  natIn,
  pause,
  report,
  type DoctorOptions,
  type DoctorPorts,
  type Session,
} from './step.ts';
import { codeOf, openTransport, type SipTransport, type TransportEvents } from './transport.ts';

const CONNECT_MS = 6_000;
/** A name may have many addresses; the person waits. */
const MAX_ADDRESSES = 4;

/**
 * Looks at one trunk, step by step, as far as it makes sense. Ends by itself: every wait has its limit, and aborting
 * the signal ends it sooner, with what was begun undone.
 */
export async function examine(
  trunk: Trunk,
  options: DoctorOptions,
  ports: DoctorPorts,
): Promise<TrunkReport> {
  const steps: StepReport[] = [];
  const add = (step: StepReport): StepReport => {
    steps.push(step);
    ports.onStep(step);
    return step;
  };
  const interrupted = (): boolean => ports.signal.aborted;
  const finish = (): TrunkReport => ({
    trunk: trunk.name,
    ok: steps.every(({ status }) => status !== 'fail') && !interrupted(),
    steps,
  });

  const dns = await dnsStep(trunk, ports);
  add(dns.report);
  const relay = new EventRelay();
  const connected = await connectStep(trunk, dns.addresses, ports, relay);
  if (connected.report !== undefined) add(connected.report);
  if (connected.transport === undefined) return finish();

  const client = new SipClient(connected.transport, ports.clock);
  relay.to = client.events;
  try {
    const session: Session = {
      trunk,
      identity: identityOf(trunk),
      credentials:
        trunk.user === undefined || trunk.password === undefined
          ? undefined
          : { user: trunk.user, password: trunk.password },
      client,
      options,
      ports,
      externalAddress: isWithin(connected.transport.remote.address, options.localNetworks)
        ? undefined
        : options.externalAddress,
      heard: false,
    };
    const reached = add(await optionsStep(session));
    // Refused, lost, or silent with nothing more to try.
    if (interrupted() || (reached.status === 'fail' && !session.heard)) return finish();
    if (trunk.register) add(await registerStep(session));
    else add(report(trunk, 'register', 'skip', 0, 'транк без регистрации (TRUNK_REGISTER=false)'));
    if (interrupted()) return finish();
    if (options.to === undefined)
      add(report(trunk, 'call', 'skip', 0, 'не звонили; чтобы позвонить: --to +7…'));
    else if (steps.some(({ status }) => status === 'fail'))
      add(report(trunk, 'call', 'skip', 0, 'не звоним, пока не исправлено то, что выше'));
    else {
      ports.tell(`Сейчас зазвонит телефон ${options.to}. Отменить: Ctrl-C`);
      await pause(ports, options.warnMs);
      if (interrupted()) return finish();
      add(await callStep(session, options.to));
    }
    return finish();
  } finally {
    connected.transport.close();
  }
}

/** The transport is there before its client. */
class EventRelay implements TransportEvents {
  to: TransportEvents | undefined;
  message(...args: Parameters<TransportEvents['message']>): void {
    this.to?.message(...args);
  }
  trouble(code: string): void {
    this.to?.trouble(code);
  }
}

async function dnsStep(
  trunk: Trunk,
  ports: DoctorPorts,
): Promise<{ report: StepReport; addresses: readonly string[] }> {
  const startedMs = ports.clock.now();
  const { addresses, code, srv, naptr } = await ports.resolve(trunk.host, trunk.transport, ports.signal);
  const ms = ports.clock.now() - startedMs;
  if (addresses.length === 0) {
    const finding: Finding = { kind: 'dns', code: code ?? 'ENODATA', srv };
    return { report: report(trunk, 'dns', 'fail', ms, trunk.host, [finding]), addresses };
  }
  const [first] = srv;
  const more = [
    ...(first === undefined ? [] : [`SRV: ${first.name}:${first.port}`]),
    ...(naptr.length === 0 ? [] : [`NAPTR: ${naptr.join(', ')}`]),
  ];
  const detail =
    addresses[0] === trunk.host
      ? `${trunk.host} — адрес, DNS не нужен`
      : `${trunk.host} → ${addresses.join(', ')}`;
  return { report: report(trunk, 'dns', 'ok', ms, [detail, ...more].join('; ')), addresses };
}

async function connectStep(
  trunk: Trunk,
  addresses: readonly string[],
  ports: DoctorPorts,
  events: TransportEvents,
): Promise<{ report?: StepReport; transport?: SipTransport }> {
  const startedMs = ports.clock.now();
  let code: string | undefined;
  for (const address of addresses.slice(0, MAX_ADDRESSES)) {
    try {
      const transport = await openTransport({
        kind: trunk.transport,
        remote: { address, port: trunk.port },
        host: trunk.host,
        events,
        timeoutMs: CONNECT_MS,
        signal: ports.signal,
      });
      const { local } = transport;
      const way = `${local.address}:${local.port} → ${address}:${trunk.port}`;
      const detail =
        trunk.transport === 'udp'
          ? `UDP ${way} (дойдёт ли, покажет OPTIONS)`
          : `${trunk.transport.toUpperCase()} ${way}`;
      return { report: report(trunk, 'connect', 'ok', ports.clock.now() - startedMs, detail), transport };
    } catch (error) {
      code = codeOf(error);
      if (ports.signal.aborted) break;
    }
  }
  if (code === undefined) return {};
  const findings: readonly Finding[] = ports.signal.aborted ? [] : [{ kind: 'connect', code }];
  const detail = ports.signal.aborted
    ? 'прервано'
    : `${trunk.transport.toUpperCase()} ${addresses.join(', ')}`;
  return { report: report(trunk, 'connect', 'fail', ports.clock.now() - startedMs, detail, findings) };
}

/** Any SIP answer shows that the server is there; only a few of them are bad news. */
async function optionsStep(session: Session): Promise<StepReport> {
  const { trunk, identity, client, ports, options } = session;
  const startedMs = ports.clock.now();
  const outcome = await client.request(
    {
      method: 'OPTIONS',
      uri: identity.serverUri,
      from: `<${identity.accountUri}>;tag=${newTag()}`,
      to: `<${identity.serverUri}>`,
      callId: `${newTag()}${newTag()}@halo`,
      cseq: 1,
      headers: [
        {
          name: 'Contact',
          value: `<sip:halo@${hostInUri(client.transport.local.address)}:${client.transport.local.port}>`,
        },
        { name: 'Accept', value: 'application/sdp' },
      ],
    },
    ports.signal,
  );
  const ms = ports.clock.now() - startedMs;
  const decidedLater = trunk.register || options.to !== undefined;
  if (outcome.kind !== 'answer') {
    const finding = findingOf(outcome, 'options', false);
    if (finding === undefined) return report(trunk, 'options', 'fail', ms, 'прервано');
    // Some servers leave OPTIONS of those they do not know unanswered: the next steps decide, if there are any.
    return outcome.kind === 'silence' && decidedLater
      ? report(
          trunk,
          'options',
          'warn',
          ms,
          'нет ответа; так бывает, если OPTIONS провайдеру не нужен. Смотрим дальше',
        )
      : report(trunk, 'options', 'fail', ms, 'нет ответа', [finding]);
  }
  session.heard = true;
  const { status, reason } = outcome.response;
  const findings: Finding[] = [];
  const nat = natIn(outcome.response, session);
  if (nat !== undefined) findings.push(nat);
  const said = `SIP ${status} ${reason}`.trim();
  const refusal = findingOf(outcome, 'options', true)!;
  if (status >= 500 && status !== 501 && status < 600)
    return report(trunk, 'options', decidedLater ? 'warn' : 'fail', ms, said, [refusal, ...findings]);
  if (status === 403 || status === 408)
    return report(trunk, 'options', 'warn', ms, said, [refusal, ...findings]);
  const detail = status < 300 ? `отвечает: ${said}` : `отвечает: ${said} (на OPTIONS это не ошибка)`;
  return report(trunk, 'options', findings.length === 0 ? 'ok' : 'warn', ms, detail, findings);
}
