import type { SwitchboardDeps } from '../../../far-end/switchboard.ts';
import type { TimerHandle } from '../../../ports/clock.ts';
import { CarrierCall, type CarrierAri } from './carrier-call.ts';
import { CAUSE_OF_SIP, NORMAL_CLEARING } from './causes.ts';
import { decodeFarEnd, type FarEndWish } from './far-end-header.ts';

export interface CarrierSwitchDeps extends SwitchboardDeps {
  /** What the carrier makes on Asterisk bears this name, so that it can be swept by it. */
  readonly application: string;
  /** Asks the Asterisk that is connected now; rejects with AriError `gone` when none is. */
  readonly ask: <T>(request: (ari: CarrierAri) => Promise<T>) => Promise<T>;
  /** For the log; `what` names no person. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** More than two cores can hold: the rest hear 503, as in a network that is full. */
export const MOST_CALLS = 100;
const ENTERS_WITHIN_MS = 5_000;

/** The carrier's exchange: the calls that are in its Asterisk, and what each event of it means to them. */
export class CarrierSwitch {
  readonly #deps: CarrierSwitchDeps;
  readonly #calls = new Map<string, CarrierCall>();
  readonly #expected = new Map<string, { readonly come: () => void; readonly fail: (why: Error) => void }>();
  #closed = false;

  constructor(deps: CarrierSwitchDeps) {
    this.#deps = deps;
  }

  /** Calls that are being set up, ring, are held, or are being cleared away. */
  live(): number {
    return this.#calls.size;
  }

  /** Whether that channel or bridge belongs to a call now. */
  holds(id: string): boolean {
    for (const call of this.#calls.values())
      if (id === call.channelId || id.startsWith(call.name)) return true;
    return false;
  }

  /** StasisStart: a caller's INVITE (`args`: `call`, the number, the far-end header), or the media channel of a call. */
  channelEntered(channelId: string, args: readonly string[]): void {
    const expected = this.#expected.get(channelId);
    if (expected !== undefined) return expected.come();
    if (this.#calls.has(channelId)) return;
    const [what, phone, header = ''] = args;
    if (what !== 'call' || phone === undefined) return this.#turnAway(channelId, NORMAL_CLEARING);
    if (this.#closed || this.#calls.size >= MOST_CALLS) return this.#turnAway(channelId, CAUSE_OF_SIP[503]);
    const wish = this.#read(header, channelId);
    if (wish === undefined) return this.#turnAway(channelId, CAUSE_OF_SIP[503]);
    this.#admit(channelId, phone, wish);
  }

  /** StasisEnd or ChannelDestroyed; both come for most channels. */
  channelLeft(channelId: string): void {
    this.#expected
      .get(channelId)
      ?.fail(new Error('the media channel of a subscriber was gone before it was used'));
    this.#calls.get(channelId)?.lineEnded();
  }

  /** Asterisk, or our link to it, is gone: so are the calls. */
  lost(): void {
    for (const { fail } of [...this.#expected.values()]) fail(new Error('the link to Asterisk is lost'));
    for (const call of this.#calls.values()) call.lineEnded();
  }

  /** Hangs everything up and takes no more calls. Resolves when nothing is held. */
  async close(): Promise<void> {
    this.#closed = true;
    const calls = [...this.#calls.values()];
    for (const call of calls) call.hangUp();
    await Promise.all(calls.map(({ gone }) => gone));
  }

  #admit(channelId: string, phone: string, wish: FarEndWish): void {
    const { onTrouble } = this.#deps;
    const call = new CarrierCall(
      {
        ...this.#deps,
        entered: (id, signal) => this.#entered(id, signal),
        onTrouble: (what, error) => onTrouble(`${what} (channel ${channelId})`, error),
      },
      channelId,
      { phone, language: wish.language, ...(wish.farEnd === undefined ? {} : { farEnd: wish.farEnd }) },
    );
    this.#calls.set(channelId, call);
    void call.gone.then(() => this.#calls.delete(channelId));
  }

  #read(header: string, channelId: string): FarEndWish | undefined {
    try {
      return decodeFarEnd(header);
    } catch (error) {
      this.#deps.onTrouble(`a call does not say who shall answer it (channel ${channelId})`, error);
      return undefined;
    }
  }

  #turnAway(channelId: string, cause: number): void {
    void this.#deps
      .ask((ari) => ari.hangupChannel(channelId, cause))
      .catch((error: unknown) => this.#deps.onTrouble('a channel cannot be turned away', error));
  }

  #entered(channelId: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const giveUp = (): void => this.#expected.get(channelId)?.fail(new Error('the call is over'));
    signal.addEventListener('abort', giveUp);
    let timer: TimerHandle | undefined;
    return new Promise<void>((come, fail) => {
      this.#expected.set(channelId, { come, fail });
      timer = clock.setTimeout(
        () =>
          fail(
            new Error(`Asterisk did not hand over a subscriber's media channel in ${ENTERS_WITHIN_MS} ms`),
          ),
        ENTERS_WITHIN_MS,
      );
    }).finally(() => {
      this.#expected.delete(channelId);
      signal.removeEventListener('abort', giveUp);
      if (timer !== undefined) clock.clearTimeout(timer);
    });
  }
}
