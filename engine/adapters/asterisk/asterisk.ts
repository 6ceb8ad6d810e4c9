import { randomBytes } from 'node:crypto';
import type { Clock, TimerHandle } from '../../ports/clock.ts';
import type {
  DialRequest,
  IncomingCall,
  Line,
  LineEvent,
  Telephony,
  TelephonyState,
} from '../../ports/telephony.ts';
import { AriError, type Ari, type AriChannelEvent, type AriEvent, type ConnectAri } from './ari.ts';
import type { BrowserPhones } from '../../ports/browser-phone.ts';
import type { AriSource } from './ari-address.ts';
import { BrowserLeg, NO_PHONE } from './browser/browser-leg.ts';
import type { BrowserPhone } from './browser/browser-phone.ts';
import { AsteriskBrowserPhones } from './browser/browser-phones.ts';
import { AriLink } from './ari-link.ts';
import { CallLine } from './call-line.ts';
import { connectAri } from './connect-ari.ts';
import { dialledNumber } from './dialled-number.ts';
import { IncomingDesk } from './incoming-desk.ts';
import { GAVE_UP, IncomingLeg } from './incoming-leg.ts';
import { lineName, type Office, type TrunkRoute } from './office.ts';
import { OutgoingLeg } from './outgoing-leg.ts';
import { RollCall } from './roll-call.ts';
import { sweep } from './sweep.ts';

export type { TrunkRoute } from './office.ts';

export interface AsteriskDeps {
  readonly clock: Clock;
  readonly source: AriSource;
  /** Tried in this order. */
  readonly trunks: readonly TrunkRoute[];
  /** True where the only network behind the trunks is our own local carrier. */
  readonly simulated: boolean;
  /** Whether calls from the trunks are taken; the edge's dialplan refuses them otherwise. */
  readonly inbound: boolean;
  /** What goes wrong, for the log; never personal data. */
  readonly onTrouble?: (message: string) => void;
  /** Name of the Stasis application, `halo-[a-z0-9]+`; random, so that engines on one Asterisk never share one. */
  readonly application?: string;
  readonly connect?: ConnectAri;
  readonly random?: () => number;
}

/** A conversation outlives a blink of the connection; what is longer ends it. */
const LOST_GRACE_MS = 3_000;
/** What a time-out left behind is found and removed this often. */
const SWEEP_EVERY_MS = 60_000;
const SWEEP_AGAIN_MS = 5_000;
/** Asterisk runs, or the page would not have its phone. */
const SOCKET_PATIENCE_MS = 5_000;
/** The edge's dialplan hands incoming calls to the application named by this global variable. */
export const INBOUND_VARIABLE = 'HALO_INBOUND_APP';

export interface AsteriskTelephony extends Telephony {
  /** Of visitors' pages, over WebRTC. */
  readonly browserPhones: BrowserPhones;
}

/** Telephony over a real Asterisk: SIP trunks on its side, RTP to our sockets on ours, ARI between. */
export function createAsterisk(deps: AsteriskDeps): AsteriskTelephony {
  const exchange = new AsteriskExchange(deps);
  return {
    browserPhones: exchange.browserPhones,
    name: 'asterisk',
    simulated: deps.simulated,
    dial: (request, onEvent, signal) => exchange.dial(request, onEvent, signal),
    state: () => exchange.state(),
    onIncoming: (listener) => exchange.onIncoming(listener),
    close: () => exchange.close(),
  };
}

class AsteriskExchange implements Office {
  readonly clock: Clock;
  readonly application: string;
  readonly trunks: readonly TrunkRoute[];
  readonly browserPhones: AsteriskBrowserPhones;
  readonly #inbound: boolean;
  readonly #onTrouble: (message: string) => void;
  readonly #listeners = new Map<string, (event: AriChannelEvent) => void>();
  readonly #lines = new Map<CallLine, string>();
  readonly #desk: IncomingDesk;
  readonly #rollCall: RollCall;
  readonly #link: AriLink;
  #graceTimer: TimerHandle | undefined;
  #sweepTimer: TimerHandle | undefined;
  #closed: Promise<void> | undefined;

