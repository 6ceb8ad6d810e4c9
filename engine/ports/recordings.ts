import type { CallId } from '../contract/ids.ts';

export interface SavedRecording {
  /** File name inside the recordings folder, not a path. */
  readonly file: string;
  readonly durationMs: number;
}

/** One call's sound: 8 kHz, 16-bit, stereo; left the caller, right the assistant. */
export interface RecordingWriter {
  /** Appends a frame; both sides have the same length. Buffered: never blocks, never throws. */
  write(caller: Int16Array, assistant: Int16Array): void;
  /** Completes the file. Idempotent. Rejects when the disk refused. */
  close(): Promise<SavedRecording>;
}

export interface Recordings {
  open(callId: CallId): RecordingWriter;
}
