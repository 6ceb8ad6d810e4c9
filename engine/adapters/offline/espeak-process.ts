import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ProviderError } from '../../contract/errors.ts';
import { EspeakFrameReader, type EspeakFrame } from './espeak-frames.ts';
import type { ChunkQueue } from './synthesiser-stream.ts';

/** What the child needs to know to speak a text. */
interface EspeakOrder {
  readonly text: string;
  /** espeak-ng's voice and variant: `ru+f3`. */
  readonly voice: string;
  readonly rateWpm: number;
  /** 0…99. */
  readonly pitch: number;
  /** How much the pitch moves, 0…99. */
  readonly range: number;
  /** 0…200; 100 is espeak-ng's own. */
  readonly volume: number;
}

export interface EspeakProcessOptions {
  /** The child's script; another one in tests. */
  readonly script?: string;
  /** Hears that the child died and why, in English. */
  readonly onFailure?: (message: string) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

interface Job {
  readonly order: EspeakOrder;
  readonly sink: ChunkQueue<Int16Array>;
  starts: number;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A request is begun anew once if the child dies before giving it any sound. */
const MAX_STARTS = 2;
const MAX_JOBS = 64;
/** This many deaths within the window, and nothing is started until the oldest is out of it. */
const MAX_DEATHS = 5;
const DEATH_WINDOW_MS = 30_000;
const LOAD_LIMIT_MS = 15_000;

/**
 * Keeps one espeak-ng child: started by the first request (or `warmUp`), shared by all, started again when it dies.
 * Holds the event loop only while there is work. The child ends with its stdin, however this process ends.
 */
export class EspeakProcess {
  readonly #script: string;
  readonly #onFailure: (message: string) => void;
  readonly #now: () => number;
  readonly #jobs = new Map<number, Job>();
  readonly #deaths: number[] = [];
  #child: Child | undefined;
  #ready: Deferred | undefined;
  #rateHz = 0;
  #lastId = 0;
  #closed = false;

  constructor(options: EspeakProcessOptions = {}) {
    this.#script = options.script ?? fileURLToPath(new URL('./espeak-child.mjs', import.meta.url));
    this.#onFailure = options.onFailure ?? (() => {});
    this.#now = options.now ?? (() => performance.now());
  }

  /** Of the sound given; 0 before the child was first ready. */
  get rateHz(): number {
    return this.#rateHz;
  }

