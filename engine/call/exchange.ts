import type { ActorRefFrom } from 'xstate';
import type { CallEvent } from '../contract/call-event.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import type { CallEventListener, PlacedCall, WatchedCall } from '../contract/engine.ts';
import type { CallListening } from '../contract/listening.ts';
import type { TraceStep } from '../contract/call-trace.ts';
import { EngineBusyError } from '../contract/errors.ts';
import type { CallId } from '../contract/ids.ts';
import type { MediaNumbers } from '../contract/media-numbers.ts';
import type { Journal } from '../ports/journal.ts';
import { openCall, type CallPorts } from './call-actors.ts';
import { statesOf, type CallRecorder } from './call-recorder.ts';
import type { callMachine } from './call.machine.ts';
import { JournalWriter } from './journal-writer.ts';

export interface ExchangeDeps {
  readonly ports: CallPorts;
  readonly journal: Journal;
  readonly maxCalls: number;
  /** Something went wrong that no event can tell: a bug in the actor, a journal that takes nothing. */
  readonly onTrouble: (callId: CallId, what: string, error: unknown) => void;
}

interface LiveCall {
  readonly actor: ActorRefFrom<typeof callMachine>;
  readonly recorder: CallRecorder;
  readonly listen: () => CallListening | undefined;
  readonly ended: Promise<void>;
  readonly mediaNumbers: () => MediaNumbers | undefined;
}

/** Admits calls, runs an actor for each, counts slots, and drains. */
export class Exchange {
  readonly #deps: ExchangeDeps;
  readonly #calls = new Map<CallId, LiveCall>();
  readonly #listeners = new Set<CallEventListener>();
  #stopping = false;

  constructor(deps: ExchangeDeps) {
    this.#deps = deps;
  }

  liveCalls(): readonly CallId[] {
    return [...this.#calls.keys()];
  }

  freeSlots(): number {
    if (this.#stopping || this.#deps.ports.telephony.state().kind === 'away') return 0;
    return Math.max(0, this.#deps.maxCalls - this.#calls.size);
  }

  /** Hangs up on a call; false where it is not here (any more). */
  hangup(callId: CallId): boolean {
    const call = this.#calls.get(callId);
    if (call !== undefined) hangUp(call.actor);
    return call !== undefined;
  }

  /** The states that a live call is in, as its trace names them. */
  states(callId: CallId): readonly string[] {
    const actor = this.#calls.get(callId)?.actor;
    return actor === undefined ? [] : statesOf(actor.getSnapshot().value);
  }

  /** How the sound of a live call fares; undefined before its answer, and for a call that is not here (any more). */
  mediaNumbers(callId: CallId): MediaNumbers | undefined {
    return this.#calls.get(callId)?.mediaNumbers();
  }

  /**
   * What the machine of a live call has lived through so far; `onStep` hears what follows, until it ends. Undefined for
   * a call that is not here: of one that has ended the journal holds it (`call.traced`).
   */
  watch(callId: CallId, onStep: (step: TraceStep) => void): WatchedCall | undefined {
    const recorder = this.#calls.get(callId)?.recorder;
    return recorder && { steps: recorder.steps, stop: recorder.subscribe(onStep) };
  }

  /** Both sides of a live call, by ear; undefined for a call that is not here (any more). */
  listen(callId: CallId): CallListening | undefined {
    return this.#calls.get(callId)?.listen();
  }

  subscribe(listener: CallEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the call's actor. Throws EngineBusyError without a free slot, RangeError for a call already here. */
  place(plan: CallPlan): PlacedCall {
    const { ports, journal, maxCalls } = this.#deps;
    const { callId } = plan;
    if (this.#calls.has(callId)) throw new RangeError(`call ${callId} is already in progress`);
    if (this.#stopping) throw new EngineBusyError('the engine is stopping and takes no more calls');
    if (this.#calls.size >= maxCalls) {
      throw new EngineBusyError(`all ${maxCalls} lines are busy: try again later or raise HALO_MAX_CALLS`);
    }

    const writer = new JournalWriter(
      {
        callId,
        journal,
        clock: ports.clock,
        onEvent: (event) => this.#announce(event),
        onLost: (event, error) =>
          this.#deps.onTrouble(callId, `event ${event.seq} (${event.type}) was not stored`, error),
      },
      1,
    );
    const { actor, recorder, mediaNumbers, listen, release } = openCall(plan, ports);
    actor.on('*', (draft) => {
      if (draft.type === 'call.ended')
        writer.write({ type: 'call.traced', languages: [...ports.languages], steps: [...recorder.finish()] });
      writer.write(draft);
    });

    const ended = new Promise<void>((resolve) => {
      actor.subscribe({
        complete: resolve,
        error: (error) => {
          this.#deps.onTrouble(callId, 'the call actor failed', error);
          writer.write({ type: 'call.ended', status: 'failed', reason: 'внутренняя ошибка', durationSec: 0 });
          resolve();
        },
      });
    })
      .then(release)
      .catch((error: unknown) => this.#deps.onTrouble(callId, 'the recording was not completed', error))
      .then(() => writer.flushed())
      .finally(() => this.#calls.delete(callId));

    this.#calls.set(callId, { actor, recorder, mediaNumbers, listen, ended });
    actor.start();
    return { callId, ended, hangup: () => hangUp(actor) };
  }

  /** Takes no more calls; hangs up on those in progress (`now`) or lets them end (`drain`). */
  async stop(how: 'now' | 'drain'): Promise<void> {
    this.#stopping = true;
    const calls = [...this.#calls.values()];
    if (how === 'now') for (const { actor } of calls) hangUp(actor);
    await Promise.all(calls.map((call) => call.ended));
  }

  #announce(event: CallEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#deps.onTrouble(event.callId, 'a listener of call events failed', error);
      }
    }
  }
}

/** A call whose last events are being stored has nobody to hang up on. */
function hangUp(actor: LiveCall['actor']): void {
  if (actor.getSnapshot().status === 'active') actor.send({ type: 'hangup' });
}
