import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { CallEventDraft } from '../contract/call-event.ts';
import type { TraceStep } from '../contract/call-trace.ts';
import { orderWords } from './order-words.ts';

export type StepListener = (step: TraceStep) => void;

/** A step as it is kept while the call lives: with what was written into the journal meanwhile. */
export interface RecordedStep {
  readonly step: TraceStep;
  readonly drafts: readonly CallEventDraft[];
}

interface OpenStep {
  readonly ms: number;
  readonly from: string;
  readonly event: { readonly type: string };
  readonly did: string[];
  readonly drafts: CallEventDraft[];
}

/** The journal's number that `call.created` has. */
const FIRST_SEQ = 1;

/**
 * Sees every event that a call's machine takes, what it asks of others, and where it is then. It hears them from the
 * machine's own inspection and changes nothing. Give `inspect` to the actor, and `emitted` what it emits.
 */
export class CallRecorder {
  readonly recorded: RecordedStep[] = [];
  readonly #now: () => number;
  readonly #startMs: number;
  readonly #listeners = new Set<StepListener>();
  /** What was told and is not done yet; the machine works on the first. */
  readonly #open: OpenStep[] = [];
  #root: AnyActorRef | undefined;
  #seq = FIRST_SEQ;
  #states = '';

  /** `now`: milliseconds, monotonic. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startMs = now();
  }

  get steps(): readonly TraceStep[] {
    return this.recorded.map(({ step }) => step);
  }

  subscribe(listener: StepListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly inspect = (seen: InspectionEvent): void => {
    const { actorRef } = seen;
    this.#root ??= seen.rootId === actorRef.sessionId ? (actorRef as AnyActorRef) : undefined;
    if (this.#root === undefined) return;
    const isRoot = actorRef === this.#root;
    if (seen.type === '@xstate.event') {
      if (isRoot) this.#begin(seen.sourceRef, seen.event);
      else if (seen.sourceRef === this.#root && !seen.event.type.startsWith('xstate.'))
        this.#open[0]?.did.push(orderWords(nameOf(actorRef), seen.event));
    } else if (seen.type === '@xstate.snapshot') {
      if (isRoot) this.#end(seen.snapshot);
      else if (seen.event.type === 'xstate.init') this.#started(actorRef, seen.event);
      else if (seen.event.type === 'xstate.stop') this.#open[0]?.did.push(`${nameOf(actorRef)} stopped`);
    }
  };

  /** The machine has emitted this. */
  emitted(draft: CallEventDraft): void {
    this.#seq += 1;
    this.#open[0]?.drafts.push(draft);
  }

  /**
   * The machine is in its end: the step that brought it there is closed, and nothing more is recorded. The record's
   * own number in the journal is counted.
   */
  finish(): readonly TraceStep[] {
    this.#seq += 1;
    this.#end(this.#root?.getSnapshot());
    this.#open.length = 0;
    this.#root = undefined;
    return this.steps;
  }

  #begin(source: unknown, event: { readonly type: string }): void {
    const from =
      source === undefined || event.type === 'xstate.init'
        ? 'outside'
        : source === this.#root
          ? 'timer'
          : nameOf(source);
    this.#open.push({ ms: this.#now() - this.#startMs, from, event, did: [], drafts: [] });
  }

  #started(actor: unknown, { input }: { readonly type: string; readonly input?: unknown }): void {
    this.#open[0]?.did.push(orderWords(nameOf(actor), input));
  }

  #end(snapshot: unknown): void {
    const open = this.#open.shift();
    if (open === undefined) return;
    const { ms, from, event, did, drafts } = open;
    const states = statesOf((snapshot as { value?: unknown } | undefined)?.value);
    const key = states.join();
    const body = drafts.some((draft) => draft === event) ? undefined : bodyOf(event);
    const step: TraceStep = {
      ms: Math.round(ms * 1000) / 1000,
      from,
      type: typeOf(from, event.type),
      ...(body === undefined ? {} : { body }),
      seq: this.#seq,
      ...(did.length === 0 ? {} : { did }),
      ...(key === this.#states ? {} : { states }),
    };
    this.#states = key;
    this.recorded.push({ step, drafts });
    for (const listener of this.#listeners) listener(step);
  }
}

/** The leaves of a state value, each from the root. */
export function statesOf(value: unknown, path = ''): string[] {
  const under = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (typeof value === 'string') return [under(value)];
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path];
  const inner = Object.entries(value);
  return inner.length === 0 ? [path] : inner.flatMap(([name, below]) => statesOf(below, under(name)));
}

/** By what it was invoked: the name in call-setup.ts. */
function nameOf(actor: unknown): string {
  const { src } = actor as { src?: unknown };
  return typeof src === 'string' ? src : 'actor';
}

/** `xstate.done.actor.0.call…` names a place in the chart; what is told is that `recognise` is done. */
function typeOf(from: string, type: string): string {
  if (type === 'xstate.init') return 'start';
  if (type.startsWith('xstate.done.actor.')) return `${from}.done`;
  if (type.startsWith('xstate.error.actor.')) return `${from}.failed`;
  const [, delay] = /^xstate\.after\.(\d+)\./.exec(type) ?? [];
  return delay === undefined ? type : `after ${delay}`;
}

/** Plain JSON; nothing where the event says all by its type. An address of the network is nobody's business later. */
function bodyOf(event: { readonly type: string }): Record<string, unknown> | undefined {
  const { type, ...fields } = event as Record<string, unknown> & { readonly type: string };
  if (type.startsWith('xstate.after.') || type === 'xstate.init') return undefined;
  if (type.startsWith('xstate.done.actor.')) {
    return fields['output'] === undefined ? undefined : plain({ output: fields['output'] });
  }
  if (type.startsWith('xstate.error.actor.')) return { error: errorBody(fields['error']) };
  delete fields['remote'];
  return Object.keys(fields).length === 0 ? undefined : plain(fields);
}

function errorBody(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { message: error.message, ...code };
}

function plain(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}
