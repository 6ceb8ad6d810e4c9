import { createActor, fromCallback, fromPromise } from 'xstate';
import type { CallEvent } from '../contract/call-event.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import { statesAt, type TraceStep } from '../contract/call-trace.ts';
import type { MediaAddress } from '../ports/media-transport.ts';
import type { CallInput, UtterOrder } from './call-context.ts';
import type { CallMachineEvent, ClosedMedia, MediaOrder, Recognised, TurnSpan } from './call-events.ts';
import { CallRecorder, type RecordedStep } from './call-recorder.ts';
import type { callMachine } from './call.machine.ts';
import { ReplayClock } from './replay-clock.ts';
import { draftOf } from './replay-record.ts';

/** Today's machine without effects: the record plays the line, the media path and the providers. */
export class Telling {
  readonly #clock = new ReplayClock();
  readonly #recorder = new CallRecorder(this.#clock.now);
  readonly #waiting = new Map<
    string,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #actor;
  #seen = 0;

  constructor(machine: typeof callMachine, input: CallInput) {
    const asked = (name: string) => (signal: AbortSignal) =>
      new Promise<unknown>((resolve, reject) => {
        const one = { resolve, reject };
        this.#waiting.set(name, one);
        signal.addEventListener('abort', () => {
          if (this.#waiting.get(name) === one) this.#waiting.delete(name);
        });
      });
    const openMedia = asked('openMedia');
    const recognise = asked('recognise');
    const closeMedia = asked('closeMedia');
    const mute = machine.provide({
      actors: {
        openMedia: fromPromise<undefined>(({ signal }) => openMedia(signal) as Promise<undefined>),
        line: fromCallback<{ type: 'hangup' }, CallPlan>(() => undefined),
        media: fromCallback<MediaOrder, { remote: MediaAddress }>(() => undefined),
        recognise: fromPromise<Recognised, { spans: readonly TurnSpan[] }>(
          ({ signal }) => recognise(signal) as Promise<Recognised>,
        ),
        utter: fromCallback<CallMachineEvent, UtterOrder>(() => undefined),
        foresee: fromCallback(() => undefined),
        closeMedia: fromPromise<ClosedMedia>(({ signal }) => closeMedia(signal) as Promise<ClosedMedia>),
      },
    });
    const clock = this.#clock as unknown as NonNullable<Parameters<typeof createActor>[1]>['clock'];
    this.#actor = createActor(mute, { input, ...(clock && { clock }), inspect: this.#recorder.inspect });
    this.#actor.on('*', (draft) => {
      this.#recorder.emitted(draft);
      if (draft.type === 'call.ended') this.#recorder.finish();
    });
  }

  get states(): readonly string[] {
    const { steps } = this.#recorder;
    return statesAt(steps, steps.length - 1);
  }

  /** Runs its own timers that the record should have had before `ms`, until one of them has done something. */
  overdue(ms: number): readonly RecordedStep[] {
    while (this.#clock.runOverdue(ms)) {
      const steps = this.#new();
      if (says(steps)) return steps;
    }
    return [];
  }

  /** Tells it what was told; `wrote`: the journal's events of this step. Returns what it did about it. */
  async tell(step: TraceStep, wrote: readonly CallEvent[]): Promise<readonly RecordedStep[]> {
    this.#clock.set(step.ms);
    const [, kind] = /\.(done|failed)$/.exec(step.type) ?? [];
    if (step.type === 'start') this.#actor.start();
    else if (step.from === 'timer') this.#clock.runOf(Number(step.type.replace('after ', '')));
    else if (kind !== undefined && step.type === `${step.from}.${kind}`) await this.#answer(step, kind);
    else if (this.#actor.getSnapshot().status === 'active') this.#actor.send(eventOf(step, wrote));
    return this.#new();
  }

  async #answer({ from, body }: TraceStep, kind: string): Promise<void> {
    const waiting = this.#waiting.get(from);
    if (waiting === undefined) return;
    this.#waiting.delete(from);
    if (kind === 'done') waiting.resolve(body?.['output']);
    else waiting.reject(errorOf(body?.['error']));
    // What an actor answers takes a few turns of the microtask queue to arrive.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  #new(): readonly RecordedStep[] {
    const steps = this.#recorder.recorded.slice(this.#seen);
    this.#seen = this.#recorder.recorded.length;
    return steps;
  }
}

/** The event as it was told: its fields are in the step, or in the journal where that has the same. */
function eventOf({ type, body }: TraceStep, wrote: readonly CallEvent[]): CallMachineEvent {
  const journalled = wrote.find((event) => event.type === type);
  const fields = body ?? (journalled === undefined ? {} : draftOf(journalled));
  const remote = type === 'line.answered' ? { remote: { address: '0.0.0.0', port: 0 } } : {};
  return { ...fields, ...remote, type } as CallMachineEvent;
}

function errorOf(body: unknown): Error {
  const { message = '', code } = (body ?? {}) as { message?: string; code?: string };
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

/** They ask for something, or write something. */
export function says(steps: readonly RecordedStep[]): boolean {
  return steps.some(({ step, drafts }) => step.did !== undefined || drafts.length > 0);
}
