import { WebSocket } from 'ws';
import type { SoundPeer, SoundSession } from '../../../contract/provider.ts';

/** RFC 7118 §5: one SIP message a WebSocket message. A browser's longest, with its SDP, has about 4 kB. */
const LONGEST_MESSAGE = 32 * 1024;
/** REGISTER, one call and its end are about twenty; a session's refreshes a few more. */
const MOST_MESSAGES = 500;
/** Said before Asterisk's end is open; REGISTER alone is usual. */
const MOST_WAITING = 8;
const OPEN_WITHIN_MS = 5_000;

/** What a phone that can only be called has to say: requests within its call, its registration, answers, keep-alives. */
const MAY_SAY = /^(?:(?:REGISTER|ACK|BYE|UPDATE|PRACK|INFO) sips?:|SIP\/2\.0 \d{3} |\s*$)/;
/** Asterisk's word that it knows where the phone is (RFC 3261 §10.3). */
const REGISTERED = /^SIP\/2\.0 200 [^]*\r\nCSeq:[ \t]*\d+[ \t]+REGISTER\r\n/i;

/** Close codes of our own (RFC 6455 §7.4.2). */
const FORBIDDEN = [4003, 'this phone can only be called'] as const;
const TOO_MUCH = [4008, 'too much was said'] as const;
const NO_ASTERISK = [4503, 'Asterisk cannot be reached'] as const;
const OVER = [1000, 'the call is over'] as const;

export interface TunnelDeps {
  /** Asterisk's WebSocket, `ws://127.0.0.1:8188/ws`. */
  readonly url: () => Promise<string>;
  readonly onRegistered: () => void;
  /** The page or Asterisk has gone. Told once, not after `close`. */
  readonly onGone: (why: string) => void;
}

/** A page's way to Asterisk's WebSocket: what it says is passed on while it is what a called phone says. */
export class SipTunnel {
  readonly session: SoundSession = {
    binary: () => this.#end('bytes where SIP is text', FORBIDDEN),
    text: (message) => this.#pass(message),
    closed: (code) => this.#end(`WebSocket ${code}`, OVER),
  };
  readonly #deps: TunnelDeps;
  readonly #peer: SoundPeer;
  readonly #waiting: string[] = [];
  #socket: WebSocket | undefined;
  #said = 0;
  #over = false;
  #leaving = false;

  constructor(peer: SoundPeer, deps: TunnelDeps) {
    this.#peer = peer;
    this.#deps = deps;
    void this.#connect();
  }

  /** The call is over, and the phone goes: what ends it still passes, but to Asterisk its name is a stranger's now. */
  leave(): void {
    this.#leaving = true;
  }

  /** Idempotent. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#peer.close(...OVER);
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    try {
      const url = await this.#deps.url();
      if (this.#over) return;
      const socket = new WebSocket(url, 'sip', {
        handshakeTimeout: OPEN_WITHIN_MS,
        maxPayload: LONGEST_MESSAGE,
        perMessageDeflate: false,
      });
      this.#socket = socket;
      socket.on('open', () => {
        for (const message of this.#waiting.splice(0)) socket.send(message);
        if (this.#over) socket.close();
      });
      socket.on('message', (data: Buffer) => this.#hear(data.toString('utf8')));
      socket.on('error', (error) => this.#end(error.message, NO_ASTERISK));
      socket.on('close', () => this.#end('Asterisk closed the WebSocket', NO_ASTERISK));
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error), NO_ASTERISK);
    }
  }

  #pass(message: string): void {
    if (this.#over) return;
    this.#said += 1;
    if (message.length > LONGEST_MESSAGE || this.#said > MOST_MESSAGES)
      return this.#end('the page says too much', TOO_MUCH);
    if (!MAY_SAY.test(message)) return this.#end('the page says what no called phone says', FORBIDDEN);
    if (this.#leaving && message.startsWith('REGISTER')) return;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(message);
    else this.#end('the page does not wait', TOO_MUCH);
  }

  #hear(message: string): void {
    if (this.#over) return;
    this.#peer.send(message);
    if (REGISTERED.test(message)) this.#deps.onRegistered();
  }

  #end(why: string, close: readonly [number, string]): void {
    if (this.#over) return;
    this.#over = true;
    this.#peer.close(...close);
    this.#socket?.terminate();
    this.#deps.onGone(why);
  }
}
