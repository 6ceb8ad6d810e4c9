import type { SoundPeer, SoundSession } from '../../../contract/provider.ts';
import type { BrowserPhoneEnd } from '../../../ports/browser-phone.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DialRequest, Line, LineEvent } from '../../../ports/telephony.ts';
import type { LineEnd } from '../event-fold.ts';
import { LineTimers } from '../line-timers.ts';
import { SoundBridge, type BridgeDeps } from '../sound-bridge.ts';
import { SoundConnection } from '../sound-connection.ts';
import { PAGE_ENDS } from './page-ends.ts';
import { readPageMessage } from './page-message.ts';

/** A phone is made a moment before its call; without one it goes. */
const PLACED_WITHIN_MS = 60_000;
/** The page has its token and need only connect. */
const COMES_WITHIN_MS = 15_000;
/** A connection that broke may come back: a lift, a change of network. */
const BACK_WITHIN_MS = 5_000;
/** A page sends 160 bytes at a time; a second at once is no telephone. */
const LONGEST_SOUND_BYTES = 8_000;

export interface PageDeps extends BridgeDeps {
  readonly clock: Clock;
}

type State = 'idle' | 'calling' | 'ringing' | 'talking' | 'over';

/**
 * A telephone in a page and the one call to it. Messages to the page: `start`, `ringing`, `answered`,
 * `ended` {outcome, reason}; from it: `answer`, `reject`, `hangup`. Sound both ways is μ-law, as of V4.3.
 */
export class PagePhone implements BrowserPhoneEnd, Line {
  /** Resolves when the end was told and nothing is held any more. */
  readonly gone: Promise<void>;
  readonly #deps: PageDeps;
  readonly #renew: () => string;
  readonly #timers: LineTimers<'placed' | 'comes' | 'ring' | 'back'>;
  #state: State = 'idle';
  #call: { readonly request: DialRequest; readonly tell: (event: LineEvent) => void } | undefined;
  #bridge: SoundBridge | undefined;
  #opening: Promise<void> | undefined;
  #peer: SoundPeer | undefined;
  #connection: SoundConnection | undefined;
  #leave: () => void = () => undefined;

  constructor(deps: PageDeps, renew: () => string) {
    this.#deps = deps;
    this.#renew = renew;
    this.#timers = new LineTimers(deps.clock);
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    this.#timers.after('placed', PLACED_WITHIN_MS, () => this.#end(PAGE_ENDS.noPhone));
  }

  get isFree(): boolean {
    return this.#state === 'idle';
  }

  /** The call to it begins; once. */
  ring(request: DialRequest, tell: (event: LineEvent) => void): void {
    this.#state = 'calling';
    this.#call = { request, tell };
    this.#timers.cancel('placed');
    this.#timers.after('comes', COMES_WITHIN_MS, () => this.#end(PAGE_ENDS.neverCame));
    this.#opening = this.#openBridge();
  }

  hangup(): void {
    const reason = this.#state === 'talking' ? 'разговор завершён' : 'вызов отменён';
    this.#end({ outcome: 'hangup_near', reason });
  }

  open(peer: SoundPeer): SoundSession {
    const connection = new SoundConnection(peer, {
      format: 'pcmu',
      rate_hz: 8000,
      frame_bytes: 160,
      reconnect_token: this.#renew(),
    });
    if (this.#state === 'over') connection.hangUp();
    else {
      this.#connection?.replace();
      this.#connection = connection;
      this.#peer = peer;
      this.#timers.cancel('back');
      this.#proceed();
      if (this.#state === 'talking') this.#say({ type: 'answered' });
    }
    const current = () => this.#connection === connection;
    return {
      binary: (bytes) => {
        if (current() && bytes.length <= LONGEST_SOUND_BYTES) this.#bridge?.push(bytes);
      },
      text: (text) => {
        if (current()) this.#hear(text);
      },
      closed: (code) => {
        if (current()) this.#disconnected(code);
      },
    };
  }

  async #openBridge(): Promise<void> {
    try {
      const bridge = await SoundBridge.open(this.#deps);
      this.#bridge = bridge;
      if (this.#state === 'over') await bridge.close();
      else this.#proceed();
    } catch (error) {
      this.#end({ ...PAGE_ENDS.noPort, cause: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Rings when there is somebody to ring at, and sound to answer with. */
  #proceed(): void {
    if (this.#connection === undefined || this.#bridge === undefined) return;
    if (this.#state === 'ringing') this.#say({ type: 'ringing' });
    if (this.#state !== 'calling') return;
    this.#state = 'ringing';
    this.#timers.cancel('comes');
    this.#timers.after('ring', this.#call!.request.ringTimeoutMs, () => this.#end(PAGE_ENDS.unanswered));
    this.#say({ type: 'ringing' });
    // Never from inside the call that dials.
    queueMicrotask(() => {
      if (this.#state === 'ringing') this.#call!.tell({ type: 'ringing' });
    });
  }

  #hear(text: string): void {
    switch (readPageMessage(text)) {
      case 'answer':
        return this.#answer();
      case 'reject':
        return this.#state === 'talking' ? this.#end(PAGE_ENDS.hungUp) : this.#end(PAGE_ENDS.rejected);
      case 'hangup':
        return this.#end(this.#state === 'talking' ? PAGE_ENDS.hungUp : PAGE_ENDS.rejected);
      case undefined:
        return;
    }
  }

  #answer(): void {
    const { call, bridge } = { call: this.#call, bridge: this.#bridge };
    if (this.#state !== 'ringing' || call === undefined || bridge === undefined) return;
    this.#state = 'talking';
    this.#timers.cancel('ring');
    bridge.start(call.request.localMedia, (frame) => this.#connection?.send(frame));
    this.#say({ type: 'answered' });
    call.tell({ type: 'answered', remote: bridge.local });
  }

  #disconnected(code: number): void {
    this.#connection = undefined;
    this.#peer = undefined;
    const end = this.#state === 'talking' ? PAGE_ENDS.lost : PAGE_ENDS.leftRinging;
    if (this.#state === 'talking' && code === 1000) return this.#end(PAGE_ENDS.hungUp);
    if (this.#state === 'ringing' || this.#state === 'talking')
      this.#timers.after('back', BACK_WITHIN_MS, () => this.#end({ ...end, cause: `WebSocket ${code}` }));
  }

  #say(message: Readonly<Record<string, string>>): void {
    this.#peer?.send(JSON.stringify(message));
  }

  /** Tells the end once, and never from inside the call that asked for it. */
  #end({ outcome, reason, cause }: LineEnd): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#timers.cancelAll();
    this.#say({ type: 'ended', outcome, reason });
    this.#connection?.hangUp();
    const freed = Promise.all([this.#bridge?.close(), this.#opening]);
    queueMicrotask(() => {
      this.#call?.tell({ type: 'ended', outcome, reason, ...(cause === undefined ? {} : { cause }) });
      void freed.then(this.#leave);
    });
  }
}
