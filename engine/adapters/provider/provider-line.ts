import type {
  PostedVerdict,
  ProviderEventName,
  ReplyVerdict,
  SoundPeer,
  SoundSession,
  SoundTicket,
} from '../../contract/provider.ts';
import type { CallId } from '../../contract/ids.ts';
import type { DialRequest, Line, LineEvent } from '../../ports/telephony.ts';
import { askProvider } from './ask-provider.ts';
import { endOf, foldEvent, NOTHING_HEARD, type LineEnd } from './event-fold.ts';
import { NO_SOUND, notAnswered, SOUND_LOST } from './line-ends.ts';
import { LineTimers } from './line-timers.ts';
import type { CallReference, DialOrder } from './mappings/mapping.ts';
import { OneTimeToken } from './one-time-token.ts';
import { orderCall } from './order-call.ts';
import { readPostedSound } from './posted-sound.ts';
import type { ProviderOffice } from './provider-office.ts';
import { SoundBridge } from './sound-bridge.ts';
import { SoundConnection } from './sound-connection.ts';
import { TurnReplies } from './turn-replies.ts';

/** An end waits so long for what may have been overtaken by it: `answered` after `hangup`, `busy` after `hangup`. */
const SETTLE_MS = 500;
/** The person has picked up, and nobody brings his sound. */
const SOUND_WITHIN_MS = 5_000;
/** A connection that broke may come back. */
const RECONNECT_WITHIN_MS = 5_000;
/** The dialling may take that long on its way to us. */
const TOKEN_SPARE_MS = 15_000;
/** Longer than any conversation: the word for coming back. */
const RECONNECT_TOKEN_MS = 15 * 60_000;

/** One call at the provider: what was heard of it, its sound, and what is told of both. */
export class ProviderLine implements Line {
  readonly callId: CallId;
  /** Resolves when the end was told and nothing is held any more. */
  readonly gone: Promise<void>;
  readonly #office: ProviderOffice;
  readonly #request: DialRequest;
  readonly #tell: (event: LineEvent) => void;
  readonly #token: OneTimeToken;
  readonly #asking = new AbortController();
  readonly #timers: LineTimers<'ring' | 'settle' | 'sound' | 'reconnect'>;
  #leave: () => void = () => undefined;
  #fold = NOTHING_HEARD;
  #providerCallId: string | undefined;
  /** The provider may have begun to call. */
  #asked = false;
  #told: 'nothing' | 'ringing' | 'answered' | 'ended' = 'nothing';
  #bridge: SoundBridge | undefined;
  #opening: Promise<void> | undefined;
  #connection: SoundConnection | undefined;
  #replies: TurnReplies | undefined;