  constructor(deps: AsteriskDeps) {
    this.clock = deps.clock;
    this.application = deps.application ?? `halo-${randomBytes(6).toString('hex')}`;
    this.trunks = deps.trunks;
    this.#inbound = deps.inbound;
    this.#onTrouble = deps.onTrouble ?? (() => undefined);
    this.#desk = new IncomingDesk(this);
    this.browserPhones = new AsteriskBrowserPhones({
      office: this,
      socketUrl: async () => {
        const { url } = await deps.source(AbortSignal.timeout(SOCKET_PATIENCE_MS));
        return `${url.replace(/^http/, 'ws')}/ws`;
      },
    });
    this.#rollCall = new RollCall(deps.clock, this.application);
    this.#link = new AriLink({
      clock: deps.clock,
      source: deps.source,
      connect: deps.connect ?? connectAri,
      application: this.application,
      random: deps.random ?? Math.random,
      onUp: (ari) => this.#up(ari),
      onDown: () => this.#down(),
      onEvent: (event) => this.#route(event),
      onTrouble: this.#onTrouble,
    });
  }

  state(): TelephonyState {
    const { state } = this.#link;
    return state.kind === 'up'
      ? { kind: 'ready' }
      : { kind: 'away', reason: state.reason, sinceMs: state.sinceMs };
  }

  onIncoming(listener: (call: IncomingCall) => void): void {
    this.#desk.onIncoming(listener);
  }

  dial(request: DialRequest, onEvent: (event: LineEvent) => void, signal: AbortSignal): Line {
    const name = lineName(this.application, request.callId);
    const { incoming, answeredBy } = request;
    const phone = answeredBy === undefined ? undefined : this.browserPhones.take(request.callId);
    const line = new CallLine(this, name, request, onEvent, (listener) => {
      if (phone !== undefined) return new BrowserLeg(this, name, request, phone, listener);
      return incoming === undefined
        ? new OutgoingLeg(this, name, request, listener)
        : new IncomingLeg(this, incoming, listener);
    });
    this.#lines.set(line, name);
    const hangup = () => line.hangup();
    signal.addEventListener('abort', hangup, { once: true });
    void line.gone.then(() => {
      this.#lines.delete(line);
      signal.removeEventListener('abort', hangup);
    });
    this.#begin(line, request, phone, signal);
    return line;
  }

  #begin(
    line: CallLine,
    { phone, incoming, answeredBy }: DialRequest,
    browser: BrowserPhone | undefined,
    signal: AbortSignal,
  ): void {
    const state = this.state();
    if (signal.aborted) return line.hangup();
    if (this.#closed !== undefined || state.kind === 'away')
      return line.refuse({ outcome: 'error', reason: awayReason(state), cause: 'no connection to ARI' });
    if (incoming !== undefined && !this.#desk.take(incoming))
      return line.refuse({ ...GAVE_UP, cause: 'the caller has gone' });
    if (answeredBy !== undefined && browser === undefined)
      return line.refuse({ ...NO_PHONE, cause: 'no phone for this call' });
    if (incoming === undefined && answeredBy === undefined && !isDiallable(phone))
      return line.refuse({
        outcome: 'error',
        reason: 'неверный номер телефона',
        cause: 'not an E.164 number',
      });
    line.start();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#stopTimers();
    this.#desk.refuseAll();
    for (const line of this.#lines.keys()) line.hangup();
    await Promise.all([
      this.#giveInboundBack(),
      this.browserPhones.removeAll(),
      ...[...this.#lines.keys()].map((line) => line.gone),
    ]);
    this.#stopTimers();
    this.#rollCall.stop();
    this.#link.close();
  }

  ask<T>(request: (ari: Ari) => Promise<T>): Promise<T> {
    const { state } = this.#link;
    return state.kind === 'up'
      ? request(state.ari)
      : Promise.reject(new AriError('gone', 'there is no connection to Asterisk'));
  }

  listen(channelId: string, listener: (event: AriChannelEvent) => void): () => void {
    this.#listeners.set(channelId, listener);
    return () => {
      if (this.#listeners.get(channelId) === listener) this.#listeners.delete(channelId);
    };
  }

  onTrouble(message: string): void {
    this.#onTrouble(message);
  }

  #route(event: AriEvent): void {
    const { state } = this.#link;
    if (event.type === 'UserEvent') {
      if (state.kind === 'up') this.#rollCall.hear(event, state.ari);
      return;
    }
    if (event.type === 'StasisStart' && event.args[0] === 'incoming')
      return this.#desk.offer(event.channel, event.args[1] ?? '');
    this.#listeners.get(event.channel.id)?.(event);
  }

  #up(ari: Ari): void {
    this.#stopTimers();
    for (const line of this.#lines.keys()) void line.linkUp();
    void this.#keepHouse(ari);
  }

  #down(): void {
    this.#stopTimers();
    this.#rollCall.stop();
    this.#desk.forgetAll();
    for (const line of [...this.#lines.keys()]) line.linkDown();
    if (this.#closed !== undefined) return;
    this.#graceTimer = this.clock.setTimeout(() => {
      for (const line of [...this.#lines.keys()]) line.lost();
    }, LOST_GRACE_MS);
  }

  async #keepHouse(ari: Ari): Promise<void> {
    let nextMs = SWEEP_EVERY_MS;
    try {
      if (this.#inbound) await this.#takeInbound(ari);
      const { channels, bridges } = await sweep({
        ari,
        application: this.application,
        isKnown: (id) => this.#listeners.has(id) || this.#isOfLine(id),
        isAlive: (application) => this.#rollCall.isAlive(application, ari),
      });
      await this.browserPhones.sweep(ari, (application) => this.#rollCall.isAlive(application, ari));
      if (channels + bridges > 0)
        this.#onTrouble(`swept off Asterisk: ${channels} channels and ${bridges} bridges that nobody knew`);
    } catch (error) {
      nextMs = SWEEP_AGAIN_MS;
      this.#onTrouble(`sweeping Asterisk: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { state } = this.#link;
    if (this.#closed !== undefined || state.kind !== 'up' || state.ari !== ari) return;
    this.#sweepTimer = this.clock.setTimeout(() => void this.#keepHouse(ari), nextMs);
  }

  #isOfLine(id: string): boolean {
    for (const name of this.#lines.values()) if (id.startsWith(`${name}.`)) return true;
    return false;
  }

  /** Two engines that both take calls take turns: whoever came last, until it leaves. */
  async #takeInbound(ari: Ari): Promise<void> {
    if ((await ari.globalVariable(INBOUND_VARIABLE)) !== this.application)
      await ari.setGlobalVariable(INBOUND_VARIABLE, this.application);
  }

  async #giveInboundBack(): Promise<void> {
    if (!this.#inbound) return;
    try {
      await this.ask(async (ari) => {
        if ((await ari.globalVariable(INBOUND_VARIABLE)) === this.application)
          await ari.setGlobalVariable(INBOUND_VARIABLE, '');
      });
    } catch {
      // No Asterisk, no variable.
    }
  }

  #stopTimers(): void {
    for (const timer of [this.#graceTimer, this.#sweepTimer])
      if (timer !== undefined) this.clock.clearTimeout(timer);
    this.#graceTimer = undefined;
    this.#sweepTimer = undefined;
  }
}

function awayReason(state: TelephonyState): string {
  return state.kind === 'away' ? state.reason : 'телефония выключена';
}

function isDiallable(phone: string): boolean {
  try {
    dialledNumber(phone, 'e164');
    return true;
  } catch {
    return false;
  }
}
