import type { CallId } from '../contract/ids.ts';
import { muLawEncode } from '../media/g711.ts';
import { PlayoutQueue } from '../media/playout-queue.ts';
import { randomRtpSender } from '../media/random-sender.ts';
import { Resampler } from '../media/resampler.ts';
import { RtpReceiver, type ReceiverStats } from '../media/rtp-receiver.ts';
import { FRAME_SAMPLES, PAYLOAD_TYPE_PCMU, type RtpSender } from '../media/rtp-sender.ts';
import { TurnDetector, type TurnEvent } from '../media/turn-detector.ts';
import type { Vad } from '../media/vad.ts';
import type { FrameTicker } from '../ports/clock.ts';
import type { MediaAddress, MediaSocket, MediaTransport } from '../ports/media-transport.ts';
import type { Recordings, RecordingWriter, SavedRecording } from '../ports/recordings.ts';
import type { Pcm } from '../ports/speech.ts';
import type { MediaMeaning, TurnSpan } from './call-events.ts';
import { SoundMemory } from './sound-memory.ts';
import { Utterance, type UtteranceMark, type UtteranceOrder } from './utterance.ts';

const RATE_HZ = 8000;
const SAMPLES_PER_MS = RATE_HZ / 1000;
/** Line sound that a recogniser gets before and after the words. */
const AROUND_TURN_MS = 250;
/** How long the caller must speak over the assistant to take the floor; shorter is a cough or «угу». */
const BARGE_IN_MS = 500;

export interface MediaPathDeps {
  readonly callId: CallId;
  readonly transport: MediaTransport;
  readonly ticker: FrameTicker;
  readonly now: () => number;
  readonly vad: Vad;
  readonly recordings: Recordings;
}

/** Where an utterance's sentences and sound go as they are made. */
export interface UtteranceSink {
  /** The sound pushed next says this. */
  sentence(text: string): void;
  sound(pcm: Pcm): void;
  /** Nothing more comes. */
  end(): void;
  /** Stops it within one frame; a no-op once it has been heard to its end. */
  cancel(): void;
}

/**
 * One call's audio, a stage a line: read `#beat` to follow a frame. Every 20 ms one frame comes in from the caller
 * and one goes out to him; what they mean is told to `onMeaning`, the frames themselves never leave this class.
 * Positions are samples since the answer, the same on both sides and in the recording.
 */
export class MediaPath {
  readonly #deps: MediaPathDeps;
  readonly #socket: MediaSocket;
  readonly #detector: TurnDetector;
  readonly #memory = new SoundMemory(RATE_HZ);
  readonly #playout = new PlayoutQueue<UtteranceMark>();
  #line: OpenLine | undefined;
  #onMeaning: (meaning: MediaMeaning) => void = () => undefined;
  #utterance: Utterance | undefined;
  #openTurn: { turn: number; startSample: number } | undefined;
  /** Where the caller's latest turn began. */
  #turnStart = 0;
  #position = 0;
  #closed: Promise<SavedRecording | undefined> | undefined;

  private constructor(deps: MediaPathDeps, socket: MediaSocket) {
    this.#deps = deps;
    this.#socket = socket;
    this.#detector = new TurnDetector(deps.vad);
  }

  /** Binds the RTP socket. Rejects when no port is free. */
  static async open(deps: MediaPathDeps): Promise<MediaPath> {
    return new MediaPath(deps, await deps.transport.open());
  }

  /** Where the far end must send its RTP. */
  get local(): MediaAddress {
    return this.#socket.local;
  }

  /** Now, on the recording's clock. */
  get positionMs(): number {
    return this.#position / SAMPLES_PER_MS;
  }

  get stats(): ReceiverStats | undefined {
    return this.#line?.receiver.stats();
  }

