import { randomUUID } from 'node:crypto';
import type { PersonaName } from '../../../contract/call-plan.ts';
import {
  courseOf,
  openSubscriber,
  type DialledCall,
  type SwitchboardDeps,
} from '../../../far-end/switchboard.ts';
import type { TimerHandle } from '../../../ports/clock.ts';
import { AriError, type Ari } from '../ari.ts';
import { CAUSE_OF_SIP, NORMAL_CLEARING } from './causes.ts';

/** What a call asks of the carrier's Asterisk. */
export type CarrierAri = Pick<
  Ari,
  | 'ringChannel'
  | 'answerChannel'
  | 'hangupChannel'
  | 'externalMedia'
  | 'createBridge'
  | 'addToBridge'
  | 'destroyBridge'
>;

export interface CarrierCallDeps extends SwitchboardDeps {
  readonly application: string;
  /** Asks the Asterisk that is connected now; rejects with AriError `gone` when none is. */
  readonly ask: <T>(request: (ari: CarrierAri) => Promise<T>) => Promise<T>;
  /** Resolves when the channel of this id has entered our application; rejects after some seconds, or at the signal. */
  readonly entered: (channelId: string, signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** One call to a subscriber of the carrier: a SIP channel, and what its number does about it. */
export class CarrierCall {
  /** Resolves when nothing of it is held any more. */
  readonly gone: Promise<void>;
  readonly channelId: string;
  /** What its channel and bridge on Asterisk begin with. */
  readonly name: string;
  readonly #deps: CarrierCallDeps;
  readonly #call: DialledCall;
  readonly #held: (() => Promise<void>)[] = [];
  #timer: TimerHandle | undefined;
  #work: Promise<void> = Promise.resolve();
  #answered = false;
  readonly #over = new AbortController();
  #leave: () => void = () => undefined;

  constructor(deps: CarrierCallDeps, channelId: string, call: DialledCall) {
    this.#deps = deps;
    this.channelId = channelId;
    this.name = `${deps.application}.${randomUUID()}.`;
    this.#call = call;
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    this.#follow();
  }

  #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** The caller has gone: his channel is no more. Idempotent. */
  lineEnded(): void {
    void this.#free();
  }

  /** Ends it from the network's side: with BYE when it was answered, with 503 when it was not. Idempotent. */
  hangUp(): void {
    this.#end(this.#answered ? NORMAL_CLEARING : CAUSE_OF_SIP[503]);
  }

  #follow(): void {
    const course = courseOf(this.#call);
    switch (course.kind) {
      case 'dead':
        return;
      case 'refused':
        return this.#after(course.afterMs, () => this.#end(CAUSE_OF_SIP[course.sip]));
      case 'rings': {
        const { then } = course;
        this.#after(course.ringsAfterMs, () => {
          this.#try('a telephone does not ring', () =>
            this.#deps.ask((ari) => ari.ringChannel(this.channelId)),
          );
          if (then.kind === 'gives_up') this.#after(then.afterMs, () => this.#end(CAUSE_OF_SIP[then.sip]));
          if (then.kind === 'answered') {
            this.#after(then.afterMs, () =>
              this.#try('a subscriber cannot pick up', () => this.#pickUp(then.persona)),
            );
          }
        });
      }
    }
  }

  async #pickUp(persona: PersonaName): Promise<void> {
    const { ask, entered } = this.#deps;
    const subscriber = await openSubscriber(this.#deps, this.#call, persona);
    this.#held.push(() => subscriber.close());
    if (this.#isOver()) return;

    // Held before they are asked for: a request that times out may have been served all the same.
    const externalId = `${this.name}m`;
    const bridgeId = `${this.name}b`;
    this.#held.push(() => ask((ari) => ari.hangupChannel(externalId, NORMAL_CLEARING)));
    this.#held.push(() => ask((ari) => ari.destroyBridge(bridgeId)));
    // A bridge takes the external channel only when it has entered the application (422 before).
    const [media] = await Promise.all([
      ask((ari) => ari.externalMedia(externalId, subscriber.local)),
      entered(externalId, this.#over.signal),
      ask((ari) => ari.createBridge(bridgeId)),
    ]);
    if (this.#isOver()) return;
    await ask((ari) => ari.addToBridge(bridgeId, externalId));
    await ask((ari) => ari.addToBridge(bridgeId, this.channelId));
    if (this.#isOver()) return;
    await ask((ari) => ari.answerChannel(this.channelId));
    this.#answered = true;
    subscriber.answer(media, () => this.#end(NORMAL_CLEARING));
  }

  #after(ms: number, then: () => void): void {
    this.#timer = this.#deps.clock.setTimeout(() => {
      if (!this.#isOver()) then();
    }, ms);
  }

  /** Work of this call, one piece after another; when it fails the caller hears 503 (or BYE), and we are told why. */
  #try(what: string, work: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.#isOver() ? undefined : work()))
      .catch((error: unknown) => {
        if (this.#isOver()) return;
        this.#deps.onTrouble(what, error);
        this.hangUp();
      });
  }

  #end(cause: number): void {
    if (this.#isOver()) return;
    this.#held.push(() => this.#deps.ask((ari) => ari.hangupChannel(this.channelId, cause)));
    void this.#free();
  }

  async #free(): Promise<void> {
    if (this.#isOver()) return;
    this.#over.abort();
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    await this.#release();
    // Somebody may be on his way to the telephone: he finds the line dead and puts down what he has taken since.
    await this.#work;
    await this.#release();
    this.#leave();
  }

  /** In the reverse order of taking. Where there is no Asterisk there is nothing to free: who comes back sweeps. */
  async #release(): Promise<void> {
    for (const free of this.#held.splice(0).reverse()) {
      await free().catch((error: unknown) => {
        if (error instanceof AriError && error.kind === 'gone') return;
        this.#deps.onTrouble('something of an ended call stays behind', error);
      });
    }
  }
}
