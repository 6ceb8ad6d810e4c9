import { isUuid, type CallId } from '../../contract/ids.ts';
import type { CallReference } from './mappings/mapping.ts';
import type { ProviderLine } from './provider-line.ts';

/** Calls that are over and still spoken of: late and repeated events get an answer. About 100 bytes each. */
const REMEMBERED = 10_000;
/** Of these the last words may still be fetched. */
const STILL_OPEN = 50;

/** Which call is meant, among those in progress and those just ended. */
export class CallBook {
  readonly #living = new Map<CallId, ProviderLine>();
  readonly #ended = new Map<CallId, ProviderLine>();
  readonly #past = new Set<CallId>();

  living(): readonly ProviderLine[] {
    return [...this.#living.values()];
  }

  enter(line: ProviderLine): void {
    this.#living.set(line.callId, line);
  }

  leave(line: ProviderLine): void {
    this.#living.delete(line.callId);
    this.#ended.set(line.callId, line);
    for (const [callId] of this.#ended) {
      if (this.#ended.size <= STILL_OPEN) break;
      this.#ended.delete(callId);
      this.#past.add(callId);
    }
    for (const callId of this.#past) {
      if (this.#past.size <= REMEMBERED) break;
      this.#past.delete(callId);
    }
  }

  /** `over`: it was ours, and nothing is known of it any more. */
  byId(text: string): ProviderLine | 'over' | undefined {
    if (!isUuid(text)) return undefined;
    const callId = text.toLowerCase() as CallId;
    return (
      this.#living.get(callId) ?? this.#ended.get(callId) ?? (this.#past.has(callId) ? 'over' : undefined)
    );
  }

  find(call: CallReference): ProviderLine | 'over' | undefined {
    if (call.callId !== undefined) return this.byId(call.callId);
    const living = this.living().filter((line) => line.isMeant(call));
    // Two calls to one number cannot be told apart until the provider's own ids are known.
    if (living.length > 0) return living.length === 1 ? living[0] : undefined;
    return [...this.#ended.values()].findLast((line) => line.isMeant(call));
  }
}
