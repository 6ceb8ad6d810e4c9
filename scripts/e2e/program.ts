import type { ChildProcess } from 'node:child_process';
import { spawnProgram } from '../lib/halo-process.ts';

/** What a program left behind when it ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `scripts/call.ts` to its end. `onLine` hears each line of its standard output as it is printed. */
export function runCall(
  dataDir: string,
  args: readonly string[],
  onOutput: (soFar: string) => void = () => {},
): Promise<Run> {
  return runProgram('scripts/call.ts', dataDir, args, onOutput);
}

/** Runs one of the project's programs to its end. `onOutput` gets the process too: a person may press Ctrl-C. */
export async function runProgram(
  program: string,
  dataDir: string,
  args: readonly string[],
  onOutput: (soFar: string, child: ChildProcess) => void = () => {},
): Promise<Run> {
  const child = spawnProgram([program, ...args], { HALO_DATA_DIR: dataDir });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    onOutput(stdout, child);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    // Not `exit`: the pipes may still hold output.
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}
