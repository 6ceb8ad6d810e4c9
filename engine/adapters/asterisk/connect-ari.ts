import ariClient, { type Client } from 'ari-client';
import type { Clock, TimerHandle } from '../../ports/clock.ts';
import type { MediaAddress } from '../../ports/media-transport.ts';
import {
  AriError,
  isNotFound,
  type AriApplication,
  type AriChannel,
  type AriConnection,
  type AriListener,
  type ConnectOptions,
  type NewChannel,
  type PjsipObject,
} from './ari.ts';
import { readAriEvent, readChannel } from './ari-event.ts';
import { readRefusal, repairSwagger } from './swagger-repairs.ts';

const REQUEST_PATIENCE_MS = 5_000;
const CONNECT_PATIENCE_MS = 10_000;
const PROBE_PATIENCE_MS = 3_000;

/** ari-client's websocket (ws 6), which its types do not show. */
interface WebSocket {
  on(event: 'message', listener: (data: unknown) => void): void;
  on(event: 'close', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  once(event: 'pong' | 'open', listener: () => void): void;
  removeAllListeners(event?: string): void;
  ping(): void;
  terminate(): void;
}

/**
 * Connects to Asterisk by ari-client: loads the description of the API, opens the event socket. ari-client's own
 * reconnecting and dispatching are taken off the socket: it gives up for good after 43 s, leaves timers behind, and
 * throws on events that it does not know. When the connection is lost, connect anew (AriLink does).
 */
export async function connectAri(options: ConnectOptions): Promise<AriConnection> {
  repairSwagger();
  const { address, application, clock, signal } = options;
  await probe(options);
  const pending = new Pending(clock);
  const abort = () => pending.rejectAll(new AriError('gone', 'the connection was given up'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const loading = ariClient.connect(address.url, address.user, address.password);
    const client = await pending.settle(loading, CONNECT_PATIENCE_MS, 'the API description');
    const connection = new ClientConnection(client, options, pending);
    await connection.open(application);
    return connection;
  } catch (error) {
    pending.rejectAll(new AriError('gone', 'the connection was given up'));
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Asks for a sign of life before ari-client is let loose: its first request has no time-out, and would hold a socket
 * to a stopped Asterisk for ever. Also the only place that sees «401».
 */
async function probe({ address, signal }: ConnectOptions): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${address.user}:${address.password}`).toString('base64')}`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PROBE_PATIENCE_MS)]);
  let status: number;
  try {
    const answer = await fetch(`${address.url}/ari/asterisk/ping`, {
      headers: { authorization, connection: 'close' },
      signal: patience,
    });
    await answer.arrayBuffer();
    status = answer.status;
  } catch (error) {
    throw new AriError('gone', `Asterisk не отвечает по адресу ${address.url}`, { cause: error });
  }
  if (status === 401) throw new AriError('refused', 'Asterisk не принял логин или пароль ARI', { status });
  if (status !== 200)
    throw new AriError('refused', `Asterisk ещё не готов (ARI ответил ${status})`, { status });
}

