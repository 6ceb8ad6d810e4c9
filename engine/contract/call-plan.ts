import type { CallId } from './ids.ts';
import type { CallLanguage, Voice } from './languages.ts';

/** Who answers a simulated line. */
export const PERSONAS = [
  'interested',
  'not_interested',
  'call_later',
  'neutral',
  'silent',
  'hangs_up',
  'long_winded',
] as const;
export type PersonaName = (typeof PERSONAS)[number];

/** For simulated subscribers only (the simulator's and the local carrier's): who they are, and how bad the line is. */
export interface FarEndOrder {
  readonly persona?: PersonaName;
  /** WAV files played as the caller's turns, one a turn (C7). Instead of the persona's own lines. */
  readonly audioFiles?: readonly string[];
  readonly faults?: LineFaults;
}

/** What the network does to the caller's packets on their way to us. */
export interface LineFaults {
  /** 0…1 of the packets never arrive. */
  readonly loss?: number;
  /** Each packet is late by a random 0…jitterMs; more than 20 ms reorders. */
  readonly jitterMs?: number;
  /** White noise under the voice: signal-to-noise ratio in dB. */
  readonly noiseSnrDb?: number;
  /** 0…1 of the packets arrive twice. */
  readonly duplicates?: number;
  /** Makes the faults repeatable. */
  readonly seed?: number;
}

/** Everything the engine needs to hold one call. Plain data. */
export interface CallPlan {
  readonly callId: CallId;
  /** E.164, +7 and ten digits; empty where nobody is dialled and none was given (`answeredBy`). */
  readonly phone: string;
  readonly language: CallLanguage;
  readonly voice: Voice;
  /** The customer's own words about the product and the goal; empty means HALO's own demo brief. */
  readonly prompt: string;
  readonly farEnd?: FarEndOrder;
  /** Present: the person called us (`IncomingOffer.id`), and nobody is dialled. */
  readonly incoming?: string;
  /** Present: the visitor's page rings (contract/browser-phone.ts), and nobody is dialled. */
  readonly answeredBy?: 'browser';
}
