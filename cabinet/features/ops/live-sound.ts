import {
  LISTEN_FRAME_MS,
  LISTEN_RATE_HZ,
  ListenReader,
  type ListenedFrame,
} from '../../../engine/contract/listening.ts';
import type { OpsApi } from '../../api/ops.ts';
import type { HeardSoFar } from './listen-ring.ts';
import type { LoudspeakerReport, ToLoudspeaker } from './listen-worklet.ts';
import workletUrl from './listen-worklet.ts?worker&url';

export type ListenPhase =
  | { readonly name: 'connecting' | 'waiting' | 'listening' | 'over' }
  /** The connection was cut, the server refused, or the browser has no sound. */
  | { readonly name: 'failed'; readonly cause: unknown };

/** What one hears, ten times a second. */
export interface ListenReport extends HeardSoFar {
  readonly levels: { readonly caller: number; readonly assistant: number };
  /** From what is said to what is heard, ms, the shortest way through the network not counted. */
  readonly behindMs: number;
}

export interface LiveSoundOptions {
  readonly api: OpsApi;
  readonly callId: string;
  readonly onPhase: (phase: ListenPhase) => void;
  readonly onReport: (report: ListenReport) => void;
}

/** The server says something every three seconds, or it is dead. */
const SILENCE_MS = 10_000;

/** A live call, heard in the page: both sides, from where it is now to its end. Made by a press: browsers want one. */
export class LiveSound {
  readonly #options: LiveSoundOptions;
  readonly #leaving = new AbortController();
  #context: AudioContext | undefined;
  /** The page's time at which the call's first sample was spoken, as near as arrivals tell. */
  #beganMs = Number.POSITIVE_INFINITY;

  constructor(options: LiveSoundOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Silence at once, and nothing is told after. Idempotent. */
  stop(): void {
    this.#leaving.abort();
    const context = this.#context;
    this.#context = undefined;
    void context?.close();
  }

  async #run(): Promise<void> {
    try {
      this.#tell({ name: 'connecting' });
      const loudspeaker = await this.#openLoudspeaker();
      await this.#follow(loudspeaker);
      // Its last report says when that has sounded.
      post(loudspeaker, 'end');
    } catch (cause) {
      this.#tell({ name: 'failed', cause });
      this.stop();
    }
  }

  async #openLoudspeaker(): Promise<AudioWorkletNode> {
    const context = new AudioContext({ sampleRate: LISTEN_RATE_HZ, latencyHint: 'interactive' });
    this.#context = context;
    const resumed = context.resume();
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'halo-listen', { numberOfInputs: 0, outputChannelCount: [2] });
    node.port.onmessage = ({ data }: MessageEvent<LoudspeakerReport>) => this.#hear(context, data);
    node.connect(context.destination);
    await resumed;
    return node;
  }

  async #follow(loudspeaker: AudioWorkletNode): Promise<void> {
    const { api, callId } = this.#options;
    const silence = new AbortController();
    const listen = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), SILENCE_MS);
    let timer = listen();
    try {
      const signal = AbortSignal.any([this.#leaving.signal, silence.signal]);
      const path = `/ops/calls/${encodeURIComponent(callId)}/listen`;
      const body = await api.open(path, signal, 'application/octet-stream');
      this.#tell({ name: 'waiting' });
      const reader = new ListenReader();
      const pieces = body.getReader();
      let heard = false;
      for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
        clearTimeout(timer);
        timer = listen();
        const frames = reader.push(piece.value);
        if (frames.length === 0) continue;
        this.#noteArrival(frames);
        post(loudspeaker, frames);
        if (!heard) this.#tell({ name: 'listening' });
        heard = true;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #noteArrival(frames: readonly ListenedFrame[]): void {
    const spokenMs = (frames.at(-1)!.nth + 1) * LISTEN_FRAME_MS;
    this.#beganMs = Math.min(this.#beganMs, performance.now() - spokenMs);
  }

  #hear(context: AudioContext, { heard, levels, done }: LoudspeakerReport): void {
    if (this.#leaving.signal.aborted) return;
    if (heard.first !== undefined) {
      const soundedMs = (heard.position / LISTEN_RATE_HZ) * 1000 - latencyMs(context);
      const behindMs = Math.max(0, performance.now() - this.#beganMs - soundedMs);
      this.#options.onReport({ ...heard, levels, behindMs });
    }
    if (!done) return;
    this.#tell({ name: 'over' });
    this.stop();
  }

  #tell(phase: ListenPhase): void {
    if (!this.#leaving.signal.aborted) this.#options.onPhase(phase);
  }
}

function post(loudspeaker: AudioWorkletNode, what: ToLoudspeaker): void {
  loudspeaker.port.postMessage(what);
}

/** From the graph to the ear; browsers that do not know it say nothing or zero. */
function latencyMs({ baseLatency, outputLatency }: Partial<AudioContext>): number {
  return ((baseLatency ?? 0) + (outputLatency ?? 0)) * 1000;
}
