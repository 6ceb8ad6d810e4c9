import type { TimerHandle } from '../../ports/clock.ts';
import type { IncomingCall } from '../../ports/telephony.ts';
import type { AriChannelEvent } from './ari.ts';
import type { Office } from './office.ts';

/** Nobody waits longer for us to make up our mind. */
const UNANSWERED_MS = 20_000;
/** Q.850 16: without a cause of its own to tell, Asterisk refuses an unanswered call with 603 Decline. */
const DECLINE_Q850 = 16;

/** A call that rings here and was neither answered nor refused. */
interface Offer {
  readonly unlisten: () => void;
  readonly timer: TimerHandle;
}

/** Calls that come in: offered to the one listener, each until it is taken, refused, or given up by the caller. */
export class IncomingDesk {
  readonly #office: Office;
  readonly #offers = new Map<string, Offer>();
  #listener: ((call: IncomingCall) => void) | undefined;

  constructor(office: Office) {
    this.#office = office;
  }

  onIncoming(listener: (call: IncomingCall) => void): void {
    this.#listener = listener;
  }

  get ringing(): number {
    return this.#offers.size;
  }

  /** Somebody calls: his channel has entered our application. */
  offer({ id, callerNumber }: { readonly id: string; readonly callerNumber: string }, to: string): void {
    if (this.#offers.has(id)) return;
    const listener = this.#listener;
    if (listener === undefined) return this.#decline(id);
    this.#offers.set(id, {
      timer: this.#office.clock.setTimeout(() => this.refuse(id), UNANSWERED_MS),
      unlisten: this.#office.listen(id, (event: AriChannelEvent) => {
        if (event.type === 'StasisEnd' || event.type === 'ChannelDestroyed') this.take(id);
      }),
    });
    this.#office
      .ask((ari) => ari.ringChannel(id))
      .catch((error: unknown) => this.#office.onTrouble(`an incoming call: ${String(error)}`));
    listener({ id, from: callerNumber, to, refuse: () => this.refuse(id) });
  }

  /** Whoever takes it answers for it from now on. False when it rings no more. */
  take(id: string): boolean {
    const offer = this.#offers.get(id);
    if (offer === undefined) return false;
    this.#offers.delete(id);
    this.#office.clock.clearTimeout(offer.timer);
    offer.unlisten();
    return true;
  }

  /** Idempotent. */
  refuse(id: string): void {
    if (this.take(id)) this.#decline(id);
  }

  refuseAll(): void {
    for (const id of [...this.#offers.keys()]) this.refuse(id);
  }

  /** Asterisk is out of reach: whoever still rings when it is back, is swept. */
  forgetAll(): void {
    for (const id of [...this.#offers.keys()]) this.take(id);
  }

  #decline(id: string): void {
    this.#office
      .ask((ari) => ari.hangupChannel(id, DECLINE_Q850))
      .catch((error: unknown) => this.#office.onTrouble(`refusing an incoming call: ${String(error)}`));
  }
}
