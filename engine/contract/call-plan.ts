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

/** When a subscriber does his next step; `ms` counts on his own clock. */
export type StepTime =
  /** The assistant has finished (as a person notices it), and so long after that. */
  | { readonly on: 'silence'; readonly ms?: number }
  /** So long after the assistant's utterance began, while it lasts: over his words. */
  | { readonly on: 'over'; readonly ms: number }
  /** So long after picking up, whatever is heard. */
  | { readonly on: 'at'; readonly ms: number }
  /** So long after the end of the step before. */
  | { readonly on: 'after'; readonly ms: number };

/** One thing that a subscriber does; without `when` in the assistant's silence. */
export type FarEndStep =
  /** A WAV file. */
  | { readonly do: 'say'; readonly file: string; readonly when?: StepTime }
  /** Keys of the telephone: `0`–`9`, `*`, `#`, `A`–`D`. */
  | { readonly do: 'press'; readonly digits: string; readonly when?: StepTime }
  /** Says nothing for so long. */
  | { readonly do: 'pause'; readonly ms: number; readonly when?: StepTime }
  | { readonly do: 'hangUp'; readonly when?: StepTime };

/** For simulated subscribers only (the simulator's and the local carrier's): who they are, and how bad the line is. */
export interface FarEndOrder {
  readonly persona?: PersonaName;
  /** WAV files played as the caller's turns, one a turn (C7). Instead of the persona's own lines. */
  readonly audioFiles?: readonly string[];
  /** Everything he does, in order; before `audioFiles`. After the last he hangs up in the assistant's silence. */
  readonly steps?: readonly FarEndStep[];
  readonly faults?: LineFaults;
}

export const LINE_CODECS = ['pcmu', 'pcma'] as const;
export type LineCodec = (typeof LINE_CODECS)[number];

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
  /** 0…1 of the packets are overtaken by the one behind them. */
  readonly reorder?: number;
  /** His telephone's clock runs so much faster than ours (slower where negative), parts per million. */
  readonly clockDriftPpm?: number;
  /** The voice went through this codec on its way, before the PCMU of the line (G.711 A-law: an exchange in Europe). */
  readonly codec?: LineCodec;
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
