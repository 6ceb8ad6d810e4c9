import { randomBytes } from 'node:crypto';
import { OneTimeToken } from './adapters/provider/one-time-token.ts';
import type {
  BrowserPhone,
  BrowserPhoneDoor,
  BrowserPhoneOrder,
  BrowserPhoneWay,
} from './contract/browser-phone.ts';
import type { CallId } from './contract/ids.ts';
import type { SoundTicket } from './contract/provider.ts';
import type { BrowserPhoneEnd, BrowserPhones } from './ports/browser-phone.ts';
import type { Clock } from './ports/clock.ts';

/** The page asked for it a moment ago and connects at once; a slow network may take a while. */
const TOKEN_MS = 60_000;
/** Longer than any conversation: the word for coming back. */
const AGAIN_TOKEN_MS = 15 * 60_000;

export interface DeskDeps {
  readonly clock: Clock;
  readonly socket: BrowserPhones;
  /** Present where there is an Asterisk. */
  readonly webrtc?: BrowserPhones;
  /** Whether a page at that address can exchange UDP with the Asterisk. */
  readonly webrtcReaches: (address: string) => boolean;
  readonly onTrouble: (what: string, error: unknown) => void;
}

interface Issued {
  readonly end: BrowserPhoneEnd;
  readonly token: OneTimeToken;
}

/** Gives phones to pages, and lets in who shows the token of one. Tokens: `<phone>.<secret>`, each good once. */
export class BrowserPhoneDesk implements BrowserPhoneDoor {
  readonly #deps: DeskDeps;
  readonly #issued = new Map<string, Issued>();

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  async issue(callId: CallId, { ways, address }: BrowserPhoneOrder): Promise<BrowserPhone> {
    for (const way of ways) {
      const phones = this.#phonesOf(way, address);
      if (phones === undefined) continue;
      try {
        return await this.#make(way, phones, callId);
      } catch (error) {
        this.#deps.onTrouble(`a browser phone (${way}) could not be made`, error);
      }
    }
    throw new RangeError(`no browser phone for a page that can do ${ways.join(', ') || 'nothing'}`);
  }

  admit(text: string): SoundTicket | 'unknown' | 'forged' {
    const issued = this.#issued.get(text.split('.', 1)[0] ?? '');
    if (issued === undefined) return 'unknown';
    if (!issued.token.redeem(text)) return 'forged';
    return { open: (peer) => issued.end.open(peer) };
  }

  #phonesOf(way: BrowserPhoneWay, address: string): BrowserPhones | undefined {
    if (way === 'socket') return this.#deps.socket;
    return this.#deps.webrtcReaches(address) ? this.#deps.webrtc : undefined;
  }

  async #make(way: BrowserPhoneWay, phones: BrowserPhones, callId: CallId): Promise<BrowserPhone> {
    const { clock } = this.#deps;
    const id = randomBytes(6).toString('hex');
    const token = new OneTimeToken(() => clock.now(), `${id}.`);
    const end = await phones.make(callId, () => token.issue(AGAIN_TOKEN_MS));
    this.#issued.set(id, { end, token });
    void end.gone.then(() => this.#issued.delete(id));
    const phone = {
      token: token.issue(TOKEN_MS),
      expiresAt: new Date(clock.wallTime().getTime() + TOKEN_MS),
    };
    if (way === 'socket') return { kind: way, ...phone };
    if (end.login === undefined) throw new TypeError('a WebRTC phone without a login');
    return { kind: way, ...phone, ...end.login };
  }
}
