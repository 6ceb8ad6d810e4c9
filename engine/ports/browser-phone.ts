import type { BrowserPhoneLogin } from '../contract/browser-phone.ts';
import type { CallId } from '../contract/ids.ts';
import type { SoundPeer, SoundSession } from '../contract/provider.ts';

/** A telephone in a page, as its adapter holds it. */
export interface BrowserPhoneEnd {
  /** What the page must know beside the token; only where it logs in. */
  readonly login?: BrowserPhoneLogin;
  /** The page has come, or come again. */
  open(peer: SoundPeer): SoundSession;
  /** Resolves when it is of no use any more: the call is over, or never was placed. */
  readonly gone: Promise<void>;
}

/** Makes telephones for pages; calls to them go through the telephony of the same adapter (`answeredBy`). */
export interface BrowserPhones {
  /** `renew` gives a token with which the page may come again. Rejects where none can be made now. */
  make(callId: CallId, renew: () => string): Promise<BrowserPhoneEnd>;
  /** Whether a phone of this call is here and can be called. */
  has(callId: CallId): boolean;
}
