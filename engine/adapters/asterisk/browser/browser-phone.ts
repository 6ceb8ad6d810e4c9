import { randomBytes } from 'node:crypto';
import type { BrowserPhoneLogin } from '../../../contract/browser-phone.ts';
import type { SoundPeer, SoundSession } from '../../../contract/provider.ts';
import type { BrowserPhoneEnd } from '../../../ports/browser-phone.ts';
import type { TimerHandle } from '../../../ports/clock.ts';
import type { Ari } from '../ari.ts';
import { phoneName, type Office } from '../office.ts';
import { SipTunnel } from './sip-tunnel.ts';

/** A phone is made a moment before its call; without one it goes. */
const PLACED_WITHIN_MS = 60_000;
/** From Asterisk's hanging up to its BYE in the page. */
const LINGER_MS = 300;

export interface BrowserPhoneDeps {
  readonly office: Office;
  /** Asterisk's WebSocket for SIP. */
  readonly socketUrl: () => Promise<string>;
}

/** A PJSIP endpoint of its own for one call to one page, made over ARI: name and password are nobody else's. */
export class BrowserPhone implements BrowserPhoneEnd {
  readonly login: BrowserPhoneLogin;
  readonly gone: Promise<void>;
  readonly #deps: BrowserPhoneDeps;
  #timer: TimerHandle | undefined;
  #tunnel: SipTunnel | undefined;
  #state: 'free' | 'placed' | 'removed' = 'free';
  #registered = false;
  #lost: string | undefined;
  #listener: { readonly registered: () => void; readonly lost: (why: string) => void } | undefined;
  #leave: () => void = () => undefined;

  private constructor(deps: BrowserPhoneDeps) {
    const name = phoneName(deps.office.application, randomBytes(9).toString('hex'));
    this.#deps = deps;
    // The host means nothing to Asterisk: a phone is known by its name.
    this.login = {
      uri: `sip:${name}@halo.invalid`,
      username: name,
      password: randomBytes(18).toString('base64url'),
    };
    this.gone = new Promise((resolve) => (this.#leave = resolve));
  }

  /** Rejects with AriError, and leaves nothing then. */
  static async make(deps: BrowserPhoneDeps): Promise<BrowserPhone> {
    const phone = new BrowserPhone(deps);
    try {
      await phone.#create();
    } catch (error) {
      await phone.remove();
      throw error;
    }
    phone.#timer = deps.office.clock.setTimeout(() => void phone.remove(), PLACED_WITHIN_MS);
    return phone;
  }

  get isFree(): boolean {
    return this.#state === 'free';
  }

  /** Dialled as. */
  get endpoint(): string {
    return `PJSIP/${this.login.username}`;
  }

  open(peer: SoundPeer): SoundSession {
    const tunnel = new SipTunnel(peer, {
      url: this.#deps.socketUrl,
      onRegistered: () => {
        this.#registered = true;
        this.#listener?.registered();
      },
      onGone: (why) => {
        this.#lost = why;
        this.#listener?.lost(why);
        if (this.#state === 'free') void this.remove();
      },
    });
    this.#tunnel?.close();
    this.#tunnel = tunnel;
    if (this.#state === 'removed') tunnel.close();
    return tunnel.session;
  }

  /** The call to it begins. `registered`: it can be dialled; may have come about before. Told asynchronously. */
  place(listener: { readonly registered: () => void; readonly lost: (why: string) => void }): void {
    this.#state = 'placed';
    this.#stopTimer();
    this.#listener = listener;
    queueMicrotask(() => {
      if (this.#lost !== undefined) listener.lost(this.#lost);
      else if (this.#registered) listener.registered();
    });
  }

  /** Takes everything away. Idempotent, never rejects. */
  async remove(): Promise<void> {
    if (this.#state === 'removed') return this.gone;
    this.#state = 'removed';
    this.#stopTimer();
    this.#listener = undefined;
    this.#tunnel?.leave();
    const { office } = this.#deps;
    await office
      .ask((ari) => removePhone(ari, this.login.username))
      .catch((error: unknown) => office.onTrouble(`removing a browser phone: ${String(error)}`));
    // The BYE must still find its way.
    if (this.#tunnel !== undefined)
      await new Promise<void>((resolve) => office.clock.setTimeout(resolve, LINGER_MS));
    this.#tunnel?.close();
    this.#leave();
  }

  async #create(): Promise<void> {
    const { office } = this.#deps;
    const { username: name, password } = this.login;
    await office.ask((ari) => ari.putObject('auth', name, { auth_type: 'digest', username: name, password }));
    await office.ask((ari) => ari.putObject('aor', name, { max_contacts: '1', remove_existing: 'yes' }));
    await office.ask((ari) => ari.putObject('endpoint', name, { ...ENDPOINT, aors: name, auth: name }));
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#deps.office.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** asterisk-config/edge/pjsip-browser.conf has its transport. */
const ENDPOINT: Readonly<Record<string, string>> = {
  transport: 'ws',
  context: 'browser-phone',
  identify_by: 'username',
  disallow: 'all',
  allow: 'ulaw',
  // rtcp_mux, use_avpf, ice_support, media_use_received_transport; DTLS with a certificate made for the call.
  webrtc: 'yes',
  direct_media: 'no',
  rtp_symmetric: 'yes',
  force_rport: 'yes',
  rewrite_contact: 'yes',
  // Seconds without a packet: a page that died without a word.
  rtp_timeout: '15',
  allow_subscribe: 'no',
  allow_transfer: 'no',
};

/** Each part is asked for, whatever becomes of the others. */
export async function removePhone(ari: Ari, name: string): Promise<void> {
  await Promise.all((['endpoint', 'aor', 'auth'] as const).map((type) => ari.removeObject(type, name)));
}
