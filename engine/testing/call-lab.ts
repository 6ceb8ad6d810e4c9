import { randomUUID } from 'node:crypto';
import { UdpTransport } from '../adapters/system/udp-transport.ts';
import { createSimulator } from '../adapters/simulator/simulator.ts';
import type { CallPorts } from '../call/call-actors.ts';
import { Exchange } from '../call/exchange.ts';
import { SpeechCache } from '../call/speech-cache.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import type { CallView } from '../contract/fold-call.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import { toCallId } from '../contract/ids.ts';
import { readAudioFile } from '../far-end/audio-file.ts';
import type { CallerLine } from '../far-end/caller-voices.ts';
import { loadResampler } from '../media/resampler.ts';
import { gatedSilero } from '../media/gated-vad.ts';
import { loadSileroWeights } from '../media/silero-weights.ts';
import type { MediaTransport } from '../ports/media-transport.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operator } from '../ports/operator.ts';
import type { Recordings } from '../ports/recordings.ts';
import type { SpeechToText, TextToSpeech } from '../ports/speech.ts';
import type { Telephony } from '../ports/telephony.ts';
import { MemoryJournal } from './memory-journal.ts';
import { MemoryRecordings } from './memory-recordings.ts';
import { VirtualClock, virtualTicker } from './virtual-clock.ts';
import { WorkInHand } from './work-in-hand.ts';

export type SpeechPorts = Pick<CallPorts, 'stt' | 'operator' | 'tts'>;

export interface LabOptions {
  readonly lines: readonly CallerLine[];
  readonly stt: SpeechToText;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
  /** Fakes among them, which do no work in real time: virtual time does not wait for these, so they may hang. */
  readonly fakes?: readonly ('stt' | 'operator' | 'tts')[];
  /** A clock that was made before, for fakes that need it. */
  readonly clock?: VirtualClock;
  /** Puts something between the call and the simulator. */
  readonly telephony?: (simulator: Telephony) => Telephony;
  readonly recordings?: Recordings;
  /** Sounds of `farEnd`'s files; WAV files on the disk where left out. */
  readonly readRecording?: (file: string) => Promise<Int16Array>;
  /** Puts something between the call and the providers that lasts in virtual time: latency, a provider that hangs. */
  readonly around?: (speech: SpeechPorts, clock: Clock) => SpeechPorts;
  readonly maxCalls?: number;
  readonly ringTimeoutMs?: number;
  /** Late replies are bridged, as in the product. */
  readonly fillers?: boolean;
  readonly languages?: readonly SpokenLanguage[];
}

/**
 * Whole calls over real UDP on loopback, faster than life: every part is the product's own but the clock, and virtual
 * time stands still while a part works. A minute of conversation takes about a second.
 */
export class CallLab {
  readonly clock: VirtualClock;
  /** Both ends' way to the network. */
  readonly transport: MediaTransport;
  readonly journal = new MemoryJournal();
  readonly recordings = new MemoryRecordings();
  readonly exchange: Exchange;
  readonly troubles: string[] = [];
  readonly #work = new WorkInHand();

  private constructor(options: LabOptions) {
    this.clock = options.clock ?? new VirtualClock();
    this.transport = this.#work.transport(new UdpTransport());
    const { clock, transport } = this;
    const ticker = virtualTicker(clock);
    const simulator = createSimulator({
      clock,
      ticker,
      transport,
      lines: options.lines,
      readRecording: (file) => this.#work.watch((options.readRecording ?? readAudioFile)(file)),
    });
    const inner = watched(options, this.#work);
    const speech = options.around?.(inner, clock) ?? inner;
    const ports: CallPorts = {
      clock,
      ticker,
      transport,
      telephony: options.telephony?.(simulator) ?? simulator,
      ...speech,
      ...(options.fillers === true && { fillers: new SpeechCache(speech.tts, clock) }),
      recordings: options.recordings ?? this.recordings,
      createVad: () => gatedSilero(loadSileroWeights()),
      ringTimeoutMs: options.ringTimeoutMs ?? 30_000,
      languages: options.languages ?? ['ru', 'en'],
    };
    this.exchange = new Exchange({
      ports,
      journal: this.journal,
      maxCalls: options.maxCalls ?? 10,
      onTrouble: (_callId, what, error) => this.troubles.push(`${what}: ${String(error)}`),
    });
  }

  static async open(options: LabOptions): Promise<CallLab> {
    await loadResampler();
    return new CallLab(options);
  }

  /** Places a call and runs it to its end. */
  async call(order: Partial<CallPlan> & { readonly phone: string }): Promise<CallView> {
    const [view] = await this.calls([order]);
    return view!;
  }

  /** Places calls at once and runs them all to their ends. */
  async calls(orders: readonly (Partial<CallPlan> & { readonly phone: string })[]): Promise<CallView[]> {
    const plans = orders.map((order): CallPlan => ({
      callId: toCallId(randomUUID()),
      language: 'auto',
      voice: 'female',
      prompt: '',
      ...order,
    }));
    const placed = [];
    for (const plan of plans) {
      const { callId, phone, language, voice, prompt } = plan;
      const at = this.clock.wallTime().toISOString();
      await this.journal.append({ type: 'call.created', callId, seq: 1, at, phone, language, voice, prompt });
      placed.push(this.exchange.place(plan));
    }
    await this.run(Promise.all(placed.map((call) => call.ended)));
    return plans.map((plan) => this.journal.view(plan.callId));
  }

  /** RTP sockets that are bound now, on both ends. */
  get openSockets(): number {
    return this.#work.openSockets;
  }

  /** Lets virtual time run until `done` resolves; rejects when nothing is left that could make it so. */
  async run(done: Promise<unknown>, limitMs = 400_000): Promise<void> {
    let finished = false;
    void done.finally(() => (finished = true)).catch(() => undefined);
    const stopAtMs = this.clock.now() + limitMs;
    let idle = 0;
    while (!finished) {
      await this.#work.settle();
      if (this.clock.now() > stopAtMs) throw new Error(`not done after ${limitMs / 1000} s of virtual time`);
      idle = this.clock.runNext() ? 0 : idle + 1;
      if (idle > 1000) throw new Error('not done, and no timer is left to wait for');
    }
    await done;
  }
}

/** The providers, with virtual time standing still while a real one works. */
function watched({ stt, operator, tts, fakes = [] }: LabOptions, work: WorkInHand): SpeechPorts {
  return {
    stt: fakes.includes('stt')
      ? stt
      : {
          name: stt.name,
          recognise: (audio, hint, signal) => work.watch(stt.recognise(audio, hint, signal)),
        },
    operator: fakes.includes('operator')
      ? operator
      : {
          name: operator.name,
          reply: (request, signal) => work.watchStream(operator.reply(request, signal)),
          analyse: (request, signal) => operator.analyse(request, signal),
          followUp: (request, signal) => operator.followUp(request, signal),
        },
    tts: fakes.includes('tts')
      ? tts
      : { name: tts.name, speak: (request, signal) => work.watchStream(tts.speak(request, signal)) },
  };
}
