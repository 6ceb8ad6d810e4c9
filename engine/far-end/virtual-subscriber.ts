import type { LineFaults } from '../contract/call-plan.ts';
import { muLawEncode } from '../media/g711.ts';
import { randomRtpSender } from '../media/random-sender.ts';
import { PAYLOAD_TYPE_PCMU } from '../media/rtp-sender.ts';
import { RtpReceiver, type ReceiverStats } from '../media/rtp-receiver.ts';
import type { Clock, FrameTicker } from '../ports/clock.ts';
import type { MediaAddress, MediaSocket, MediaTransport } from '../ports/media-transport.ts';
import { DriftingBeat } from './drifting-beat.ts';
import { FaultyLine, voiceRms } from './line-faults.ts';
import { SubscriberMind, type SubscriberScript } from './subscriber-mind.ts';

export interface SubscriberDeps {
  readonly clock: Clock;
  readonly ticker: FrameTicker;
  readonly transport: MediaTransport;
}

/** A person's telephone: a mind behind real RTP. It hears only what comes in packets and is heard only by packets. */
export class VirtualSubscriber {
  readonly #deps: SubscriberDeps;
  readonly #socket: MediaSocket;
  readonly #mind: SubscriberMind;
  readonly #line: FaultyLine;
  readonly #beat: DriftingBeat;
  #receiver: RtpReceiver | undefined;
  #stopTicking: () => void = () => undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    deps: SubscriberDeps,
    socket: MediaSocket,
    script: SubscriberScript,
    faults: LineFaults,
  ) {
    this.#deps = deps;
    this.#socket = socket;
    this.#mind = new SubscriberMind(script);
    this.#line = new FaultyLine(
      faults,
      voiceRms(script.steps.flatMap((step) => ('pcm' in step ? [step.pcm] : []))),
    );
    this.#beat = new DriftingBeat(faults.clockDriftPpm ?? 0);
  }

  /** Binds the telephone's own RTP socket. */
  static async open(
    deps: SubscriberDeps,
    script: SubscriberScript,
    faults: LineFaults,
  ): Promise<VirtualSubscriber> {
    return new VirtualSubscriber(deps, await deps.transport.open(), script, faults);
  }

  get local(): MediaAddress {
    return this.#socket.local;
  }

  get stats(): ReceiverStats | undefined {
    return this.#receiver?.stats();
  }

  /**
   * Picks up: sound flows to and from `remote` until somebody hangs up. `onHangUp`: this person did; `onKey`: he pressed
   * a key, which the network tells beside the sound.
   */
  answer(remote: MediaAddress, onHangUp: () => void, onKey: (key: string) => void = () => undefined): void {
    if (this.#closed !== undefined) return;
    const receiver = new RtpReceiver({ remote, payloadType: PAYLOAD_TYPE_PCMU });
    this.#receiver = receiver;
    this.#socket.onPacket((bytes, from, waitedMs) =>
      receiver.push(bytes, from, this.#deps.clock.now() - waitedMs),
    );
    const sender = randomRtpSender();
    this.#stopTicking = this.#deps.ticker.start((tick) => {
      this.#socket.poll();
      for (const { frame, delayMs: phaseMs } of this.#beat.frames(tick)) {
        const did = this.#mind.beat(receiver.pull().samples);
        if ('hangUp' in did) {
          void this.close();
          onHangUp();
          return;
        }
        if (did.press !== undefined) onKey(did.press);
        const packet = sender.packet(muLawEncode(this.#line.colour(did.speak)), { frame });
        for (const { bytes, delayMs } of this.#line.carry(packet))
          this.#send(bytes, remote, phaseMs + delayMs);
      }
    });
  }

  /** Puts the receiver down. Idempotent; resolves when the socket is free. */
  close(): Promise<void> {
    this.#stopTicking();
    this.#closed ??= this.#socket.close();
    return this.#closed;
  }

  #send(bytes: Uint8Array, to: MediaAddress, delayMs: number): void {
    if (delayMs === 0) this.#socket.send(bytes, to);
    else this.#deps.clock.setTimeout(() => this.#socket.send(bytes, to), delayMs);
  }
}
