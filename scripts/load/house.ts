import { request } from 'node:http';
import { join } from 'node:path';
import { SILENT_LOG } from '../../api/log.ts';
import { openOn, type Persistence } from '../../api/persistence/open.ts';
import { InstanceFolder } from '../../api/persistence/postgres/folder.ts';
import { findPostmaster } from '../../api/persistence/postgres/running.ts';
import type { CallOrder } from '../../api/persistence/store.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { startFlags } from '../lib/start-flags.ts';
import { HaloProcess } from '../lib/halo-process.ts';
import type { Look, ProbeNews, ProbeOrder, Weight } from './messages.ts';

const ANSWERS_WITHIN_MS = 30_000;
const LAST_WORDS_CHARS = 4_000;

export interface LoadHouseOptions {
  readonly dataDir: string;
  readonly maxCalls: number;
  /** More modules that are loaded into the product's process before it, by tests that plant what must be found. */
  readonly preload?: readonly URL[];
}

/**
 * The whole product as `npm start` runs it, in a process and a data folder of its own, with a probe inside; and a second
 * process' view of its database (this one's), through which journals are read without asking anything of the first.
 */
export class LoadHouse {
  readonly #halo: HaloProcess;
  readonly #persistence: Persistence;

  private constructor(halo: HaloProcess, persistence: Persistence) {
    this.#halo = halo;
    this.#persistence = persistence;
  }

  /** Rejects with what the product said where it does not start; no process is left then. */
  static async open({ dataDir, maxCalls, preload = [] }: LoadHouseOptions): Promise<LoadHouse> {
    const modules = [new URL('probe.ts', import.meta.url), ...preload];
    const halo = await HaloProcess.start(
      dataDir,
      { HALO_TELEPHONY: 'simulator', HALO_MAX_CALLS: String(maxCalls), LOG_LEVEL: 'error' },
      {
        nodeFlags: [...startFlags(), '--expose-gc'],
        preload: modules,
        guided: true,
      },
    );
    try {
      return new LoadHouse(halo, await openDatabase(dataDir));
    } catch (error) {
      await halo.kill();
      throw error;
    }
  }

  get store(): Persistence['store'] {
    return this.#persistence.store;
  }

  get running(): boolean {
    return this.#halo.running;
  }

  /** Its last words, where it has ended. */
  get lastWords(): string {
    return this.#halo.output.slice(-LAST_WORDS_CHARS);
  }

  recording(file: string): string {
    return join(this.#halo.dataDir, 'recordings', file);
  }

  /** Orders a call as other systems do (`POST /call`), or, where the order names its far end, as another process of the house. */
  async order(order: CallOrder): Promise<CallId> {
    if (order.farEnd !== undefined) return this.store.createCall(order);
    const answer = await this.#post('/call', order);
    const { call_id: callId } = JSON.parse(answer) as { call_id: string };
    return toCallId(callId);
  }

  /** Hangs up on a call in progress; nothing where there is none. */
  async hangUp(callId: CallId): Promise<void> {
    await this.#post(`/ops/calls/${callId}/hangup`, undefined).catch(() => undefined);
  }

  async look(): Promise<Look> {
    return (await this.#ask('look', 'looked')).look;
  }

  async weigh(): Promise<Weight> {
    return (await this.#ask('weigh', 'weighed')).weight;
  }

  async begin(): Promise<void> {
    await this.#ask('begin', 'begun');
  }

  /** Ends the product in good order (its calls are hung up). Resolves with its exit code; null where it had ended before. */
  async close(): Promise<number | null> {
    await this.#persistence.close();
    return this.#halo.running ? (await this.#halo.stop()).code : null;
  }

  #ask<T extends ProbeNews['type']>(
    order: ProbeOrder['type'],
    type: T,
  ): Promise<Extract<ProbeNews, { type: T }>> {
    const { channel } = this.#halo;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        channel.off('message', hear).off('exit', gone);
        act();
      };
      const hear = (news: unknown): void => {
        if ((news as ProbeNews).type === type) settle(() => resolve(news as Extract<ProbeNews, { type: T }>));
      };
      const gone = (): void => settle(() => reject(new Error(`HALO завершился сам:\n${this.lastWords}`)));
      const timer = setTimeout(
        () => settle(() => reject(new Error(`HALO не отвечает ${ANSWERS_WITHIN_MS / 1000} с: он завис`))),
        ANSWERS_WITHIN_MS,
      );
      channel.on('message', hear).once('exit', gone);
      channel.send({ type: order } satisfies ProbeOrder, (error) => {
        if (error !== null) gone();
      });
    });
  }

  /** A connection for each request: one that is kept would be counted among the product's handles. */
  #post(path: string, body: unknown): Promise<string> {
    const url = new URL(path, this.#halo.origin);
    const headers = { 'x-api-key': this.#halo.apiKey, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: false, headers, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject).once('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`POST ${path}: HTTP ${response.statusCode} ${text}`));
        });
      });
      sent.once('error', reject);
      sent.end(body === undefined ? '{}' : JSON.stringify(body));
    });
  }
}

/** Connections of our own to the server that the product started. */
async function openDatabase(dataDir: string): Promise<Persistence> {
  const instance = new InstanceFolder(dataDir);
  const postmaster = findPostmaster(instance.data);
  if (postmaster === undefined) throw new Error('встроенная PostgreSQL не запустилась');
  const url = instance.url(postmaster.port);
  return openOn({ url, embedded: true, stop: () => Promise.resolve() }, SILENT_LOG);
}
