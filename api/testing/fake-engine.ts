import { Audience } from '../../engine/call/audience.ts';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import type {
  CallEngine,
  CallEventListener,
  EngineDescription,
  PlacedCall,
  WatchedCall,
} from '../../engine/contract/engine.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { statesAt, type TraceStep } from '../../engine/contract/call-trace.ts';
import type { ChartNode, StateChart } from '../../engine/contract/state-chart.ts';
import type { CallListening } from '../../engine/contract/listening.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import type { MediaNumbers } from '../../engine/contract/media-numbers.ts';

/** An engine that dials nobody: it remembers its plans and says what it is told to say. */
export class FakeEngine implements CallEngine {
  readonly plans: CallPlan[] = [];
  readonly hungUp: CallId[] = [];
  readonly steps: TraceStep[] = [];
  /** Of whatever call is answered. */
  numbers: MediaNumbers | undefined;
  readonly #watchers = new Set<(step: TraceStep) => void>();
  readonly #listeners = new Set<CallEventListener>();
  description: EngineDescription = {
    telephony: {
      name: 'simulator',
      simulated: true,
      notice: 'Звонок смоделирован: настоящая линия не подключена.',
    },
    speech: {
      set: 'offline',
      recogniser: 'known-lines',
      operator: 'rules',
      synthesiser: 'espeak-ng',
      notice: 'Речь работает без сети; с OPENAI_API_KEY распознаётся любая речь.',
      languages: ['ru', 'en'],
    },
    maxCalls: 3,
  };

  describe(): EngineDescription {
    return this.description;
  }

  place(plan: CallPlan): PlacedCall {
    this.plans.push(plan);
    return { callId: plan.callId, ended: Promise.resolve(), hangup: () => undefined };
  }

  hangup(callId: CallId): boolean {
    const known = this.liveCalls().includes(callId);
    if (known) this.hungUp.push(callId);
    return known;
  }

  watch(callId: CallId, onStep: (step: TraceStep) => void): WatchedCall | undefined {
    if (!this.liveCalls().includes(callId)) return undefined;
    this.#watchers.add(onStep);
    return { steps: this.steps, stop: () => this.#watchers.delete(onStep) };
  }

  /** Of whatever call is listened to. */
  readonly audience = new Audience();
  readonly listenings: CallListening[] = [];

  listen(callId: CallId): CallListening | undefined {
    const listening = this.liveCalls().includes(callId) ? this.audience.enter() : undefined;
    if (listening !== undefined) this.listenings.push(listening);
    return listening;
  }

  states(callId: CallId): readonly string[] {
    return this.liveCalls().includes(callId) ? statesAt(this.steps, this.steps.length - 1) : [];
  }

  mediaNumbers(callId: CallId): MediaNumbers | undefined {
    return this.liveCalls().includes(callId) ? this.numbers : undefined;
  }

  chart(): StateChart {
    const live: ChartNode = {
      id: 'live',
      name: 'live',
      kind: 'atomic',
      initial: true,
      invokes: [],
      handles: [],
    };
    return { id: 'call', nodes: [live], edges: [] };
  }

  /** Something happens in a call. */
  tell(event: CallEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** The machine of whatever call is watched takes a step. */
  step(step: TraceStep): void {
    this.steps.push(step);
    for (const watcher of this.#watchers) watcher(step);
  }

  liveCalls(): readonly CallId[] {
    return this.plans.map((plan) => plan.callId);
  }

  freeSlots(): number {
    return this.description.maxCalls - this.plans.length;
  }

  onIncoming(): void {
    // Nobody calls.
  }

  subscribe(listener: CallEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
  }
}
