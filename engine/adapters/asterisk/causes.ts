import type { LineOutcome } from '../../contract/call-event.ts';
import { AriError } from './ari.ts';

/** How a line ended. */
export interface LineEnd {
  readonly outcome: LineOutcome;
  /** For people, in Russian. */
  readonly reason: string;
  /** The technical truth: `SIP 486, Q.850 17`. */
  readonly cause?: string;
}

/** Why nobody answered. */
export interface TrunkFailure extends LineEnd {
  /** The trunk's own fault: another trunk may still reach the person. */
  readonly trunkFault: boolean;
}

/** What Asterisk tells of a channel that is gone (ChannelDestroyed). */
export interface ChannelEnd {
  /** Q.850; 0 where it is not known. */
  readonly cause: number;
  /** SIP status. */
  readonly techCause?: number;
}

const BUSY = { outcome: 'busy', reason: 'абонент занят', trunkFault: false } as const;
const DECLINED = { outcome: 'busy', reason: 'абонент отклонил вызов', trunkFault: false } as const;
const NO_ANSWER = { outcome: 'no_answer', reason: 'абонент не ответил', trunkFault: false } as const;
const UNAVAILABLE = { outcome: 'no_answer', reason: 'абонент недоступен', trunkFault: false } as const;
const NO_NUMBER = { outcome: 'error', reason: 'номер не существует', trunkFault: false } as const;
const FORBIDDEN = {
  outcome: 'error',
  reason: 'транк отклонил вызов: проверьте логин, номер звонящего и разрешённые направления',
  trunkFault: true,
} as const;
const LOGIN = { outcome: 'error', reason: 'транк не принял логин или пароль', trunkFault: true } as const;
const CODEC = { outcome: 'error', reason: 'не подошёл кодек', trunkFault: true } as const;
const NETWORK = {
  outcome: 'error',
  reason: 'сеть оператора перегружена или неисправна',
  trunkFault: true,
} as const;
const SILENT = { outcome: 'error', reason: 'транк не отвечает', trunkFault: true } as const;
const FAILED = { outcome: 'error', reason: 'вызов не удался', trunkFault: false } as const;

type Meaning = Omit<TrunkFailure, 'cause'>;

/** An attempt that ended unanswered. `rang`: the person's phone was heard of (180, or 183 with sound). */
export function failureOf({ cause, techCause }: ChannelEnd, rang: boolean): TrunkFailure {
  const meaning = (techCause === undefined ? undefined : bySipStatus(techCause, rang)) ?? byQ850(cause, rang);
  const truth = causeText({ cause, ...(techCause === undefined ? {} : { techCause }) });
  return truth === undefined ? meaning : { ...meaning, cause: truth };
}

/** Our own patience ended: with a phone that rang, or with a trunk that never said anything. */
export function failureOfTimeout(rang: boolean, waitedMs: number): TrunkFailure {
  return { ...(rang ? NO_ANSWER : SILENT), cause: `no final answer in ${Math.round(waitedMs / 1000)} s` };
}

/** A request to Asterisk was refused while the call was being made. */
export function failureOfRequest(error: unknown): TrunkFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AriError) || error.kind === 'refused') {
    // Asterisk cannot make the channel: no such endpoint, or none of its contacts is reachable.
    const status = error instanceof AriError && error.status !== undefined ? `ARI ${error.status}, ` : '';
    return { ...SILENT, cause: `${status}${message}` };
  }
  if (error.kind === 'gone') return { ...LOST, trunkFault: false, cause: message };
  return { outcome: 'error', reason: 'Asterisk не отвечает', trunkFault: false, cause: message };
}

const LOST = { outcome: 'error', reason: 'связь с Asterisk потеряна' } as const;

/** Asterisk, or the way to it, is gone. */
export function lostEnd(): LineEnd {
  return { ...LOST, cause: 'the connection to ARI was lost' };
}

/** A line that had been answered, and ended from the other side. */
export function endOfTalk({ cause, techCause }: ChannelEnd): LineEnd {
  const truth = causeText({ cause, ...(techCause === undefined ? {} : { techCause }) });
  const reason = BROKEN_OFF.has(cause) ? 'связь с абонентом прервалась' : 'абонент повесил трубку';
  return { outcome: 'hangup_far', reason, ...(truth === undefined ? {} : { cause: truth }) };
}

/** Q.850: network out of order, temporary failure, switch congestion, timer expired. */
const BROKEN_OFF: ReadonlySet<number> = new Set([38, 41, 42, 102]);

/** RFC 3261 §21; undefined for statuses that say less than their Q.850 cause. */
function bySipStatus(status: number, rang: boolean): Meaning | undefined {
  switch (status) {
    case 486:
    case 600:
      return BUSY;
    // 607 (RFC 8197): unwanted; 603: declined.
    case 603:
    case 607:
      return DECLINED;
    case 480:
      return rang ? NO_ANSWER : UNAVAILABLE;
    case 487:
      return rang ? NO_ANSWER : undefined;
    case 408:
      return rang ? NO_ANSWER : SILENT;
    case 404:
    case 410:
    case 484:
    case 604:
      return NO_NUMBER;
    // 402: payment required; operators use it for an empty account.
    case 402:
    case 403:
      return FORBIDDEN;
    case 401:
    case 407:
      return LOGIN;
    case 415:
    case 488:
    case 606:
      return CODEC;
    default:
      return status >= 500 && status < 600 ? NETWORK : undefined;
  }
}

/** ITU-T Q.850 table 1. */
function byQ850(cause: number, rang: boolean): Meaning {
  switch (cause) {
    case 17:
      return BUSY;
    case 1:
    case 22:
    case 28:
      return NO_NUMBER;
    case 18:
    case 19:
      return rang ? NO_ANSWER : SILENT;
    case 20:
      return UNAVAILABLE;
    case 21:
      return rang ? DECLINED : FORBIDDEN;
    case 2:
    case 3:
    case 27:
      return SILENT;
    case 34:
    case 38:
    case 41:
    case 42:
    case 44:
      return NETWORK;
    case 58:
    case 65:
    case 79:
    case 88:
      return CODEC;
    default:
      return FAILED;
  }
}

function causeText({ cause, techCause }: ChannelEnd): string | undefined {
  const parts = [
    ...(techCause === undefined ? [] : [`SIP ${techCause}`]),
    ...(cause > 0 ? [`Q.850 ${cause}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}
