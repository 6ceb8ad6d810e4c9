import type { CallId } from '../contract/ids.ts';
import type { MediaNumbers } from '../contract/media-numbers.ts';
import { muLawEncode } from '../media/g711.ts';
import { Pacing } from '../media/pacing.ts';
import { randomRtpSender } from '../media/random-sender.ts';
import { RtpReceiver, type ReceiverStats } from '../media/rtp-receiver.ts';
import { FRAME_SAMPLES, PAYLOAD_TYPE_PCMU, type RtpSender } from '../media/rtp-sender.ts';
import type { TurnEvent } from '../media/turn-detector.ts';
import type { Vad } from '../media/vad.ts';
import type { FrameTicker } from '../ports/clock.ts';
import type { MediaAddress, MediaSocket, MediaTransport } from '../ports/media-transport.ts';
import type { Recordings, RecordingWriter, SavedRecording } from '../ports/recordings.ts';
import type { Pcm } from '../ports/speech.ts';
import type { Audience } from './audience.ts';
import { AssistantVoice, type Filler, type UtteranceSink, type VoiceFrame } from './assistant-voice.ts';
import type { MediaMeaning, TurnSpan } from './call-events.ts';
import { Hearing } from './hearing.ts';
import { mediaNumbers } from './media-numbers.ts';
import { QuietWatch } from './quiet-watch.ts';
import { SoundMemory } from './sound-memory.ts';
import type { UtteranceOrder } from './utterance.ts';

const RATE_HZ = 8000;
const SAMPLES_PER_MS = RATE_HZ / 1000;

// Filled anew in every beat of every call: none of the stages keeps them.
const payload = new Uint8Array(FRAME_SAMPLES);
const pulled = new Int16Array(FRAME_SAMPLES);

export interface MediaPathDeps {
  readonly callId: CallId;
  readonly transport: MediaTransport;
  readonly ticker: FrameTicker;
  readonly now: () => number;
  readonly vad: Vad;
  readonly recordings: Recordings;
  /** Who listens in. */
  readonly audience: Audience;
}

/**
 * One call's audio, a stage a line: read `#speak` and `#listen` to follow a frame. Every 20 ms one frame goes out to the
 * caller and one comes in from him; what they mean is told to `onMeaning`, the frames themselves leave this class for the
 * recording and the audience alone.
 * Positions are samples since the answer, the same on both sides and in the recording.
 */
export class MediaPath {
  readonly #deps: MediaPathDeps;
  readonly #audience: Audience;
  readonly #now: () => number;
  readonly #socket: MediaSocket;
  readonly #hearing: Hearing;
  readonly #memory = new SoundMemory(RATE_HZ);
  readonly #voice: AssistantVoice;
  readonly #quiet = new QuietWatch();
  #line: OpenLine | undefined;
  #onMeaning: (meaning: MediaMeaning) => void = () => undefined;
  /** Where the caller's latest turn began. */
  #turnStart = 0;
  #pauseStart = 0;
  #position = 0;
  #closed: Promise<SavedRecording | undefined> | undefined;

  private constructor(deps: MediaPathDeps, socket: MediaSocket) {
    this.#deps = deps;
    this.#audience = deps.audience;
    this.#now = deps.now;
    this.#socket = socket;
    this.#hearing = new Hearing(deps.vad);
    this.#voice = new AssistantVoice((meanings) => this.#tell(meanings));
  }

  /** Binds the RTP socket. Rejects when no port is free. */
  static async open(deps: MediaPathDeps): Promise<MediaPath> {
    return new MediaPath(deps, await deps.transport.open());
  }

  /** Where the far end must send its RTP. */
  get local(): MediaAddress {
    return this.#socket.local;
  }

  get stats(): ReceiverStats | undefined {
    return this.#line?.receiver.stats();
  }

  /** How the sound fares; undefined before the answer. */
  get numbers(): MediaNumbers | undefined {
    return this.#line && mediaNumbers(this.#line, this.#socket.local);
  }

  /** The line is answered: sound flows both ways from now on. Only packets from `remote` count. */
  start(remote: MediaAddress, onMeaning: (meaning: MediaMeaning) => void): void {
    if (this.#line !== undefined || this.#closed !== undefined) return;
    this.#onMeaning = onMeaning;
    const receiver = new RtpReceiver({ remote, payloadType: PAYLOAD_TYPE_PCMU });
    this.#socket.onPacket((bytes, from, waitedMs) => receiver.push(bytes, from, this.#now() - waitedMs));
    const recording = this.#deps.recordings.open(this.#deps.callId);
    const line = new OpenLine(receiver, remote, recording);
    line.stop = this.#deps.ticker.start(
      (frame, lateMs) => {
        line.pacing.beat(lateMs);
        this.#speak(line, frame);
      },
      () => this.#listen(line),
    );
    this.#line = line;
  }

