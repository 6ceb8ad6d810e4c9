import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallId } from '../../contract/ids.ts';
import { interleaveInto, littleEndian, WAV_HEADER_BYTES, wavHeader } from '../../media/wav.ts';
import type { Recordings, RecordingWriter, SavedRecording } from '../../ports/recordings.ts';

const RATE_HZ = 8000;
const CHANNELS = 2;
/** Two seconds. The file on disk is complete and playable but for the last two seconds at most. */
const FLUSH_SAMPLES = 2 * RATE_HZ * CHANNELS;
/** Eight minutes that a stuck disk may owe before sound is thrown away. */
const MOST_UNWRITTEN = 240 * FLUSH_SAMPLES;
/** Of many calls at once; 2 MB. */
const MOST_SPARE = 32;

/** Recordings as `<callId>.wav` in one folder, readable by this user only: stereo, 16 bits, 8 kHz. */
export class WavRecordings implements Recordings {
  readonly #folder: string;
  readonly #spare = new SparePieces();

  /** The folder is made when the first recording opens. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  open(callId: CallId): RecordingWriter {
    return new WavWriter(this.#folder, `${callId}.wav`, this.#spare);
  }
}

/** Memory for two seconds of sound each, used again by whichever recording needs it next. */
class SparePieces {
  readonly #spare: Int16Array[] = [];

  take(): Int16Array {
    return this.#spare.pop() ?? new Int16Array(FLUSH_SAMPLES);
  }

  giveBack(piece: Int16Array): void {
    if (piece.length === FLUSH_SAMPLES && this.#spare.length < MOST_SPARE) this.#spare.push(piece);
  }
}

/**
 * Writes two seconds at a time: first the sound, then the header that counts it, so a process killed between the two
 * leaves a file that is short by these two seconds and whole.
 */
class WavWriter implements RecordingWriter {
  readonly #file: string;
  readonly #spare: SparePieces;
  /** The two seconds that are being filled, both sides in turn. Counted in samples, of both sides together. */
  #pending: Int16Array;
  #filled = 0;
  #unwritten = 0;
  #total = 0;
  #writtenBytes = 0;
  #error: Error | undefined;
  #handle: FileHandle | undefined;
  /** The disk's work so far; never rejects. */
  #work: Promise<void>;
  #closed: Promise<SavedRecording> | undefined;

  constructor(folder: string, file: string, spare: SparePieces) {
    this.#file = file;
    this.#spare = spare;
    this.#pending = spare.take();
    this.#work = this.#try(async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      this.#handle = await open(join(folder, file), 'w', 0o600);
      await this.#writeAt(0, header(0));
    });
  }

  write(caller: Int16Array, assistant: Int16Array): void {
    if (this.#closed !== undefined || this.#error !== undefined) return;
    const count = Math.max(caller.length, assistant.length) * CHANNELS;
    if (this.#filled + count > this.#pending.length) {
      this.#flush();
      if (count > FLUSH_SAMPLES) this.#pending = new Int16Array(count);
    }
    // Memory that was used before holds old sound where the shorter side leaves room.
    if (caller.length !== assistant.length) this.#pending.fill(0, this.#filled, this.#filled + count);
    interleaveInto(this.#pending, this.#filled, [caller, assistant]);
    this.#filled += count;
    this.#unwritten += count;
    this.#total += count;
    if (this.#unwritten > MOST_UNWRITTEN) {
      this.#error = new Error('the disk does not keep up with the recording');
    }
    if (this.#filled >= FLUSH_SAMPLES) this.#flush();
  }

  close(): Promise<SavedRecording> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<SavedRecording> {
    this.#flush();
    await this.#work;
    this.#spare.giveBack(this.#pending);
    await this.#handle?.close().catch((error: unknown) => (this.#error ??= toError(error)));
    if (this.#error !== undefined) {
      throw new Error(
        `the recording ${this.#file} could not be written, check the disk: ${this.#error.message}`,
        {
          cause: this.#error,
        },
      );
    }
    return { file: this.#file, durationMs: (this.#total / CHANNELS / RATE_HZ) * 1000 };
  }

  #flush(): void {
    if (this.#filled === 0) return;
    const full = this.#pending;
    const samples = full.subarray(0, this.#filled);
    // Its memory belongs to the disk's work now.
    this.#pending = this.#spare.take();
    this.#filled = 0;
    this.#work = this.#work.then(() =>
      this.#try(async () => {
        const bytes = littleEndian(samples);
        await this.#writeAt(WAV_HEADER_BYTES + this.#writtenBytes, bytes);
        this.#writtenBytes += bytes.length;
        this.#unwritten -= samples.length;
        await this.#writeAt(0, header(this.#writtenBytes));
        this.#spare.giveBack(full);
      }),
    );
  }

  /** Does one piece of disk work, unless one failed already. */
  async #try(work: () => Promise<void>): Promise<void> {
    if (this.#error !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.#error = toError(error);
    }
  }

  /** A write may be cut short by the system: go on until all is there. */
  async #writeAt(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle!.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }
}

function header(dataBytes: number): Uint8Array {
  return wavHeader({ rateHz: RATE_HZ, channels: CHANNELS, dataBytes });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the system gave no reason', { cause: error });
}
