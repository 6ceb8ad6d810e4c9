import type { TimerHandle } from '../../ports/clock.ts';
import type { DialRequest } from '../../ports/telephony.ts';
import type { AriChannelEvent } from './ari.ts';
import {
  endOfTalk,
  failureOf,
  failureOfRequest,
  failureOfTimeout,
  type LineEnd,
  type TrunkFailure,
} from './causes.ts';
import { dialledNumber } from './dialled-number.ts';
import type { Leg, LegListener } from './leg.ts';
import { CARRIER_HEADER, encodeFarEnd, FAR_END_HEADER } from './local-carrier/far-end-header.ts';
import type { Office, TrunkRoute } from './office.ts';
import { Owned } from './owned.ts';
import { endpointOf } from './server/settings.ts';

/** With another trunk left, one that says nothing for this long is given up: no phone has rung yet. */
const SILENT_TRUNK_MS = 10_000;
/** A refused dial command usually means that the channel is just going: its own end tells more. */
const LAST_WORD_MS = 1_000;
/** Asterisk's own limit, should we die while it rings; later than ours, so that ours decides. */
const ORPHAN_GRACE_S = 10;

/** One trunk being tried. */
interface Attempt {
  readonly index: number;
  readonly trunk: TrunkRoute;
  readonly channelId: string;
  readonly channel: Owned;
  readonly unlisten: () => void;
}

type State =
  | { readonly kind: 'new' }
  /** The channel is asked for; nobody is dialled yet. */
  | { readonly kind: 'making'; readonly attempt: Attempt }
  | { readonly kind: 'dialling'; readonly attempt: Attempt; readonly rang: boolean }
  | { readonly kind: 'up'; readonly attempt: Attempt }
  | { readonly kind: 'over'; readonly attempt?: Attempt };

/**
 * Calls a person over the trunks in their order. The next trunk is tried when one failed for a reason of its own and
 * no phone had rung; a person's phone is never rung twice.
 *
 * `POST /channels/create` and `/dial` rather than `/channels`: the channel is in our application before it dials, so
 * it stands in the bridge with our sound when the person answers, and his answer costs no request of ours.
 */
export class OutgoingLeg implements Leg {
  readonly #office: Office;
  readonly #name: string;
  readonly #request: DialRequest;
  readonly #tell: LegListener;
  readonly #trunks: readonly TrunkRoute[];
  readonly #trail: string[] = [];
  readonly #released: Promise<void>[] = [];
  #state: State = { kind: 'new' };
  #ringTimer: TimerHandle | undefined;
  #attemptTimer: TimerHandle | undefined;

  /** `trunks`: tried in this order. */
  constructor(
    office: Office,
    name: string,
    request: DialRequest,
    tell: LegListener,
    trunks: readonly TrunkRoute[] = office.trunks,
  ) {
    this.#trunks = trunks;
    this.#office = office;
    this.#name = name;
    this.#request = request;
    this.#tell = tell;
  }

  get channelId(): string | undefined {
    return this.#state.kind === 'up' ? this.#state.attempt.channelId : undefined;
  }