  constructor(office: ProviderOffice, request: DialRequest, tell: (event: LineEvent) => void) {
    this.#office = office;
    this.#request = request;
    this.#tell = tell;
    this.callId = request.callId;
    this.#timers = new LineTimers(office.clock);
    this.#token = new OneTimeToken(() => office.clock.now());
    this.gone = new Promise((resolve) => (this.#leave = resolve));
  }

  isOver(): boolean {
    return this.#told === 'ended';
  }

  /** Binds the socket and asks the provider to call. */
  start(): void {
    const { ringTimeoutMs } = this.#request;
    this.#timers.after('ring', ringTimeoutMs, () => this.#end(notAnswered(this.#fold), { letGo: true }));
    this.#opening = this.#dial();
  }

  hangup(): void {
    const reason = this.#told === 'answered' ? 'разговор завершён' : 'вызов отменён';
    this.#end({ outcome: 'hangup_near', reason }, { letGo: true });
  }

  /** Ends it before it began. */
  refuse(end: LineEnd): void {
    this.#end(end, { letGo: false });
  }

  isMeant({ callId, providerCallId, phone }: CallReference): boolean {
    if (callId !== undefined) return callId.toLowerCase() === this.callId;
    if (this.#providerCallId !== undefined && providerCallId !== undefined)
      return providerCallId === this.#providerCallId;
    return phone !== undefined && phone !== '' && this.#request.phone.replaceAll(/\D/g, '') === phone;
  }

  /** The provider's own id of the call, as soon as he says it. */
  isCalled(providerCallId: string | undefined): void {
    this.#providerCallId ??= providerCallId;
  }

  /** True when it is news. */
  hear(event: ProviderEventName, reason?: string): boolean {
    if (this.isOver()) return false;
    const fold = foldEvent(this.#fold, event, reason);
    const news = fold !== this.#fold;
    this.#fold = fold;
    if (news) this.#proceed();
    return news;
  }

  /** V4.3, first way. */
  admit(token: string): SoundTicket | 'forged' | 'over' {
    if (this.isOver()) return 'over';
    if (!this.#token.redeem(token)) return 'forged';
    return { open: (peer) => this.#connect(peer) };
  }

  /** V4.3, second way. */
  async posted(body: Uint8Array, contentType: string): Promise<PostedVerdict> {
    if (this.isOver()) return { kind: 'over' };
    let sound: Uint8Array;
    try {
      sound = await readPostedSound(body, contentType);
    } catch (error) {
      return { kind: 'unreadable', what: messageOf(error) };
    }
    this.#replies ??= new TurnReplies(this.#office.clock);
    const { reply, token } = this.#replies.expect();
    this.#proceed();
    this.#bridge?.push(sound);
    const url = `${this.#office.publicUrl}/telephony/audio/${this.callId}/reply/${reply}?token=${token}`;
    return { kind: 'taken', reply, url };
  }

  async reply(reply: number, token: string, signal: AbortSignal): Promise<ReplyVerdict> {
    const taken = await this.#replies?.take(reply, token, signal);
    if (taken === undefined) return { kind: 'unknown' };
    return taken.kind === 'said' ? { ...taken, over: this.isOver() } : taken;
  }

  async #dial(): Promise<void> {
    const office = this.#office;
    const request = this.#request;
    try {
      const bridge = await SoundBridge.open(office);
      if (this.isOver()) {
        await bridge.close();
        return;
      }
      this.#bridge = bridge;
      this.#proceed();
    } catch (error) {
      this.#end({ outcome: 'error', reason: 'нет свободного порта для звука', cause: messageOf(error) });
      return;
    }
    this.#asked = true;
    const token = this.#token.issue(request.ringTimeoutMs + TOKEN_SPARE_MS);
    const order: DialOrder = {
      call_id: this.callId,
      phone: request.phone,
      audio_url: this.#soundUrl(token),
      events_url: `${office.publicUrl}/telephony/events`,
      ring_timeout_sec: Math.ceil(request.ringTimeoutMs / 1000),
      language: request.language,
    };
    const ordered = await orderCall(office, order, this.#asking.signal);
    if (this.isOver()) return;
    if (ordered.kind === 'taken') this.isCalled(ordered.providerCallId);
    else if (ordered.kind === 'unclear') {
      // His events will tell, and where they do not, the time to ring runs out.
      office.onTrouble(`it is not known whether the provider took call ${this.callId}: ${ordered.cause}`);
    } else {
      this.#asked = false;
      this.#end(ordered.end);
    }
  }

  #connect(peer: SoundPeer): SoundSession {
    const again = this.#token.issue(RECONNECT_TOKEN_MS);
    const connection = new SoundConnection(peer, {
      call_id: this.callId,
      format: 'pcmu',
      rate_hz: 8000,
      frame_bytes: 160,
      reconnect_url: this.#soundUrl(again),
    });
    if (this.isOver()) connection.hangUp();
    else {
      this.#connection?.replace();
      this.#connection = connection;
      this.#timers.cancel('reconnect');
      this.#proceed();
    }
    const current = () => this.#connection === connection;
    return {
      binary: (bytes) => {
        if (current()) this.#bridge?.push(bytes);
      },
      text: (text) => {
        if (current()) this.#read(connection, text);
      },
      closed: (code) => {
        if (current()) this.#disconnected(code);
      },
    };
  }

  #read(connection: SoundConnection, text: string): void {
    const message = connection.read(text);
    switch (message?.type) {
      case 'sound':
        return this.#bridge?.push(message.bytes);
      case 'dtmf':
        if (this.#told === 'answered') this.#tell({ type: 'dtmf', digit: message.digit });
        return;
      case 'hangup':
        this.hear('hangup');
        return;
      case undefined:
        return;
    }
  }

  #disconnected(code: number): void {
    this.#connection = undefined;
    if (code === 1000) this.hear('hangup');
    else if (this.#told === 'answered' && this.#replies === undefined) {
      this.#timers.after('reconnect', RECONNECT_WITHIN_MS, () =>
        this.#end({ ...SOUND_LOST, cause: `WebSocket ${code}` }, { letGo: true }),
      );
    }
  }

  /** Tells what can be told by now. */
  #proceed(): void {
    if (this.isOver()) return;
    if (endOf(this.#fold) !== undefined) this.#timers.after('settle', SETTLE_MS, () => this.#settle());
    if (this.#told === 'nothing' && this.#fold.rang && !this.#fold.answered) {
      this.#told = 'ringing';
      this.#tell({ type: 'ringing' });
    }
    if (this.#told === 'answered' || !this.#fold.answered || this.#bridge === undefined) return;
    this.#timers.cancel('ring');
    if (this.#connection !== undefined || this.#replies !== undefined) return this.#talk();
    this.#timers.after('sound', SOUND_WITHIN_MS, () => this.#end(NO_SOUND, { letGo: true }));
  }

  #talk(): void {
    const bridge = this.#bridge;
    if (bridge === undefined) return;
    this.#timers.cancel('sound');
    this.#told = 'answered';
    bridge.start(this.#request.localMedia, (frame) => {
      this.#connection?.send(frame);
      // Before his turn was played to its end nobody can be answering it.
      if (bridge.queue.idle) this.#replies?.hear(frame);
    });
    this.#tell({ type: 'answered', remote: bridge.local });
  }

  /** What could still overtake the end has had its time. */
  #settle(): void {
    const end = endOf(this.#fold);
    if (end === undefined) return;
    // He did pick up, however short it was.
    if (this.#fold.answered && this.#told !== 'answered') this.#talk();
    this.#end(end);
  }

  /** Tells the end once, and never from inside the call that asked for it. `letGo`: the provider does not know yet. */
  #end({ outcome, reason, cause }: LineEnd, { letGo = false }: { readonly letGo?: boolean } = {}): void {
    if (this.isOver()) return;
    this.#told = 'ended';
    this.#timers.cancelAll();
    this.#asking.abort(new Error('the call is over'));
    this.#connection?.hangUp();
    this.#replies?.end();
    const freed = this.#free(letGo);
    queueMicrotask(() => {
      this.#tell({ type: 'ended', outcome, reason, ...(cause === undefined ? {} : { cause }) });
      void freed.then(this.#leave);
    });
  }

  async #free(letGo: boolean): Promise<void> {
    await Promise.all([
      this.#bridge?.close(),
      this.#opening,
      letGo && this.#asked ? this.#letGo() : undefined,
    ]);
  }

  async #letGo(): Promise<void> {
    const request = this.#office.hangup?.(this.callId);
    if (request === undefined) return;
    const asked = await askProvider(this.#office, request, new AbortController().signal);
    if (asked.kind !== 'taken')
      this.#office.onTrouble(`the provider was not told to end call ${this.callId}: ${asked.cause}`);
  }

  #soundUrl(token: string): string {
    return `${this.#office.publicUrl.replace(/^http/, 'ws')}/telephony/audio/${this.callId}?token=${token}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