  /** The beat's first half: one frame goes out to the caller. All calls' frames leave before any is listened to. */
  #speak(line: OpenLine, frame: number): void {
    const said = this.#voice.frame();
    this.#socket.send(line.sender.packet(muLawEncode(said.samples, payload), { frame }), line.remote);
    line.frame = frame;
    line.said = said;
  }

  /** The beat's second half: one frame comes in from the caller, and what both frames mean is told. */
  #listen(line: OpenLine): void {
    const { samples: spoken, meanings: said } = line.said;
    this.#socket.poll();
    const { samples: heard, kind } = line.receiver.pull(pulled);
    line.recording.write(heard, spoken);
    this.#audience.hear(line.frame, heard, spoken);
    this.#memory.push(heard);

    const events = this.#hearing.hear(spoken, heard, kind === 'concealed');
    this.#position += FRAME_SAMPLES;
    for (const meaning of said) this.#onMeaning(meaning);
    for (const event of events) this.#onMeaning(this.#meaningOf(event));
    if (this.#hearing.speaking) this.#quiet.callerUntil(this.#position);
    this.#quiet.assistantUntil(this.#voice.lastAudible);
    const quiet = this.#quiet.at(this.#position);
    if (quiet !== undefined) this.#onMeaning(quiet);
  }

  /** Opens the way for an utterance. Whatever was being said stops: never two voices at once. */
  say(order: UtteranceOrder): UtteranceSink {
    return this.#voice.say(order);
  }

  /** Says a filler where nothing is being said. */
  interject(filler: Filler, replyTo: TurnSpan | undefined): void {
    this.#voice.interject(filler, replyTo);
  }

  /** Falls silent at once; `release` goes on from there. */
  hold(): void {
    this.#voice.hold();
  }

  release(): void {
    this.#voice.release();
  }

  /** Falls silent for good. */
  hush(): void {
    this.#voice.hush();
  }

  /** The caller's open turn ends where it is (the line has gone): tells `turn.ended` or `turn.dropped`. */
  endTurn(): void {
    this.#tell(this.#hearing.flush().map((event) => this.#meaningOf(event)));
  }

  /** The caller's turn ends after so much silence instead of the usual; until he goes on. */
  awaitEnd(turn: number, silenceMs: number): void {
    this.#hearing.awaitEnd(turn, silenceMs);
  }

  /** The caller's sound between two moments, as far as it is remembered. */
  heard(fromMs: number, toMs: number): Pcm {
    return this.#memory.cut(fromMs, toMs);
  }

  /** Stops the sound, frees the socket and completes the recording; undefined when the line was never answered. */
  close(): Promise<SavedRecording | undefined> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<SavedRecording | undefined> {
    this.#line?.stop();
    this.#voice.hush();
    this.#onMeaning = () => undefined;
    await this.#socket.close();
    return this.#line?.recording.close();
  }

  #tell(meanings: readonly MediaMeaning[]): void {
    for (const meaning of meanings) this.#onMeaning(meaning);
  }

  /** What the detector says, on the recording's clock. */
  #meaningOf(event: TurnEvent): MediaMeaning {
    const { type, turn } = event;
    switch (type) {
      case 'speech.started':
        this.#turnStart = event.startSample;
        return { type, turn, startMs: event.startSample / SAMPLES_PER_MS };
      case 'speech.paused': {
        this.#pauseStart = event.endSample;
        this.#quiet.callerUntil(event.endSample);
        const startMs = this.#turnStart / SAMPLES_PER_MS;
        return { type, turn, startMs, endMs: event.endSample / SAMPLES_PER_MS };
      }
      case 'speech.resumed':
        return { type, turn, pausedMs: (event.atSample - this.#pauseStart) / SAMPLES_PER_MS };
      case 'turn.ended': {
        const startMs = event.startSample / SAMPLES_PER_MS;
        return { type, turn, startMs, endMs: event.endSample / SAMPLES_PER_MS };
      }
      case 'speech.sustained':
      case 'turn.dropped':
        return { type, turn };
    }
  }
}

/** What a call has from its answer on. A class, as the beat reads it: objects spread together have a shape each. */
class OpenLine {
  readonly sender: RtpSender = randomRtpSender();
  readonly pacing = new Pacing();
  readonly receiver: RtpReceiver;
  readonly remote: MediaAddress;
  readonly recording: RecordingWriter;
  stop: () => void = () => undefined;
  /** The beat's number, and what goes out in it. */
  frame = 0;
  said: VoiceFrame = { samples: new Int16Array(0), meanings: [] };

  constructor(receiver: RtpReceiver, remote: MediaAddress, recording: RecordingWriter) {
    this.receiver = receiver;
    this.remote = remote;
    this.recording = recording;
  }
}
