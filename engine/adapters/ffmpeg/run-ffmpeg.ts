import { spawn } from 'node:child_process';
import type { Ffmpeg } from './find-ffmpeg.ts';

export interface FfmpegResult {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly stdout: Buffer;
  /** The first 64 KB. */
  readonly stderr: string;
}

export interface RunOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly input?: Uint8Array;
}

const MOST_STDERR = 64 * 1024;

/** Runs it to its end. Rejects when it cannot be started, takes longer than it may, or with the signal's reason. */
export function runFfmpeg(
  { command: [program = 'ffmpeg', ...prefix] }: Ffmpeg,
  args: readonly string[],
  { timeoutMs, signal, input }: RunOptions,
): Promise<FfmpegResult> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...prefix, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    let stderr = '';
    let failure: Error | undefined;
    const stop = (reason: Error): void => {
      failure ??= reason;
      child.kill('SIGKILL');
    };
    const abort = (): void => stop(signal.reason as Error);
    const timer = setTimeout(
      () => stop(new Error(`ffmpeg не закончил за ${timeoutMs / 1000} с: проверьте файл и диск`)),
      timeoutMs,
    );
    signal.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MOST_STDERR) stderr += chunk.toString('utf8');
    });
    // It may be gone before it has read everything; its own words say why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', (error) => (failure ??= error));
    child.once('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (failure !== undefined) reject(failure);
      else resolve({ code, stdout: Buffer.concat(stdout), stderr });
    });
  });
}
