import type { CallId } from '../contract/ids.ts';
import { interleave, wavHeader } from '../media/wav.ts';
import type { Recordings, RecordingWriter, SavedRecording } from '../ports/recordings.ts';

/** Recordings kept in memory, as the bytes a file would have. */
export class MemoryRecordings implements Recordings {
  readonly #files = new Map<string, Uint8Array>();

  /** A completed file; undefined before its writer was closed. */
  file(name: string): Uint8Array | undefined {
    return this.#files.get(name);
  }

  open(callId: CallId): RecordingWriter {
    const file = `${callId}.wav`;
    const parts: Uint8Array[] = [];
    let saved: SavedRecording | undefined;
    return {
      write(caller, assistant) {
        if (saved === undefined) parts.push(interleave([caller, assistant]));
      },
      close: () => {
        if (saved === undefined) {
          const data = Buffer.concat(parts);
          const header = wavHeader({ rateHz: 8000, channels: 2, dataBytes: data.length });
          this.#files.set(file, new Uint8Array(Buffer.concat([header, data])));
          saved = { file, durationMs: data.length / 32 };
        }
        return Promise.resolve(saved);
      },
    };
  }
}