/** Requests under way: each ends by its answer, by time, or with the connection, whichever comes first. */
class Pending {
  readonly #clock: Clock;
  readonly #rejects = new Set<(error: AriError) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  settle<T>(work: PromiseLike<T>, patienceMs: number, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: TimerHandle | undefined = undefined;
      const settled = () => {
        if (timer !== undefined) this.#clock.clearTimeout(timer);
        this.#rejects.delete(fail);
      };
      const fail = (error: AriError) => {
        settled();
        reject(error);
      };
      this.#rejects.add(fail);
      timer = this.#clock.setTimeout(
        () => fail(new AriError('timeout', `${what}: no answer from Asterisk in ${patienceMs} ms`)),
        patienceMs,
      );
      work.then(
        (value) => {
          settled();
          resolve(value);
        },
        (error: unknown) => fail(toAriError(error, what)),
      );
    });
  }

  rejectAll(error: AriError): void {
    for (const reject of [...this.#rejects]) reject(error);
  }
}

class ClientConnection implements AriConnection {
  readonly #client: Client;
  readonly #application: string;
  readonly #pending: Pending;
  readonly #listener: AriListener;
  #socket: WebSocket | undefined;
  #opened = false;
  #closed = false;

  constructor(client: Client, { application, listener }: ConnectOptions, pending: Pending) {
    this.#client = client;
    this.#application = application;
    this.#listener = listener;
    this.#pending = pending;
  }

  /** Opens the event socket. Rejects with AriError, and holds nothing then. */
  async open(application: string): Promise<void> {
    const opening = this.#client.start(application);
    const socket = (this.#client as unknown as { readonly _ws: WebSocket })._ws;
    this.#socket = socket;
    for (const event of ['message', 'close', 'error']) socket.removeAllListeners(event);
    socket.on('message', (data) => {
      const event = readAriEvent(String(data));
      if (event !== undefined && !this.#closed) this.#listener.event(event);
    });
    const opened = new Promise<void>((resolve, reject) => {
      opening.then(resolve, reject);
      socket.on('error', (error) => {
        reject(new AriError('gone', `the event socket: ${error.message}`, { cause: error }));
        this.#lost(`the event socket: ${error.message}`);
      });
      socket.on('close', () => {
        reject(new AriError('gone', 'the event socket was closed'));
        this.#lost('the event socket was closed');
      });
    });
    try {
      await this.#pending.settle(opened, REQUEST_PATIENCE_MS, 'the event socket');
    } catch (error) {
      this.close();
      throw error;
    }
    this.#opened = true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const socket = this.#socket;
    if (socket !== undefined) {
      socket.removeAllListeners();
      // A socket that is terminated while it connects still tells an error.
      socket.on('error', () => undefined);
      socket.terminate();
    }
    this.#pending.rejectAll(new AriError('gone', 'the connection to Asterisk was closed'));
  }

  #lost(why: string): void {
    if (this.#closed) return;
    this.close();
    if (this.#opened) this.#listener.closed(why);
  }

  async ping(): Promise<void> {
    const socket = this.#socket;
    const pong = () =>
      new Promise<void>((resolve) => {
        socket?.once('pong', resolve);
        socket?.ping();
      });
    try {
      await Promise.all([
        this.#ask(() => this.#client.asterisk.ping(), 'ping'),
        this.#ask(pong, 'ping of the event socket'),
      ]);
    } finally {
      socket?.removeAllListeners('pong');
    }
  }

  async createChannel({ id, endpoint, variables = {} }: NewChannel): Promise<void> {
    const create = { endpoint, app: this.#application, channelId: id, variables };
    await this.#ask(() => this.#client.channels.create(create), 'create a channel');
  }

  async dialChannel(id: string, timeoutS: number): Promise<void> {
    await this.#ask(() => this.#client.channels.dial({ channelId: id, timeout: timeoutS }), 'dial');
  }

  async ringChannel(id: string): Promise<void> {
    await this.#ask(() => this.#client.channels.ring({ channelId: id }), 'ring');
  }

  async answerChannel(id: string): Promise<void> {
    await this.#ask(() => this.#client.channels.answer({ channelId: id }), 'answer');
  }

  async hangupChannel(id: string, q850?: number): Promise<void> {
    const hangup = { channelId: id, ...(q850 === undefined ? {} : { reason_code: String(q850) }) };
    await this.#ask(() => this.#client.channels.hangup(hangup), 'hang up').catch(forgiveNotFound);
  }

  async channel(id: string): Promise<AriChannel | undefined> {
    try {
      return readChannel(await this.#ask(() => this.#client.channels.get({ channelId: id }), 'channel'));
    } catch (error) {
      forgiveNotFound(error);
      return undefined;
    }
  }

  async channels(): Promise<readonly AriChannel[]> {
    const found = await this.#ask(() => this.#client.channels.list(), 'channels');
    return found.flatMap((channel) => readChannel(channel) ?? []);
  }

  async externalMedia(id: string, { address, port }: MediaAddress): Promise<MediaAddress> {
    const host = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    const order = { channelId: id, app: this.#application, external_host: host, format: 'ulaw' };
    const { channelvars } = await this.#ask(
      () => this.#client.channels.externalMedia(order),
      'external media',
    );
    const told = (channelvars ?? {}) as Readonly<Record<string, unknown>>;
    const remote = { address: told['UNICASTRTP_LOCAL_ADDRESS'], port: Number(told['UNICASTRTP_LOCAL_PORT']) };
    if (typeof remote.address !== 'string' || !Number.isInteger(remote.port) || remote.port < 1)
      throw new AriError('refused', 'Asterisk does not say where it listens for our RTP');
    return { address: remote.address, port: remote.port };
  }

  async createBridge(id: string): Promise<void> {
    await this.#ask(
      () => this.#client.bridges.createWithId({ bridgeId: id, type: 'mixing', name: id }),
      'create a bridge',
    );
  }

  async addToBridge(bridgeId: string, channelId: string): Promise<void> {
    await this.#ask(
      () => this.#client.bridges.addChannel({ bridgeId, channel: channelId }),
      `add ${channelId} to its bridge`,
    );
  }

  async destroyBridge(id: string): Promise<void> {
    await this.#ask(() => this.#client.bridges.destroy({ bridgeId: id }), 'destroy a bridge').catch(
      forgiveNotFound,
    );
  }

  async bridges(): Promise<readonly string[]> {
    return (await this.#ask(() => this.#client.bridges.list(), 'bridges')).map(({ id }) => id);
  }

  async applications(): Promise<readonly AriApplication[]> {
    const found = await this.#ask(() => this.#client.applications.list(), 'applications');
    return found.map(({ name, channel_ids, bridge_ids }) => ({
      name,
      channelIds: [channel_ids].flat(),
      bridgeIds: [bridge_ids].flat(),
    }));
  }

  async tellApplication(
    application: string,
    name: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<void> {
    const event = { eventName: name, application, variables: { ...fields } };
    await this.#ask(() => this.#client.events.userEvent(event), `tell ${application}`);
  }

  async globalVariable(name: string): Promise<string> {
    return (await this.#ask(() => this.#client.asterisk.getGlobalVar({ variable: name }), name)).value;
  }

  async setGlobalVariable(name: string, value: string): Promise<void> {
    await this.#ask(() => this.#client.asterisk.setGlobalVar({ variable: name, value }), name);
  }

  async endpoints(): Promise<readonly string[]> {
    const found = await this.#ask(() => this.#client.endpoints.listByTech({ tech: 'PJSIP' }), 'endpoints');
    return found.map(({ resource }) => resource);
  }

  async putObject(
    objectType: PjsipObject,
    id: string,
    values: Readonly<Record<string, string>>,
  ): Promise<void> {
    const fields = Object.entries(values).map(([attribute, value]) => ({ attribute, value }));
    const order = { configClass: 'res_pjsip', objectType, id, fields: { fields } };
    await this.#ask(() => this.#client.asterisk.updateObject(order), `make ${objectType} ${id}`);
  }

  async removeObject(objectType: PjsipObject, id: string): Promise<void> {
    const order = { configClass: 'res_pjsip', objectType, id };
    await this.#ask(
      () => this.#client.asterisk.deleteObject(order) as unknown as PromiseLike<void>,
      `remove ${objectType} ${id}`,
    ).catch(forgiveNotFound);
  }

  async rtpStatistics(id: string): Promise<Readonly<Record<string, unknown>>> {
    return {
      ...(await this.#ask(() => this.#client.channels.rtpstatistics({ channelId: id }), 'statistics')),
    };
  }

  async #ask<T>(request: () => PromiseLike<T>, what: string): Promise<T> {
    if (this.#closed) throw new AriError('gone', 'there is no connection to Asterisk');
    return this.#pending.settle(request(), REQUEST_PATIENCE_MS, what);
  }
}

function toAriError(error: unknown, what: string): AriError {
  if (error instanceof AriError) return error;
  const { status, message } = readRefusal(error instanceof Error ? error.message : String(error));
  return new AriError(status === undefined ? 'gone' : 'refused', `${what}: ${message}`, {
    ...(status === undefined ? {} : { status }),
    cause: error,
  });
}

function forgiveNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