  /** The line is answered: sound flows both ways from now on. Only packets from `remote` count. */
  start(remote: MediaAddress, onMeaning: (meaning: MediaMeaning) => void): void {
    if (this.#line !== undefined || this.#closed !== undefined) return;
    this.#onMeaning = onMeaning;
    const receiver = new RtpReceiver({ remote, payloadType: PAYLOAD_TYPE_PCMU });
    this.#socket.onPacket((bytes, from) => receiver.push(bytes, from, this.#deps.now()));
    const recording = this.#deps.recordings.open(this.#deps.callId);
    const line: OpenLine = { receiver, sender: randomRtpSender(), remote, recording, stop: () => undefined };
    line.stop = this.#deps.ticker.start((frame) => this.#beat(line, frame));
    this.#line = line;
  }

  /** The way of one frame: out to the caller, in from the caller, and what both of them mean. */
  #beat(line: OpenLine, frame: number): void {
    const { samples: spoken, marks } = this.#playout.pull(FRAME_SAMPLES);
    this.#socket.send(line.sender.packet(muLawEncode(spoken), { frame }), line.remote);

    const heard = line.receiver.pull().samples;
    line.recording.write(heard, spoken);
    this.#memory.push(heard);

    const meanings = [
      ...marks.flatMap(({ mark, offset }) => this.#utterance?.pass(mark, this.#position + offset) ?? []),
      ...(this.#utterance?.played(spoken, this.#position) ?? []),
      ...this.#detector.push(heard).flatMap((event) => this.#hear(event)),
      ...this.#sustainedSpeech(),
    ];
    this.#position += FRAME_SAMPLES;
    for (const meaning of meanings) this.#onMeaning(meaning);
  }

  /** Opens the way for an utterance. Whatever was being said stops: never two voices at once. */
  say(order: UtteranceOrder): UtteranceSink {
    this.#cancelUtterance();
    const utterance = new Utterance(order);
    this.#utterance = utterance;
    let resampler: Resampler | undefined;
    let fromHz = 0;
    const current = () => this.#utterance === utterance && !utterance.finished;
    return {
      sentence: (text) => {
        if (current()) this.#playout.pushMark({ type: 'sentence', utterance: order.utterance, text });
      },
      sound: (pcm) => {
        if (!current()) return;
        // One sentence has one rate; the next may come from another engine.
        if (resampler === undefined || pcm.rateHz !== fromHz) {
          if (resampler !== undefined) this.#playout.pushSamples(resampler.flush());
          resampler?.free();
          resampler = new Resampler({ fromHz: pcm.rateHz, toHz: RATE_HZ });
          fromHz = pcm.rateHz;
        }
        this.#playout.pushSamples(resampler.push(pcm.samples));
      },
      end: () => {
        if (current()) {
          if (resampler !== undefined) this.#playout.pushSamples(resampler.flush());
          this.#playout.pushMark({ type: 'end', utterance: order.utterance });
        }
        resampler?.free();
        resampler = undefined;
      },
      cancel: () => {
        if (current()) this.#cancelUtterance();
        resampler?.free();
        resampler = undefined;
      },
    };
  }

  /** The caller's open turn ends where it is (the line has gone): tells `turn.ended` or `turn.dropped`. */
  endTurn(): void {
    for (const meaning of this.#detector.flush().flatMap((event) => this.#hear(event)))
      this.#onMeaning(meaning);
  }

  /** The sound of a turn, with a little of the line around it. */
  turnSound(span: TurnSpan): Pcm {
    return this.#memory.cut(span.startMs - AROUND_TURN_MS, span.endMs + AROUND_TURN_MS);
  }

  /** Stops the sound, frees the socket and completes the recording; undefined when the line was never answered. */
  close(): Promise<SavedRecording | undefined> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<SavedRecording | undefined> {
    this.#line?.stop();
    this.#cancelUtterance();
    this.#onMeaning = () => undefined;
    await this.#socket.close();
    return this.#line?.recording.close();
  }

  #cancelUtterance(): void {
    const { droppedSamples } = this.#playout.flush();
    const meanings = this.#utterance?.cut(this.#position, droppedSamples) ?? [];
    this.#utterance = undefined;
    for (const meaning of meanings) this.#onMeaning(meaning);
  }

  #hear(event: TurnEvent): MediaMeaning[] {
    switch (event.type) {
      case 'speech.started':
        this.#openTurn = { turn: event.turn, startSample: event.startSample };
        this.#turnStart = event.startSample;
        return [{ type: 'speech.started', turn: event.turn, startMs: event.startSample / SAMPLES_PER_MS }];
      case 'turn.ended':
        this.#openTurn = undefined;
        return [
          {
            type: 'turn.ended',
            turn: event.turn,
            startMs: event.startSample / SAMPLES_PER_MS,
            endMs: event.endSample / SAMPLES_PER_MS,
          },
        ];
      case 'turn.dropped':
        this.#openTurn = undefined;
        return [{ type: 'turn.dropped', turn: event.turn }];
      case 'speech.paused':
        this.#openTurn = undefined;
        return [
          {
            type: 'speech.paused',
            turn: event.turn,
            startMs: this.#turnStart / SAMPLES_PER_MS,
            endMs: event.endSample / SAMPLES_PER_MS,
          },
        ];
      case 'speech.resumed':
        this.#openTurn = { turn: event.turn, startSample: this.#position };
        return [{ type: 'speech.resumed', turn: event.turn }];
    }
  }

  #sustainedSpeech(): MediaMeaning[] {
    const open = this.#openTurn;
    if (open === undefined || this.#position - open.startSample < BARGE_IN_MS * SAMPLES_PER_MS) return [];
    this.#openTurn = undefined;
    return [{ type: 'speech.sustained', turn: open.turn }];
  }
}

interface OpenLine {
  readonly receiver: RtpReceiver;
  readonly sender: RtpSender;
  readonly remote: MediaAddress;
  readonly recording: RecordingWriter;
  stop: () => void;
}
