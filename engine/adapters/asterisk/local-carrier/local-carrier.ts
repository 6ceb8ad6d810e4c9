import { randomBytes } from 'node:crypto';
import type { SwitchboardDeps } from '../../../far-end/switchboard.ts';
import type { TimerHandle } from '../../../ports/clock.ts';
import type { TelephonyState } from '../../../ports/telephony.ts';
import { AriError, type Ari, type AriEvent, type ConnectAri } from '../ari.ts';
import type { AriSource } from '../ari-address.ts';
import { AriLink } from '../ari-link.ts';
import { connectAri } from '../connect-ari.ts';
import { RollCall } from '../roll-call.ts';
import { sweep } from '../sweep.ts';
import { CarrierSwitch } from './carrier-switch.ts';
import { CAUSE_OF_SIP } from './causes.ts';

export interface LocalCarrierDeps extends SwitchboardDeps {
  /** Where the carrier's Asterisk is; other HALO processes of the data folder may have their subscribers on it too. */
  readonly source: AriSource;
  /** For the log; `what` names no person. */
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly connect?: ConnectAri;
}

/** The operator's network: an Asterisk instance of its own whose subscribers are the personas (personas.ts). */
export interface LocalCarrier {
  /** Calls that name it in the header `CARRIER_HEADER` are answered by the subscribers of this process. */
  readonly application: string;
  /** Resolves when it takes calls, at once if it does already; rejects when it is closed before. */
  ready(): Promise<void>;
  /** It is `away` while its Asterisk is; it comes back by itself. */
  state(): TelephonyState;
  /** Calls now. */
  live(): number;
  /** Hangs up every call and takes no more. Idempotent. */
  close(): Promise<void>;
}

/** The carrier's dialplan hands calls that name no application to the one named by this global variable. */
export const CARRIER_VARIABLE = 'HALO_CARRIER_APP';
const TRY_AGAIN_MS = 2_000;

/** Opens the network; its Asterisk is connected to (and again after each loss) in the background. */
export function openLocalCarrier(deps: LocalCarrierDeps): LocalCarrier {
  return new Carrier(deps);
}

class Carrier implements LocalCarrier {
  readonly #deps: LocalCarrierDeps;
  readonly application = `carrier-${randomBytes(6).toString('hex')}`;
  readonly #switch: CarrierSwitch;
  readonly #rollCall: RollCall;
  readonly #link: AriLink;
  readonly #waiting = new Set<{ readonly open: () => void; readonly never: (why: Error) => void }>();
  /** The connection over which the dialplan was told to hand us calls. */
  #openAt: Ari | undefined;
  #awaySinceMs: number;
  #timer: TimerHandle | undefined;
  #closed: Promise<void> | undefined;

  constructor(deps: LocalCarrierDeps) {
    this.#deps = deps;
    this.#awaySinceMs = deps.clock.now();
    this.#switch = new CarrierSwitch({
      ...deps,
      application: this.application,
      ask: (request) => this.#ask(request),
    });
    this.#rollCall = new RollCall(deps.clock, this.application);
    this.#link = new AriLink({
      clock: deps.clock,
      source: deps.source,
      connect: deps.connect ?? connectAri,
      application: this.application,
      random: Math.random,
      onUp: (ari) => void this.#open(ari),
      onDown: () => this.#down(),
      onEvent: (event) => this.#route(event),
      onTrouble: (message) => deps.onTrouble(`the local carrier: ${message}`, undefined),
    });
  }

  ready(): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(closedError());
    if (this.#openAt !== undefined) return Promise.resolve();
    return new Promise((open, never) => this.#waiting.add({ open, never }));
  }

  state(): TelephonyState {
    if (this.#openAt !== undefined) return { kind: 'ready' };
    const { state } = this.#link;
    const reason = state.kind === 'down' ? state.reason : 'местный оператор ещё не готов';
    return { kind: 'away', reason, sinceMs: this.#awaySinceMs };
  }

  live(): number {
    return this.#switch.live();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#stopTimer();
    for (const { never } of this.#waiting) never(closedError());
    this.#waiting.clear();
    await this.#switch.close();
    if (this.#openAt !== undefined) {
      // The dialplan refuses calls by itself from now on, unless another HALO takes them.
      await this.#ask(async (ari) => {
        if ((await ari.globalVariable(CARRIER_VARIABLE)) === this.application)
          await ari.setGlobalVariable(CARRIER_VARIABLE, '');
      }).catch(() => undefined);
    }
    this.#openAt = undefined;
    this.#rollCall.stop();
    this.#link.close();
  }

  #ask<T>(request: (ari: Ari) => Promise<T>): Promise<T> {
    const { state } = this.#link;
    return state.kind === 'up'
      ? request(state.ari)
      : Promise.reject(new AriError('gone', 'there is no connection to the local carrier’s Asterisk'));
  }

  #route(event: AriEvent): void {
    switch (event.type) {
      case 'StasisStart':
        return this.#switch.channelEntered(event.channel.id, event.args);
      // A channel that came in by the dialplan ends with StasisEnd, and no ChannelDestroyed is told of it.
      case 'StasisEnd':
      case 'ChannelDestroyed':
        return this.#switch.channelLeft(event.channel.id);
      case 'UserEvent':
        if (this.#openAt !== undefined) this.#rollCall.hear(event, this.#openAt);
        return;
      default:
        return;
    }
  }

  /** Lets the dialplan hand us calls; then sweeps what dead HALO processes, or we before an outage, left. */
  async #open(ari: Ari): Promise<void> {
    const isCurrent = () => {
      const { state } = this.#link;
      return this.#closed === undefined && state.kind === 'up' && state.ari === ari;
    };
    try {
      await ari.setGlobalVariable(CARRIER_VARIABLE, this.application);
      if (!isCurrent()) return;
      this.#openAt = ari;
      for (const { open } of this.#waiting) open();
      this.#waiting.clear();
      await sweep({
        ari,
        application: this.application,
        isKnown: (id) => this.#switch.holds(id),
        q850: CAUSE_OF_SIP[503],
        isAlive: (application) => this.#rollCall.isAlive(application, ari),
      });
    } catch (error) {
      if (!isCurrent()) return;
      this.#deps.onTrouble('the local carrier cannot be swept', error);
      this.#timer = this.#deps.clock.setTimeout(() => void this.#open(ari), TRY_AGAIN_MS);
    }
  }

  #down(): void {
    if (this.#openAt !== undefined) this.#awaySinceMs = this.#deps.clock.now();
    this.#openAt = undefined;
    this.#stopTimer();
    this.#rollCall.stop();
    this.#switch.lost();
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function closedError(): Error {
  return new Error('the local carrier is closed');
}