  start(): void {
    const { ringTimeoutMs } = this.#request;
    this.#ringTimer = this.#office.clock.setTimeout(() => {
      const rang = this.#state.kind === 'dialling' && this.#state.rang;
      this.#end(failureOfTimeout(rang, ringTimeoutMs));
    }, ringTimeoutMs);
    this.#try(0);
  }

  async release(): Promise<void> {
    this.#leave();
    await Promise.all(this.#released);
  }

  #try(index: number): void {
    const office = this.#office;
    const trunk = this.#trunks[index];
    if (trunk === undefined) return this.#end(NO_TRUNK);
    const channelId = `${this.#name}.t${index + 1}`;
    const attempt: Attempt = {
      index,
      trunk,
      channelId,
      unlisten: office.listen(channelId, (event) => {
        if (this.#current() === attempt) this.#hear(attempt, event);
      }),
      channel: new Owned(
        office,
        office.ask((ari) =>
          ari.createChannel({
            id: channelId,
            endpoint: dialString(trunk, this.#request.phone),
            variables: channelVariables(trunk, this.#request),
          }),
        ),
        () => office.ask((ari) => ari.hangupChannel(channelId)),
      ),
    };
    this.#state = { kind: 'making', attempt };
    attempt.channel.made.catch((error: unknown) => this.#failed(attempt, failureOfRequest(error)));
    if (index + 1 < this.#trunks.length)
      this.#arm(SILENT_TRUNK_MS, () => this.#failed(attempt, failureOfTimeout(false, SILENT_TRUNK_MS)));
  }

  #current(): Attempt | undefined {
    const state = this.#state;
    return state.kind === 'new' || state.kind === 'over' ? undefined : state.attempt;
  }

  #hear(attempt: Attempt, event: AriChannelEvent): void {
    switch (event.type) {
      case 'StasisStart':
        return this.#entered(attempt);
      case 'ChannelStateChange':
        if (event.channel.state === 'Ringing') this.#rang(attempt);
        if (event.channel.state === 'Up') this.#up(attempt);
        return;
      case 'Dial':
        // 183 with sound: the network speaks to us, and may be ringing somebody.
        if (event.dialstatus === 'RINGING' || event.dialstatus === 'PROGRESS') this.#rang(attempt);
        return;
      case 'ChannelDtmfReceived':
        if (this.#state.kind === 'up') this.#tell.dtmf(event.digit);
        return;
      case 'StasisEnd':
        // Its own end follows, and tells why.
        return;
      case 'ChannelDestroyed':
        return this.#state.kind === 'up'
          ? this.#end(endOfTalk(event))
          : this.#failed(attempt, failureOf(event, this.#state.kind === 'dialling' && this.#state.rang));
    }
  }

  #entered(attempt: Attempt): void {
    if (this.#state.kind !== 'making') return;
    this.#state = { kind: 'dialling', attempt, rang: false };
    this.#dial(attempt).catch((error: unknown) => {
      if (this.#current() !== attempt || this.#state.kind === 'up') return;
      this.#arm(LAST_WORD_MS, () => this.#failed(attempt, failureOfRequest(error)));
    });
  }

  /** The sound first: no phone rings before we could speak into it. */
  async #dial(attempt: Attempt): Promise<void> {
    await this.#tell.entered(attempt.channelId);
    if (this.#current() !== attempt) return;
    const timeoutS = Math.ceil(this.#request.ringTimeoutMs / 1000) + ORPHAN_GRACE_S;
    await this.#office.ask((ari) => ari.dialChannel(attempt.channelId, timeoutS));
  }

  #rang(attempt: Attempt): void {
    if (this.#state.kind === 'up' || (this.#state.kind === 'dialling' && this.#state.rang)) return;
    this.#state = { kind: 'dialling', attempt, rang: true };
    this.#disarm();
    this.#tell.ringing();
  }

  #up(attempt: Attempt): void {
    if (this.#state.kind === 'up') return;
    this.#state = { kind: 'up', attempt };
    this.#stopTimers();
    this.#tell.up();
  }

  #failed(attempt: Attempt, failure: TrunkFailure): void {
    if (this.#current() !== attempt || this.#state.kind === 'up') return;
    const rang = this.#state.kind === 'dialling' && this.#state.rang;
    if (!failure.trunkFault || rang || attempt.index + 1 >= this.#trunks.length) return this.#end(failure);
    this.#note(attempt, failure);
    this.#disarm();
    this.#drop(attempt);
    this.#try(attempt.index + 1);
  }

  #end({ outcome, reason, cause }: LineEnd): void {
    if (this.#state.kind === 'over') return;
    const attempt = this.#current();
    this.#leave();
    if (attempt !== undefined)
      this.#note(attempt, { outcome, reason, ...(cause === undefined ? {} : { cause }) });
    const told = this.#trunks.length > 1 ? this.#trail.join('; ') : cause;
    this.#tell.ended({ outcome, reason, ...(told === undefined ? {} : { cause: told }) });
  }

  /** With several trunks the journal says what became of each. */
  #note({ trunk }: Attempt, { reason, cause }: LineEnd): void {
    this.#trail.push(`${trunk.name}: ${cause ?? reason}`);
  }

  #leave(): void {
    const attempt = this.#current();
    this.#state = { kind: 'over' };
    this.#stopTimers();
    if (attempt !== undefined) this.#drop(attempt);
  }

  #drop(attempt: Attempt): void {
    attempt.unlisten();
    this.#released.push(attempt.channel.release());
  }

  #arm(ms: number, then: () => void): void {
    this.#disarm();
    this.#attemptTimer = this.#office.clock.setTimeout(then, ms);
  }

  #disarm(): void {
    if (this.#attemptTimer !== undefined) this.#office.clock.clearTimeout(this.#attemptTimer);
    this.#attemptTimer = undefined;
  }

  #stopTimers(): void {
    this.#disarm();
    if (this.#ringTimer !== undefined) this.#office.clock.clearTimeout(this.#ringTimer);
    this.#ringTimer = undefined;
  }
}

const NO_TRUNK = { outcome: 'error', reason: 'ни один транк не настроен' } as const;

function dialString(trunk: TrunkRoute, phone: string): string {
  return trunk.endpoint ?? `PJSIP/${dialledNumber(phone, trunk.numberFormat)}@${endpointOf(trunk)}`;
}

/** Variables and functions of Asterisk, set before the INVITE is sent. */
function channelVariables(
  { callerId, carrierApplication }: TrunkRoute,
  { language, farEnd }: DialRequest,
): Readonly<Record<string, string>> {
  return {
    // chan_pjsip writes From of a call that we make from the «connected line»; CALLERID is for Asterisk's own logs.
    ...(callerId === undefined ? {} : { 'CALLERID(num)': callerId, 'CONNECTEDLINE(num,i)': callerId }),
    ...(carrierApplication === undefined
      ? {}
      : {
          [`PJSIP_HEADER(add,${CARRIER_HEADER})`]: carrierApplication,
          [`PJSIP_HEADER(add,${FAR_END_HEADER})`]: encodeFarEnd({
            language,
            ...(farEnd === undefined ? {} : { farEnd }),
          }),
        }),
  };
}
