import type { CallEvent, ProviderStage } from '../../engine/contract/call-event.ts';
import type { QueueSizes } from '../persistence/queue-sizes.ts';

export const PARTS = ['database', 'queue', 'telephony', 'stt', 'operator', 'tts'] as const;
export type PartName = (typeof PARTS)[number];

/** `degraded`: calls are made, worse than they should be. `down`: no call can be placed. */
export interface PartState {
  readonly name: PartName;
  readonly state: 'ok' | 'degraded' | 'down';
  /** Since when it is not `ok`, ISO 8601 UTC: as this process has seen it. */
  readonly since?: string;
  /** Why, in Russian, for people; no personal data. */
  readonly reason?: string;
}

export interface ReadinessDeps {
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<void>;
  readonly queues: () => Promise<QueueSizes>;
  /** Why no call can be made now; undefined: it can. */
  readonly away: () => string | undefined;
  /** Wall time, ms since 1970. */
  readonly now: () => number;
}

/** A call waits for a free slot no longer than a conversation lasts, in a house that keeps up. */
const LONG_WAIT_SEC = 120;
/** A single refusal is bridged by the conversation itself. */
const FAILURES_IN_A_ROW = 3;
/** What was refused so long ago says nothing of now: nobody has asked since. */
const FORGET_MS = 10 * 60_000;
const WATCH_MS = 10_000;

type Judgement = Pick<PartState, 'state' | 'reason'> & { readonly sinceMs?: number };

interface Failures {
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly code: string;
}

/**
 * What of the house works, and since when it does not. Providers are judged by what became of their last answers in
 * calls (`note`): asking them costs money.
 */
export class Readiness {
  readonly #deps: ReadinessDeps;
  readonly #failures = new Map<ProviderStage, Failures>();
  readonly #troubledSince = new Map<PartName, number>();

  constructor(deps: ReadinessDeps) {
    this.#deps = deps;
  }

  /** Hears every event of every call. */
  note(event: CallEvent): void {
    switch (event.type) {
      case 'provider.failed': {
        const atMs = Date.parse(event.at);
        const before = this.#recent(event.stage, atMs);
        this.#failures.set(event.stage, {
          sinceMs: before?.sinceMs ?? atMs,
          lastMs: atMs,
          count: (before?.count ?? 0) + 1,
          code: event.code,
        });
        return;
      }
      case 'turn.transcribed':
      case 'turn.unrecognised':
        this.#failures.delete('stt');
        return;
      case 'utterance.started':
        // Fixed phrases are remembered sound: they say nothing of who would have to make it.
        if (event.kind !== 'reply') return;
        this.#failures.delete('operator');
        this.#failures.delete('tts');
        return;
      case 'analysis.done':
        this.#failures.delete('operator');
        return;
      default:
        return;
    }
  }

  /** Looks at every part; answers within two seconds, whatever hangs. */
  async check(): Promise<readonly PartState[]> {
    const nowMs = this.#deps.now();
    const [database, queue] = await Promise.all([this.#database(), this.#queue()]);
    const away = this.#deps.away();
    const judged: Readonly<Record<PartName, Judgement>> = {
      database,
      queue,
      telephony: away === undefined ? { state: 'ok' } : { state: 'down', reason: away },
      stt: this.#provider('stt', nowMs),
      operator: this.#provider('operator', nowMs),
      tts: this.#provider('tts', nowMs),
    };
    return PARTS.map((name) => this.#stateOf(name, judged[name], nowMs));
  }

  /** Looks by itself now and then, so that `since` is true also where nobody asks. Returns what ends it. */
  watch(): () => void {
    const timer = setInterval(() => void this.check(), WATCH_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  #stateOf(name: PartName, { state, reason, sinceMs }: Judgement, nowMs: number): PartState {
    if (state === 'ok') {
      this.#troubledSince.delete(name);
      return { name, state };
    }
    const since = sinceMs ?? this.#troubledSince.get(name) ?? nowMs;
    this.#troubledSince.set(name, since);
    return { name, state, since: new Date(since).toISOString(), ...(reason === undefined ? {} : { reason }) };
  }

  async #database(): Promise<Judgement> {
    try {
      await this.#deps.ping();
      return { state: 'ok' };
    } catch {
      return { state: 'down', reason: 'база данных не отвечает' };
    }
  }

  async #queue(): Promise<Judgement> {
    try {
      const { waitingCalls, oldestWaitSec } = await this.#deps.queues();
      if (oldestWaitSec <= LONG_WAIT_SEC) return { state: 'ok' };
      return {
        state: 'degraded',
        reason: `звонки ждут набора: ${waitingCalls}, дольше всех — ${Math.round(oldestWaitSec)} с`,
      };
    } catch {
      return { state: 'down', reason: 'очередь звонков не читается' };
    }
  }

  #provider(stage: ProviderStage, nowMs: number): Judgement {
    const failures = this.#recent(stage, nowMs);
    if (failures === undefined || failures.count < FAILURES_IN_A_ROW) return { state: 'ok' };
    const { count, code, sinceMs } = failures;
    return { state: 'degraded', reason: `отказов подряд: ${count}, последний — ${code}`, sinceMs };
  }

  #recent(stage: ProviderStage, nowMs: number): Failures | undefined {
    const failures = this.#failures.get(stage);
    return failures !== undefined && nowMs - failures.lastMs <= FORGET_MS ? failures : undefined;
  }
}
