import { randomUUID } from 'node:crypto';
import { createSimulator } from '../../engine/adapters/simulator/simulator.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { Exchange } from '../../engine/call/exchange.ts';
import { SpeechCache } from '../../engine/call/speech-cache.ts';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { gatedSilero } from '../../engine/media/gated-vad.ts';
import { loadSileroWeights } from '../../engine/media/silero-weights.ts';
import type { Clock, FrameTicker } from '../../engine/ports/clock.ts';
import type { MediaTransport } from '../../engine/ports/media-transport.ts';
import type { LabOptions } from '../../engine/testing/call-lab.ts';
import { MemoryJournal } from '../../engine/testing/memory-journal.ts';
import { MemoryRecordings } from '../../engine/testing/memory-recordings.ts';
import { WorkInHand } from '../../engine/testing/work-in-hand.ts';

/** Where a scenario's calls are held: CallLab in virtual time, RealLab in the real one. */
export interface ScenarioLab {
  readonly clock: Clock;
  readonly transport: MediaTransport;
  readonly journal: MemoryJournal;
  readonly recordings: MemoryRecordings;
  readonly troubles: readonly string[];
  readonly openSockets: number;
  calls(orders: readonly (Partial<CallPlan> & { readonly phone: string })[]): Promise<readonly CallView[]>;
}

/** The same as CallLab, but time passes by itself. */
export class RealLab implements ScenarioLab {
  readonly clock: Clock = systemClock;
  readonly ticker: FrameTicker = new SystemFrameTicker();
  readonly transport: MediaTransport;
  readonly journal = new MemoryJournal();
  readonly recordings = new MemoryRecordings();
  readonly troubles: string[] = [];
  readonly #work = new WorkInHand();
  readonly #exchange: Exchange;

  constructor(options: LabOptions & Required<Pick<LabOptions, 'readRecording'>>) {
    this.transport = this.#work.transport(new UdpTransport());
    const { clock, ticker, transport } = this;
    const simulator = createSimulator({ ...options, clock, ticker, transport });
    const inner = { stt: options.stt, operator: options.operator, tts: options.tts };
    const speech = options.around?.(inner, clock) ?? inner;
    const weights = loadSileroWeights();
    this.#exchange = new Exchange({
      ports: {
        clock,
        ticker,
        transport,
        telephony: options.telephony?.(simulator) ?? simulator,
        ...speech,
        ...(options.fillers === true && { fillers: new SpeechCache(speech.tts, clock) }),
        recordings: this.recordings,
        createVad: () => gatedSilero(weights),
        ringTimeoutMs: options.ringTimeoutMs ?? 30_000,
        languages: options.languages ?? ['ru', 'en'],
      },
      journal: this.journal,
      maxCalls: options.maxCalls ?? 50,
      onTrouble: (_callId, what, error) => this.troubles.push(`${what}: ${String(error)}`),
    });
  }

  get openSockets(): number {
    return this.#work.openSockets;
  }

  async calls(orders: readonly (Partial<CallPlan> & { readonly phone: string })[]): Promise<CallView[]> {
    const plans = orders.map((order): CallPlan => ({
      callId: toCallId(randomUUID()),
      language: 'auto',
      voice: 'female',
      prompt: '',
      ...order,
    }));
    const ended: Promise<void>[] = [];
    for (const plan of plans) {
      const { callId, phone, language, voice, prompt } = plan;
      const at = this.clock.wallTime().toISOString();
      await this.journal.append({ type: 'call.created', callId, seq: 1, at, phone, language, voice, prompt });
      ended.push(this.#exchange.place(plan).ended);
    }
    await Promise.all(ended);
    return plans.map(({ callId }) => this.journal.view(callId));
  }
}
