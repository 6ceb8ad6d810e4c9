import captureUrl from './capture-worklet.ts?worker&url';
import type { CallEnd, CallPhase, Levels, PageCall } from './page-call.ts';
import playoutUrl from './playout-worklet.ts?worker&url';
import { WIRE_RATE_HZ } from './downsampler.ts';
import { decodeMuLaw } from './mu-law.ts';

/** About a second of frames: what the network has not taken by then, nobody wants to hear. */
const BACKLOG_MAX_BYTES = 8_000;
/** The server waits a little longer for us to come back. */
const RECONNECT_WITHIN_MS = 4_500;
const RECONNECT_EVERY_MS = 400;

interface ServerMessage {
  readonly type?: unknown;
  readonly reconnect_token?: unknown;
  readonly outcome?: unknown;
}

/** A call over the server's WebSocket (engine/adapters/provider/browser): JSON says what happens, bytes are μ-law. */
export class SocketCall implements PageCall {
  onPhase: (phase: CallPhase) => void = () => undefined;
  readonly #microphone: MediaStream;
  readonly #contexts: AudioContext[] = [];
  #url: string;
  #socket: WebSocket | undefined;
  #phase: CallPhase['name'] = 'connecting';
  #playout: MessagePort | undefined;
  #lostAtMs: number | undefined;
  #microphoneLevel = 0;
  #assistantLevel = 0;
  #rejected = false;

  /** `url`: path on our origin, with its token. `microphone` stays the caller's. */
  constructor(url: string, microphone: MediaStream) {
    this.#url = url;
    this.#microphone = microphone;
    this.#connect();
  }

  answer(): void {
    if (this.#phase !== 'ringing') return;
    this.#say('answer');
  }

  reject(): void {
    this.#rejected = true;
    this.#say('reject');
    this.#end('rejected');
  }

  hangup(): void {
    this.#say('hangup');
    this.#end('over');
  }

  levels(): Levels {
    return { microphone: this.#microphoneLevel, assistant: this.#assistantLevel };
  }

  #connect(): void {
    const socket = new WebSocket(webSocketUrl(this.#url));
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => (this.#lostAtMs = undefined);
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.#hear(data);
      else if (data instanceof ArrayBuffer) this.#play(new Uint8Array(data));
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#reconnect();
    };
  }

  #hear(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    switch (message.type) {
      case 'start':
        if (typeof message.reconnect_token === 'string')
          this.#url = `/demo/phone?token=${encodeURIComponent(message.reconnect_token)}`;
        return;
      case 'ringing':
        return this.#become({ name: 'ringing' });
      case 'answered':
        if (this.#phase !== 'talking') void this.#talk();
        return;
      case 'ended':
        return this.#end(this.#rejected ? 'rejected' : 'over');
    }
  }

  async #talk(): Promise<void> {
    this.#become({ name: 'talking' });
    try {
      await Promise.all([this.#openLoudspeaker(), this.#openMicrophone()]);
    } catch {
      this.#say('hangup');
      this.#end('no-sound');
    }
  }

  async #openLoudspeaker(): Promise<void> {
    const context = this.#open(new AudioContext({ sampleRate: WIRE_RATE_HZ, latencyHint: 'interactive' }));
    await context.audioWorklet.addModule(playoutUrl);
    const node = new AudioWorkletNode(context, 'halo-playout', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    node.connect(context.destination);
    this.#playout = node.port;
    await context.resume();
  }

  async #openMicrophone(): Promise<void> {
    const context = this.#open(new AudioContext({ latencyHint: 'interactive' }));
    await context.audioWorklet.addModule(captureUrl);
    const node = new AudioWorkletNode(context, 'halo-capture', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    node.port.onmessage = ({ data }: MessageEvent<{ frame: Uint8Array<ArrayBuffer>; level: number }>) => {
      this.#microphoneLevel = data.level;
      const socket = this.#socket;
      if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < BACKLOG_MAX_BYTES)
        socket.send(data.frame);
    };
    context.createMediaStreamSource(this.#microphone).connect(node);
    await context.resume();
  }

  #open(context: AudioContext): AudioContext {
    this.#contexts.push(context);
    if (this.#phase === 'ended') void context.close();
    return context;
  }

  #play(frame: Uint8Array<ArrayBuffer>): void {
    const samples = decodeMuLaw(frame);
    this.#assistantLevel = Math.sqrt(
      samples.reduce((sum, one) => sum + one * one, 0) / (samples.length || 1),
    );
    this.#playout?.postMessage(frame, [frame.buffer]);
  }

  #say(type: 'answer' | 'reject' | 'hangup'): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type }));
  }

  /** The token of `start` opens it once more. */
  #reconnect(): void {
    if (this.#phase === 'ended') return;
    const nowMs = performance.now();
    this.#lostAtMs ??= nowMs;
    if (this.#phase === 'connecting' || nowMs - this.#lostAtMs > RECONNECT_WITHIN_MS)
      return this.#end('connection');
    setTimeout(() => {
      if (this.#phase !== 'ended') this.#connect();
    }, RECONNECT_EVERY_MS);
  }

  #become(phase: CallPhase): void {
    if (this.#phase === 'ended' || this.#phase === phase.name) return;
    this.#phase = phase.name;
    this.onPhase(phase);
  }

  #end(how: CallEnd): void {
    if (this.#phase === 'ended') return;
    this.#become({ name: 'ended', how });
    this.#socket?.close(1000);
    for (const context of this.#contexts) if (context.state !== 'closed') void context.close();
  }
}

export function webSocketUrl(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}
