import type { Trunk } from '../../engine/contract/trunk.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { parseVia } from './sip-address.ts';
import { headerValues, type SipResponse } from './sip-message.ts';
import type { AuthOutcome, Credentials, SipClient } from './sip-client.ts';
import { diagnose, type Finding, type StepName } from './diagnosis.ts';
import type { Refusal } from './diagnosis-status.ts';
import type { Identity } from './identity.ts';
import type { Resolve } from './resolve.ts';
import type { StepReport, StepStatus } from './report.ts';

export interface DoctorOptions {
  /** E.164; undefined: nobody is called. */
  readonly to: string | undefined;
  readonly ringTimeoutMs: number;
  /** HALO_EXTERNAL_ADDRESS, as an IP. */
  readonly externalAddress: string | undefined;
  /** HALO_LOCAL_NETS: towards these we are called by our own address. */
  readonly localNetworks: readonly string[];
  /** HALO_RTP_PORTS. */
  readonly rtpPorts: { readonly from: number; readonly to: number } | undefined;
  /** How long an answered call is listened to. */
  readonly listenMs: number;
  /** Between the warning that a telephone will ring and the call. */
  readonly warnMs: number;
}

export interface DoctorPorts {
  readonly clock: Clock;
  readonly resolve: Resolve;
  /** Hears a line about what goes on within a step. */
  readonly tell: (line: string) => void;
  readonly onStep: (report: StepReport) => void;
  readonly signal: AbortSignal;
}

/** What the steps after «connect» share. */
export interface Session {
  readonly trunk: Trunk;
  readonly identity: Identity;
  readonly credentials: Credentials | undefined;
  readonly client: SipClient;
  readonly options: DoctorOptions;
  readonly ports: DoctorPorts;
  /** What we call ourselves towards this server instead of our own address. */
  readonly externalAddress: string | undefined;
  /** A SIP response came, whatever it said. */
  heard: boolean;
}

export function report(
  trunk: Trunk,
  step: StepName,
  status: StepStatus,
  ms: number,
  detail: string,
  findings: readonly Finding[] = [],
): StepReport {
  return { step, status, ms, detail, diagnoses: findings.map((finding) => diagnose(finding, trunk)) };
}

/** What a request that brought no success means; undefined where the person has interrupted. */
export function findingOf(
  outcome: AuthOutcome,
  step: 'options' | 'register' | 'call',
  heardBefore: boolean,
): Finding | undefined {
  switch (outcome.kind) {
    case 'answer':
      return { kind: 'refused', step, refusal: refusalOf(outcome.response) };
    case 'silence':
      return { kind: 'silence', step, heardBefore };
    case 'broken':
      return { kind: 'broken', step, code: outcome.code };
    case 'no-credentials':
    case 'wrong-password':
      return { kind: outcome.kind, realm: outcome.realm };
    case 'unknown-challenge':
      return outcome;
    case 'aborted':
      return undefined;
  }
}

function refusalOf(response: SipResponse): Refusal {
  const notes = [...headerValues(response, 'Warning'), ...headerValues(response, 'Reason')];
  const minExpires = Number(headerValues(response, 'Min-Expires')[0]);
  const wanted = ['Unsupported', 'Require', 'Accept']
    .map((name) => [name, headerValues(response, name).join(', ')] as const)
    .find(([, value]) => value !== '');
  const contact =
    response.status >= 300 && response.status < 400 ? headerValues(response, 'Contact')[0] : undefined;
  return {
    status: response.status,
    reason: response.reason,
    notes: notes.map((note) => note.slice(0, 200)),
    ...(Number.isInteger(minExpires) && { minExpires }),
    ...(wanted !== undefined && { wanted: `${wanted[0]}: ${wanted[1].slice(0, 200)}` }),
    ...(contact !== undefined && { contact }),
  };
}

/** NAT, by what the server says of where our request came from (RFC 3581). Undefined where there is none to tell of. */
export function natIn(response: SipResponse, session: Session): Finding | undefined {
  const { received } = parseVia(headerValues(response, 'Via')[0] ?? '');
  const local = session.client.transport.local.address;
  const configured = session.externalAddress;
  if (received === undefined || received === local || received === configured) return undefined;
  return { kind: 'nat', local, seenAs: received, configured };
}

/** Ends early once `over` holds, or the person interrupts. */
export function pause(
  { clock, signal }: DoctorPorts,
  ms: number,
  over: () => boolean = () => false,
): Promise<void> {
  const untilMs = clock.now() + ms;
  return new Promise((resolve) => {
    const look = (): void => {
      const leftMs = untilMs - clock.now();
      if (leftMs <= 0 || over() || signal.aborted) resolve();
      else clock.setTimeout(look, Math.min(leftMs, 50));
    };
    look();
  });
}
