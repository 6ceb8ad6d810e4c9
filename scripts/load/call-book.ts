import type { CallEvent } from '../../engine/contract/call-event.ts';
import { foldCall, type CallView } from '../../engine/contract/fold-call.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import type { Outcome } from './mix-schema.ts';
import type { ReadyCaller } from './callers.ts';

/** A call that is over, the steps after it too. */
export interface EndedCall {
  readonly callId: CallId;
  /** Its number among the run's orders, from 0. */
  readonly nth: number;
  readonly caller: string;
  readonly planned: Outcome;
  readonly got: Pick<CallView, 'status' | 'finalDisposition' | 'reason'>;
  /** What is otherwise than planned, in words; empty where nothing is. */
  readonly wrong: readonly string[];
  readonly recording: string | null;
}

interface OpenCall {
  readonly callId: CallId;
  readonly nth: number;
  readonly caller: Pick<ReadyCaller, 'name' | 'expect'>;
  readonly orderedMs: number;
  view?: CallView;
  /** We end it: nobody can say what it would have come to. */
  interrupted?: true;
  line: 'waiting' | 'live' | 'over';
}

/** The calls of a run: what was ordered, what is going on, what came of it. Pure: hears journals, asks nobody. */
export class CallBook {
  readonly #open = new Map<CallId, OpenCall>();
  readonly #ended: EndedCall[] = [];
  readonly #gapsMs: number[] = [];
  /** When calls took a slot (+1) and gave it back (−1), by their own journals; ISO 8601. */
  readonly #slots: { readonly at: string; readonly by: 1 | -1 }[] = [];
  #live = 0;
  #ordered = 0;
  #cut = 0;
  #providerFailures = 0;

  get ended(): readonly EndedCall[] {
    return this.#ended;
  }
  /** Pauses that callers heard, by the journals, ms. */
  get gapsMs(): readonly number[] {
    return this.#gapsMs;
  }
  /** Dialled and not ended. */
  get live(): number {
    return this.#live;
  }
  /** The most at a time. Journals are read one after another, so what was at once is known only by their own times. */
  get mostLive(): number {
    let live = 0;
    let most = 0;
    // One that ends makes room for one that begins in the same millisecond.
    for (const { by } of this.#slots.toSorted((a, b) => a.at.localeCompare(b.at) || a.by - b.by))
      most = Math.max(most, (live += by));
    return most;
  }
  get ordered(): number {
    return this.#ordered;
  }
  /** Ordered and not over, with the steps after the call. */
  get open(): readonly CallId[] {
    return [...this.#open.keys()];
  }
  /** Ordered and not yet ended: they take or will take a slot. */
  get unfinished(): number {
    return [...this.#open.values()].filter(({ line }) => line !== 'over').length;
  }
  /** Ended by the run itself before they were over: nobody can say what they would have come to. */
  get cut(): number {
    return this.#cut;
  }
  get providerFailures(): number {
    return this.#providerFailures;
  }

  order(callId: CallId, nth: number, caller: OpenCall['caller'], nowMs: number): void {
    this.#ordered += 1;
    this.#open.set(callId, { callId, nth, caller, orderedMs: nowMs, line: 'waiting' });
  }

  /** Of each call that is not over, how much of its journal is known. */
  tails(): ReadonlyMap<CallId, number> {
    return new Map([...this.#open].map(([callId, { view }]) => [callId, view?.lastSeq ?? 0]));
  }

  /** The next event of a journal; the call, where it is over with this and is judged. Unknown and finished calls are no news. */
  note(event: CallEvent): EndedCall | undefined {
    const call = this.#open.get(event.callId);
    if (call === undefined) return undefined;
    call.view = foldCall(call.view, event);
    switch (event.type) {
      case 'line.dialling':
        call.line = 'live';
        this.#live += 1;
        this.#slots.push({ at: event.at, by: 1 });
        break;
      case 'call.ended':
        if (call.line === 'live') {
          this.#live -= 1;
          this.#slots.push({ at: event.at, by: -1 });
        }
        call.line = 'over';
        break;
      case 'utterance.started':
        if (event.gapMs !== undefined) this.#gapsMs.push(event.gapMs);
        break;
      case 'provider.failed':
        this.#providerFailures += 1;
        break;
      default:
    }
    // The row is the last step of every call.
    const { stepsDone, stepsFailed } = call.view;
    return stepsDone.includes('row') || stepsFailed.includes('row') ? this.#end(call, []) : undefined;
  }

  /** Gives up those that were ordered longer ago than this: they are wrong, whatever they come to. */
  giveUp(nowMs: number, afterMs: number): readonly EndedCall[] {
    const late = [...this.#open.values()].filter(({ orderedMs }) => nowMs - orderedMs > afterMs);
    return late.flatMap(
      (call) => this.#end(call, [`не закончился за ${Math.round(afterMs / 1000)} с`]) ?? [],
    );
  }

  /** All that are open now are about to be ended by us: whatever they come to is not judged. */
  interrupt(): void {
    for (const call of this.#open.values()) call.interrupted = true;
  }

  /** Forgets those that are still open: they are cut off. */
  cutOff(): void {
    this.#cut += this.#open.size;
    this.#open.clear();
    this.#live = 0;
  }

  #end(call: OpenCall, troubles: readonly string[]): EndedCall | undefined {
    const { callId, nth, view } = call;
    if (call.line === 'live') this.#live -= 1;
    this.#open.delete(callId);
    if (call.interrupted === true) {
      this.#cut += 1;
      return undefined;
    }
    const got = {
      status: view?.status ?? 'created',
      finalDisposition: view?.finalDisposition ?? 'unknown',
      reason: view?.reason ?? null,
    } as const;
    const { name, expect: planned } = call.caller;
    const wrong = [...troubles, ...differences(planned, got, view)];
    const ended = { callId, nth, caller: name, planned, got, wrong, recording: view?.recording ?? null };
    this.#ended.push(ended);
    return ended;
  }
}

function differences(planned: Outcome, got: EndedCall['got'], view: CallView | undefined): readonly string[] {
  const wrong: string[] = [];
  if (got.status !== planned.status) wrong.push(`status ${got.status}, должен быть ${planned.status}`);
  if (got.finalDisposition !== planned.disposition)
    wrong.push(`итог ${got.finalDisposition}, должен быть ${planned.disposition}`);
  for (const step of view?.stepsFailed ?? []) wrong.push(`шаг ${step} не выполнен`);
  return wrong;
}
