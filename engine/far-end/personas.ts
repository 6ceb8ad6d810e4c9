import type { PersonaName } from '../contract/call-plan.ts';
import type { Disposition } from '../contract/call-session.ts';

/** What each persona's conversation must come to. */
export const PERSONA_DISPOSITION: Readonly<Record<PersonaName, Exclude<Disposition, 'unknown'>>> = {
  interested: 'interested',
  not_interested: 'not_interested',
  call_later: 'call_later',
  neutral: 'neutral',
  silent: 'neutral',
  hangs_up: 'neutral',
  long_winded: 'interested',
};

/** How the network refuses a number at once: the SIP status of its final answer (RFC 3261 §21). */
export type Refusal = 403 | 404 | 486 | 503;

/** How a simulated number behaves when it is dialled, named by what SIP shows of it. */
export type NumberBehaviour =
  /** 180, then 200. */
  | { readonly kind: 'answers'; readonly persona: PersonaName }
  /** A final answer and no ringing. */
  | { readonly kind: 'refused'; readonly sip: Refusal }
  /** 180; in the end the network gives up with 480. */
  | { readonly kind: 'rings_out'; readonly sip: 480 }
  /** 180 and nothing more, until the caller gives up. */
  | { readonly kind: 'rings_for_ever' }
  /** 100 at the most, until the caller gives up: to him it is a 408. */
  | { readonly kind: 'dead'; readonly sip: 408 };

const BY_LAST_FOUR: Readonly<Record<string, NumberBehaviour>> = {
  '0001': { kind: 'answers', persona: 'interested' },
  '0002': { kind: 'answers', persona: 'not_interested' },
  '0003': { kind: 'answers', persona: 'call_later' },
  '0004': { kind: 'answers', persona: 'neutral' },
  '0005': { kind: 'answers', persona: 'silent' },
  '0006': { kind: 'answers', persona: 'hangs_up' },
  '0007': { kind: 'answers', persona: 'long_winded' },
  '0180': { kind: 'rings_for_ever' },
  '0403': { kind: 'refused', sip: 403 },
  '0404': { kind: 'refused', sip: 404 },
  '0408': { kind: 'dead', sip: 408 },
  '0480': { kind: 'rings_out', sip: 480 },
  '0486': { kind: 'refused', sip: 486 },
  '0503': { kind: 'refused', sip: 503 },
};

/** The last four digits of this person's numbers. */
export function personaDigits(persona: PersonaName): string {
  const found = Object.entries(BY_LAST_FOUR).find(
    ([, who]) => who.kind === 'answers' && who.persona === persona,
  );
  if (found === undefined) throw new RangeError(`no number is answered by ${persona}`);
  return found[0];
}

const EVERYBODY_ELSE: readonly PersonaName[] = ['interested', 'not_interested', 'call_later', 'neutral'];

/** Who is behind a number: by its last four digits; any other number is one of four people, always the same. */
export function numberBehaviour(phone: string): NumberBehaviour {
  const special = BY_LAST_FOUR[phone.slice(-4)];
  if (special !== undefined) return special;
  const persona = EVERYBODY_ELSE[digitSum(phone) % EVERYBODY_ELSE.length];
  return { kind: 'answers', persona: persona ?? 'neutral' };
}

/** A weighted sum of the digits: spreads neighbouring numbers, and is the same on every machine. */
export function digitSum(phone: string): number {
  return Array.from(phone.replaceAll(/\D/g, ''), Number).reduce(
    (sum, digit, at) => sum + digit * (at + 3),
    0,
  );
}
