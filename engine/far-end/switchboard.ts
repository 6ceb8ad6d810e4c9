import type { FarEndOrder, PersonaName } from '../contract/call-plan.ts';
import type { CallerLine } from './caller-voices.ts';
import { digitSum, numberBehaviour, type NumberBehaviour, type Refusal } from './personas.ts';
import type { SubscriberScript } from './subscriber-mind.ts';
import { orderedScript, personaScript, recordedScript } from './subscriber-script.ts';
import { VirtualSubscriber, type SubscriberDeps } from './virtual-subscriber.ts';

/** A call that has come to the network of virtual subscribers. */
export interface DialledCall {
  /** As it was dialled: its last four digits decide who answers. */
  readonly phone: string;
  readonly language: string;
  readonly farEnd?: FarEndOrder;
}

/** What becomes of a dialled call if the caller lets it: one final outcome, and when it comes. */
export type CallCourse =
  /** Refused `afterMs` after the dialling, without ringing. */
  | { readonly kind: 'refused'; readonly afterMs: number; readonly sip: Refusal }
  /** Rings from `ringsAfterMs` on; then picks up, `afterMs` after the first ring, or does not. */
  | { readonly kind: 'rings'; readonly ringsAfterMs: number; readonly then: RingEnd }
  /** Nothing is heard of it at all. */
  | { readonly kind: 'dead' };

export type RingEnd =
  | { readonly kind: 'answered'; readonly afterMs: number; readonly persona: PersonaName }
  /** Nobody comes, and the network says so when it loses patience. */
  | { readonly kind: 'gives_up'; readonly afterMs: number; readonly sip: 480 }
  | { readonly kind: 'for_ever' };

export interface SwitchboardDeps extends SubscriberDeps {
  readonly lines: readonly CallerLine[];
  /** Reads a tester's recording as 8 kHz mono. Rejects with an error that says what is wrong with the file. */
  readonly readRecording: (file: string) => Promise<Int16Array>;
}

/** Post-dial delay, how soon people pick up, and how long a network lets a telephone ring. */
const RINGS_AFTER_MS = 300;
const REFUSED_AFTER_MS = 700;
const ANSWERED_AFTER_MS = 1_200;
const NETWORK_RINGS_MS = 25_000;

/** What a number does and when, always the same for one number. The order, if there is one, goes before the number. */
export function courseOf({ phone, farEnd }: Omit<DialledCall, 'language'>): CallCourse {
  const who = behaviour(phone, farEnd);
  switch (who.kind) {
    case 'refused':
      return { kind: 'refused', afterMs: REFUSED_AFTER_MS, sip: who.sip };
    case 'dead':
      return { kind: 'dead' };
    case 'rings_out':
      return rings({ kind: 'gives_up', afterMs: NETWORK_RINGS_MS, sip: who.sip });
    case 'rings_for_ever':
      return rings({ kind: 'for_ever' });
    case 'answers': {
      const afterMs = ANSWERED_AFTER_MS + (digitSum(phone) % 7) * 150;
      return rings({ kind: 'answered', afterMs, persona: who.persona });
    }
  }
}

/**
 * Seats the person who answers: his part is read, his telephone's socket is bound; he has not picked up yet.
 * Rejects when a recording cannot be read (with the file's name) or no port is free.
 */
export async function openSubscriber(
  deps: SwitchboardDeps,
  call: DialledCall,
  persona: PersonaName,
): Promise<VirtualSubscriber> {
  return VirtualSubscriber.open(deps, await script(deps, call, persona), call.farEnd?.faults ?? {});
}

function rings(then: RingEnd): CallCourse {
  return { kind: 'rings', ringsAfterMs: RINGS_AFTER_MS, then };
}

function behaviour(phone: string, farEnd: FarEndOrder | undefined): NumberBehaviour {
  if (farEnd?.persona !== undefined) return { kind: 'answers', persona: farEnd.persona };
  if (farEnd?.audioFiles !== undefined || farEnd?.steps !== undefined)
    return { kind: 'answers', persona: 'neutral' };
  return numberBehaviour(phone);
}

async function script(
  { lines, readRecording }: SwitchboardDeps,
  { phone, language, farEnd }: DialledCall,
  persona: PersonaName,
): Promise<SubscriberScript> {
  if (farEnd?.steps !== undefined) {
    const files = farEnd.steps.flatMap((step) => (step.do === 'say' ? [step.file] : []));
    return orderedScript(farEnd.steps, await Promise.all(files.map((file) => readRecording(file))), phone);
  }
  if (farEnd?.audioFiles === undefined) return personaScript(lines, persona, language, phone);
  return recordedScript(await Promise.all(farEnd.audioFiles.map((file) => readRecording(file))), phone);
}
