import type { CallEvent } from '../contract/call-event.ts';
import { foldJournal, type CallView } from '../contract/fold-call.ts';
import type { CallId } from '../contract/ids.ts';
import type { Journal } from '../ports/journal.ts';

/** A journal that forgets on exit. Refuses gaps and contradictions, as the real one does. */
export class MemoryJournal implements Journal {
  readonly #events = new Map<CallId, CallEvent[]>();

  async append(event: CallEvent): Promise<void> {
    const stored = this.#events.get(event.callId) ?? [];
    if (event.seq <= stored.length) return;
    if (event.seq !== stored.length + 1) {
      throw new RangeError(`event ${event.seq} of ${event.callId} came after ${stored.length}`);
    }
    this.#events.set(event.callId, [...stored, event]);
  }

  events(callId: CallId): readonly CallEvent[] {
    return this.#events.get(callId) ?? [];
  }

  view(callId: CallId): CallView {
    const view = foldJournal(this.events(callId));
    if (view === undefined) throw new RangeError(`nothing is known of call ${callId}`);
    return view;
  }
}
