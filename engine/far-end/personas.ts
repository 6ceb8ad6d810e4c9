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

/** How a simulated number behaves when it is dialled. */
export type NumberBehaviour =
  | { readonly kind: 'answers'; readonly persona: PersonaName }
  | { readonly kind: 'no_answer' | 'busy' | 'error' };

const BY_LAST_FOUR: Readonly<Record<string, NumberBehaviour>> = {
  '0001': { kind: 'answers', persona: 'interested' },
  '0002': { kind: 'answers', persona: 'not_interested' },
  '0003': { kind: 'answers', persona: 'call_later' },
  '0004': { kind: 'answers', persona: 'neutral' },
  '0005': { kind: 'answers', persona: 'silent' },
  '0006': { kind: 'answers', persona: 'hangs_up' },
  '0007': { kind: 'answers', persona: 'long_winded' },
  '0480': { kind: 'no_answer' },
  '0486': { kind: 'busy' },
  '0503': { kind: 'error' },
};

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
