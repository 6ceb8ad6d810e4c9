import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { BrowserPhoneAnswer } from '../../../api/schemas/demo.ts';
import type { CallEnd, CallPhase, Levels, PageCall } from './page-call.ts';
import { webSocketUrl } from './socket-call.ts';

export type WebRtcPhone = Extract<BrowserPhoneAnswer, { kind: 'webrtc' }>;

/** Asterisk takes what it is told; two minutes are longer than the call rings. */
const REGISTER_SEC = 120;
/** Answered, and ICE and DTLS do not come about: a firewall stands between. */
const SOUND_WITHIN_MS = 6_000;
/** RFC 3261 §21.4.24. */
const BUSY_HERE = 486;

/** A call over SIP and WebRTC to the edge Asterisk, by JsSIP. */
export class SipCall implements PageCall {
  onPhase: (phase: CallPhase) => void = () => undefined;
  readonly #microphone: MediaStream;
  readonly #agent: UA;
  readonly #audio = new Audio();
  readonly #context = new AudioContext();
  readonly #ears: { microphone: AnalyserNode; assistant?: AnalyserNode };
  #session: RTCSession | undefined;
  #phase: CallPhase['name'] = 'connecting';
  #connected = false;
  #rejected = false;

  constructor(phone: WebRtcPhone, microphone: MediaStream) {
    this.#microphone = microphone;
    this.#ears = { microphone: this.#listen(microphone) };
    this.#agent = new UA({
      sockets: [new WebSocketInterface(webSocketUrl(phone.url))],
      uri: phone.uri,
      authorization_user: phone.username,
      password: phone.password,
      register_expires: REGISTER_SEC,
      session_timers: false,
      user_agent: 'HALO',
      // Its token opens the socket once: what is lost is lost.
      connection_recovery_min_interval: 3_600,
      connection_recovery_max_interval: 3_600,
    });
    this.#agent.on('newRTCSession', ({ session }: { session: RTCSession }) => this.#ring(session));
    this.#agent.on('registrationFailed', () => this.#end('connection'));
    this.#agent.on('disconnected', () => this.#end(this.#connected ? 'over' : 'connection'));
    this.#agent.start();
  }

  answer(): void {
    if (this.#phase !== 'ringing') return;
    this.#session?.answer({ mediaStream: this.#microphone, pcConfig: { iceServers: [] } });
  }

  reject(): void {
    this.#rejected = true;
    if (this.#session?.isEnded() === false) this.#session.terminate({ status_code: BUSY_HERE });
    else this.#end('rejected');
  }

  hangup(): void {
    if (this.#session?.isEnded() === false) this.#session.terminate();
    this.#end('over');
  }

  levels(): Levels {
    const { microphone, assistant } = this.#ears;
    return { microphone: loudness(microphone), assistant: assistant === undefined ? 0 : loudness(assistant) };
  }

  #ring(session: RTCSession): void {
    // One call a phone: Asterisk sends no second.
    if (this.#session !== undefined) return session.terminate({ status_code: BUSY_HERE });
    this.#session = session;
    session.on('peerconnection', ({ peerconnection }: { peerconnection: RTCPeerConnection }) =>
      this.#watch(peerconnection),
    );
    session.on('accepted', () => {
      this.#become({ name: 'talking' });
      setTimeout(() => {
        if (!this.#connected) this.#giveUp();
      }, SOUND_WITHIN_MS);
    });
    session.on('ended', () => this.#end('over'));
    session.on('failed', () => this.#end(this.#rejected ? 'rejected' : 'over'));
    this.#become({ name: 'ringing' });
  }

  #watch(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ streams, track }) => {
      const stream = streams[0] ?? new MediaStream([track]);
      this.#audio.srcObject = stream;
      void this.#audio.play().catch(() => undefined);
      this.#ears.assistant = this.#listen(stream);
    });
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'connected') this.#connected = true;
      if (connection.connectionState === 'failed') this.#giveUp();
    });
  }

  #giveUp(): void {
    if (this.#session?.isEnded() === false) this.#session.terminate();
    this.#end(this.#connected ? 'connection' : 'no-sound');
  }

  #listen(stream: MediaStream): AnalyserNode {
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 512;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    return analyser;
  }

  #become(phase: CallPhase): void {
    if (this.#phase === 'ended' || this.#phase === phase.name) return;
    this.#phase = phase.name;
    this.onPhase(phase);
  }

  #end(how: CallEnd): void {
    if (this.#phase === 'ended') return;
    this.#become({ name: 'ended', how });
    this.#audio.srcObject = null;
    void this.#context.close();
    this.#agent.stop();
  }
}

function loudness(ear: AnalyserNode): number {
  const samples = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
}