  /** Requests in work. */
  get working(): number {
    return this.#jobs.size;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the child is loaded. Rejects with ProviderError when it cannot be. */
  async warmUp(): Promise<void> {
    this.#start();
    const limit = AbortSignal.timeout(LOAD_LIMIT_MS);
    const ready = this.#ready;
    if (ready === undefined) return;
    const late = (): void => this.#kill(`did not load within ${LOAD_LIMIT_MS} ms`);
    limit.addEventListener('abort', late);
    this.#hold();
    await ready.promise.finally(() => limit.removeEventListener('abort', late));
  }

  /** Pushes the sound into `sink` and ends or fails it. Returns what cancels the work. Throws ProviderError. */
  speak(order: EspeakOrder, sink: ChunkQueue<Int16Array>): () => void {
    if (this.#jobs.size >= MAX_JOBS) {
      throw new ProviderError('PROVIDER_LIMIT', `espeak-ng has ${MAX_JOBS} requests in work`, {
        retryable: true,
      });
    }
    this.#start();
    const id = (this.#lastId = (this.#lastId % 0xffffffff) + 1);
    this.#jobs.set(id, { order, sink, starts: 1 });
    this.#hold();
    this.#send({ op: 'speak', id, ...order });
    return () => {
      if (!this.#jobs.delete(id)) return;
      this.#send({ op: 'cancel', id });
      this.#hold();
    };
  }

  /** Kills a child that no longer answers; the next request starts another. */
  restart(reason: string): void {
    this.#kill(reason);
  }

  /** Idempotent. Resolves when the child is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const limit = AbortSignal.timeout(1000);
    limit.addEventListener('abort', () => child.kill('SIGKILL'));
    child.ref();
    child.stdin.end();
    await gone;
  }

  #start(): void {
    if (this.#closed) throw failed('the synthesiser is closed');
    if (this.#child !== undefined) return;
    const oldest = this.#deaths.at(-MAX_DEATHS);
    if (oldest !== undefined && this.#now() - oldest < DEATH_WINDOW_MS) {
      throw failed(`espeak-ng died ${MAX_DEATHS} times within ${DEATH_WINDOW_MS / 1000} s; see the log`);
    }
    // No environment: neither our keys nor NODE_OPTIONS are the child's business.
    const child = spawn(process.execPath, [this.#script], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
    const ready = deferred();
    this.#child = child;
    this.#ready = ready;
    const frames = new EspeakFrameReader();
    let complaint = '';
    child.stdout.on('data', (bytes: Buffer) => {
      try {
        for (const frame of frames.push(bytes)) this.#onFrame(frame, ready);
      } catch (error) {
        complaint = String(error);
        child.kill('SIGKILL');
      }
    });
    child.stderr.on('data', (bytes: Buffer) => {
      complaint = (complaint + bytes.toString('utf8')).slice(-500);
    });
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#onDeath(child, error.message));
    child.on('close', (code, signal) =>
      this.#onDeath(child, `ended with ${code ?? signal} ${complaint}`.trim()),
    );
  }

  #onFrame(frame: EspeakFrame, ready: Deferred): void {
    if (frame.kind === 'ready') {
      this.#rateHz = frame.rateHz;
      ready.settled = true;
      ready.resolve();
      this.#hold();
      return;
    }
    const job = this.#jobs.get(frame.id);
    if (job === undefined) return;
    if (frame.kind === 'audio') {
      job.sink.push(frame.samples);
      return;
    }
    this.#jobs.delete(frame.id);
    if (frame.kind === 'end') job.sink.end();
    else job.sink.fail(failed(`espeak-ng could not say it: ${frame.message}`));
    this.#hold();
  }

  #onDeath(child: Child, reason: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#ready?.reject(failed(`espeak-ng ${reason}`));
    this.#ready = undefined;
    if (!this.#closed) {
      this.#deaths.push(this.#now());
      this.#deaths.splice(0, this.#deaths.length - MAX_DEATHS);
      this.#onFailure(`espeak-ng ${reason}`);
    }
    for (const [id, job] of this.#jobs) {
      if (!this.#resume(id, job)) {
        this.#jobs.delete(id);
        job.sink.fail(failed(`espeak-ng ${reason}`));
      }
    }
    this.#hold();
  }

  /** False when the request cannot be begun anew. */
  #resume(id: number, job: Job): boolean {
    if (this.#closed || job.sink.pushed > 0 || job.starts >= MAX_STARTS) return false;
    try {
      this.#start();
    } catch {
      return false;
    }
    job.starts += 1;
    this.#send({ op: 'speak', id, ...job.order });
    return true;
  }

  #kill(reason: string): void {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGKILL');
    this.#onDeath(child, reason);
  }

  #send(message: object): void {
    const stdin = this.#child?.stdin;
    if (stdin?.writable === true) stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The child keeps this process alive only while somebody waits for it. */
  #hold(): void {
    const child = this.#child;
    if (child === undefined) return;
    const loading = this.#ready?.settled === false;
    const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as Pick<
      Socket,
      'ref' | 'unref'
    >[];
    for (const handle of handles) {
      if (this.#jobs.size > 0 || loading) handle.ref();
      else handle.unref();
    }
  }
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  settled: boolean;
}

/** Promise.withResolvers for Node 20; a rejection that nobody waits for is no crash. */
function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => {};
  let reject: Deferred['reject'] = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject, settled: false };
}

function failed(message: string): ProviderError {
  return new ProviderError('TTS_FAILED', message, { retryable: true });
}
