import type { CallId } from './ids.ts';
import type { Refused, SoundTicket } from './provider.ts';

/**
 * How a visitor's page holds a call: `webrtc`, SIP over WebSocket and DTLS-SRTP to the edge Asterisk; `socket`,
 * μ-law over the WebSocket of V4.3.
 */
export const BROWSER_PHONE_WAYS = ['webrtc', 'socket'] as const;
export type BrowserPhoneWay = (typeof BROWSER_PHONE_WAYS)[number];

/** A telephone in a page, for one call: it can be called and nothing else. All of it is secret. */
export type BrowserPhone = BrowserSocketPhone | BrowserWebRtcPhone;

interface Connectable {
  /** Opens the phone's WebSocket once, until `expiresAt`. */
  readonly token: string;
  readonly expiresAt: Date;
}

export interface BrowserSocketPhone extends Connectable {
  readonly kind: 'socket';
}

export interface BrowserWebRtcPhone extends Connectable, BrowserPhoneLogin {
  readonly kind: 'webrtc';
}

/** SIP digest (RFC 3261 §22); void when the call is over. */
export interface BrowserPhoneLogin {
  /** Address of record, `sip:…`. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
}

export interface BrowserPhoneOrder {
  /** What the page can do, what it likes best first. */
  readonly ways: readonly BrowserPhoneWay[];
  /** The page's IP address; empty where nobody knows. */
  readonly address: string;
}

/** The way in for visitors who take their call in the page itself. */
export interface BrowserPhoneDoor {
  /** Makes the phone of a call that is not placed yet. Rejects where the page can do nothing that this server has. */
  issue(callId: CallId, order: BrowserPhoneOrder): Promise<BrowserPhone>;
  /** Takes a phone's token. What is said through the ticket is text, and sound as bytes where the phone is a socket. */
  admit(token: string): SoundTicket | Exclude<Refused, 'over'>;
}
