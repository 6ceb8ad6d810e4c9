import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONFIG_TABLE } from '../../api/config-table.ts';
import { descendantsOf, survivors, type ProcessId } from './processes.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUN = join(ROOT, 'scripts', 'run.mjs');
const READY_TIMEOUT_MS = 90_000;
const EXIT_TIMEOUT_MS = 60_000;
const GONE_TIMEOUT_MS = 30_000;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the request to end, ms. */
  readonly tookMs: number;
}

/** The environment of a child: this one's, without any setting of HALO or of the test runner, and `own`. */
export function childEnv(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const settings = new Set(CONFIG_TABLE.map(({ name }) => name));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !settings.has(name) && !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_V8_COVERAGE$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...own };
}

/** How a program is run beside what it is told. */
export interface SpawnOptions {
  /** Node's own flags, before the program. */
  readonly nodeFlags?: readonly string[];
  /** TypeScript that is loaded before the program, in its process. */
  readonly preload?: readonly URL[];
  /** A channel for messages, and a process group of its own: Ctrl-C at the terminal does not reach it. */
  readonly guided?: boolean;
}

/** Runs one of the project's programs as a user's shell would, with its output on pipes. */
export function spawnProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { nodeFlags = [], preload = [], guided = false }: SpawnOptions = {},
): ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream } {
  // What is loaded before must find the very modules of the program: file by file then.
  const loaders = preload.flatMap(({ href }) => ['--import', href]);
  const runner = preload.length > 0 ? ['--import', 'tsx', ...loaders] : [RUN];
  const child = spawn(process.execPath, [...nodeFlags, ...runner, ...args], {
    cwd: ROOT,
    env: childEnv(env),
    stdio: ['ignore', 'pipe', 'pipe', ...(guided ? ['ipc' as const] : [])],
    detached: guided,
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('a program without pipes');
  return Object.assign(child, { stdout, stderr });
}

/** `npm start` without npm: the real server in a process of its own. */
export class HaloProcess {
  readonly dataDir: string;
  /** From spawn to the printed address, ms. */
  readonly readyMs: number;
  /** `http://127.0.0.1:<port>`, as it was printed. */
  readonly origin: string;
  readonly #child: ChildProcess;
  readonly #output: string[];

  private constructor(
    dataDir: string,
    found: { child: ChildProcess; output: string[]; origin: string; readyMs: number },
  ) {
    this.dataDir = dataDir;
    this.readyMs = found.readyMs;
    this.origin = found.origin;
    this.#child = found.child;
    this.#output = found.output;
  }

  /** Resolves when the address is printed; rejects with all output when the process ends before. */
  static async start(
    dataDir: string,
    env: Readonly<Record<string, string>> = {},
    options: SpawnOptions = {},
  ): Promise<HaloProcess> {
    const startedMs = performance.now();
    const child = spawnProgram(['api/main.ts'], { HALO_DATA_DIR: dataDir, PORT: '0', ...env }, options);
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')));
    }
    let readyMs = 0;
    try {
      const origin = await until(`HALO in ${dataDir} is ready`, READY_TIMEOUT_MS, async () => {
        const address = /HALO готов за .*: (http:\/\/\S+)\n/.exec(output.join(''))?.[1];
        if (address !== undefined) readyMs = performance.now() - startedMs;
        return address ?? (hasEnded(child) ? 'ended' : undefined);
      });
      if (origin === 'ended') throw new Error('HALO ended before it was ready');
      return new HaloProcess(dataDir, { child, output, origin, readyMs });
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`HALO did not start. It said:\n${output.join('')}`, { cause: error });
    }
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('HALO has no pid');
    return pid;
  }

  /** Where it was started `guided`. */
  get channel(): ChildProcess {
    return this.#child;
  }

  get output(): string {
    return this.#output.join('');
  }

  get running(): boolean {
    return !hasEnded(this.#child);
  }

  /** The key it keeps in its data folder. */
  get apiKey(): string {
    return readFileSync(join(this.dataDir, 'api-key'), 'utf8').trim();
  }

  /** What it has started and not ended. */
  offspring(): readonly ProcessId[] {
    return descendantsOf(this.pid);
  }

  /** SIGTERM, and waits for the end. */
  stop(): Promise<Exit> {
    return this.#end('SIGTERM');
  }

  /** SIGKILL, and waits for the end. What it has started may live for a moment longer: see `offspring`. */
  kill(): Promise<Exit> {
    return this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Exit> {
    const startedMs = performance.now();
    this.#child.kill(signal);
    await until(`HALO ends after ${signal}`, EXIT_TIMEOUT_MS, async () => hasEnded(this.#child) || undefined);
    return {
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
      tookMs: performance.now() - startedMs,
    };
  }
}

/** Resolves when none of them runs any more; rejects with the names of those that stay. */
export async function allGone(processes: readonly ProcessId[]): Promise<void> {
  await until('no process is left behind', GONE_TIMEOUT_MS, async () => {
    const left = survivors(processes);
    if (left.length > 0) throw new Error(left.map(({ name, pid }) => `${name} (${pid})`).join(', '));
    return true;
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
