import type { Disposition } from '../../engine/contract/call-session.ts';

/** D14: one demo call, its day already counted back from today. */
export interface DemoCall {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly phone: string;
  readonly durationSec: number;
  readonly disposition: Disposition;
  readonly summary: string;
  readonly transcript: readonly { readonly speaker: 'user' | 'assistant'; readonly text: string }[];
  readonly interest: string;
  readonly telegramLinkSent: boolean;
}

/** D14: one demo chat. */
export interface DemoChat {
  readonly id: string;
  readonly createdAt: string;
  readonly summary: string;
  readonly messages: readonly { readonly from: 'assistant' | 'user'; readonly text: string }[];
}

/** What the cabinet shows before anyone has called: it makes the impression of long work (D6 of the document). */
export interface DemoData {
  readonly calls: readonly DemoCall[];
  readonly chats: readonly DemoChat[];
}
