import {
  AriError,
  type AriChannel,
  type AriConnection,
  type AriEvent,
  type AriListener,
  type ConnectAri,
} from '../adapters/asterisk/ari.ts';
import type { Clock } from '../ports/clock.ts';

type Operation = Exclude<keyof AriConnection, 'close'>;

/** What becomes of a request: done, refused with a status, or done without an answer ever coming. */
export type Fate = 'done' | { readonly status: number } | 'unanswered';

interface FakeChannel {
  readonly application: string;
  state: string;
  readonly endpoint?: string;
  /** Ends with StasisEnd, and no ChannelDestroyed is told of it. */
  readonly fromDialplan?: boolean;
}

/** The person at the other end of a channel that was dialled. */
export interface FakePerson {
  readonly endpoint: string;
  ring(): void;
  progress(): void;
  answer(): void;
  press(digit: string): void;
  /** The channel ends from that side. */
  end(cause: number, techCause?: number): void;
}

const TIMEOUT_MS = 5_000;

/**
 * An Asterisk in memory and virtual time, as far as our adapter can tell: requests take their time, events come over
 * a way of their own, each in order, none in step with the other. Channels and bridges can be counted.
 */
export class FakeAsterisk {
  readonly channels = new Map<string, FakeChannel>();
  readonly bridges = new Map<string, Set<string>>();
  readonly globals = new Map<string, string>();
  /** PJSIP's, by `type/id`. */
  readonly objects = new Map<string, Readonly<Record<string, string>>>();
  /** Endpoints dialled, in order. */
  readonly dialled: string[] = [];
  readonly hangups: { readonly id: string; readonly q850: number | undefined }[] = [];
  /** Attempts to connect. */
  attempts = 0;
  /** Nobody can connect while it is down. */
  down = false;
  /** Says nothing any more although connections stand, as after SIGSTOP. */
  stopped = false;
  /** Each event is told twice. */
  doubled = false;
  fate: (operation: Operation, nth: number) => Fate = () => 'done';
  onDial: (person: FakePerson) => void = () => undefined;
  readonly #clock: Clock;
  readonly #latencyMs: () => number;
  readonly #connections = new Map<AriListener, { readonly application: string; lastMs: number }>();
  #requests = 0;

  constructor(clock: Clock, latencyMs: () => number = () => 1) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  readonly connect: ConnectAri = async ({ application, listener }) => {
    this.attempts += 1;
    await this.#pass();
    if (this.down || this.stopped) throw new AriError('gone', 'Asterisk не отвечает');
    this.#connections.set(listener, { application, lastMs: 0 });
    return this.#connection(application, listener);
  };

  /** Loses every connection; what it has, it keeps. */
  blink(): void {
    const listeners = [...this.#connections.keys()];
    this.#connections.clear();
    for (const listener of listeners) listener.closed('the event socket was closed');
  }

  /** Dies, with all it has. */
  crash(): void {
    this.down = true;
    this.channels.clear();
    this.bridges.clear();
    this.globals.clear();
    this.blink();
  }

  /** Somebody calls in. */
  call(application: string, id: string, from: string, to: string): void {
    this.channels.set(id, { application, state: 'Ring', fromDialplan: true });
    this.#emit(id, (channel) => ({
      type: 'StasisStart',
      channel: { ...channel, callerNumber: from },
      args: ['incoming', to, 'trunk-main'],
    }));
  }

  person(id: string): FakePerson {
    const change = (state: string, dialstatus: string) => {
      const channel = this.channels.get(id);
      if (channel === undefined) return;
      if (state !== '') {
        channel.state = state;
        this.#emit(id, (told) => ({ type: 'ChannelStateChange', channel: told }));
      }
      if (channel.endpoint !== undefined)
        this.#emit(id, (told) => ({ type: 'Dial', channel: told, dialstatus }));
    };
    return {
      endpoint: this.channels.get(id)?.endpoint ?? '',
      ring: () => change('Ringing', 'RINGING'),
      progress: () => change('', 'PROGRESS'),
      answer: () => change('Up', 'ANSWER'),
      press: (digit) => this.#emit(id, (channel) => ({ type: 'ChannelDtmfReceived', channel, digit })),
      end: (cause, techCause) => this.#destroy(id, cause, techCause),
    };
  }

  #connection(application: string, listener: AriListener): AriConnection {
    const ask = async <T>(operation: Operation, effect: () => T): Promise<T> => {
      const fate = this.fate(operation, (this.#requests += 1));
      await this.#pass();
      const gone = () => !this.#connections.has(listener);
      if (gone()) throw new AriError('gone', `${operation}: the connection was closed`);
      if (typeof fate === 'object') throw new AriError('refused', `${operation}: refused`, fate);
      if (this.stopped) return await this.#never(operation);
      const result = effect();
      if (fate === 'unanswered') return await this.#never(operation);
      await this.#pass();
      if (gone()) throw new AriError('gone', `${operation}: the connection was closed`);
      return result;
    };
    const existing = (id: string) => {
      const channel = this.channels.get(id);
      if (channel === undefined) throw notFound(id);
      return channel;
    };
    const tell = ([id, { state }]: [string, FakeChannel]): AriChannel => ({ id, state, callerNumber: '' });
    const enter = (id: string, channel: FakeChannel) => {
      this.channels.set(id, channel);
      this.#emit(id, (told) => ({ type: 'StasisStart', channel: told, args: [] }));
    };
    return {
      ping: () => ask('ping', () => undefined),
      createChannel: ({ id, endpoint }) =>
        ask('createChannel', () => enter(id, { application, state: 'Down', endpoint })),
      dialChannel: (id) =>
        ask('dialChannel', () => {
          this.dialled.push(existing(id).endpoint ?? '');
          this.onDial(this.person(id));
        }),
      ringChannel: (id) => ask('ringChannel', () => void existing(id)),
      answerChannel: (id) =>
        ask('answerChannel', () => {
          existing(id);
          this.person(id).answer();
        }),
      hangupChannel: (id, q850) =>
        ask('hangupChannel', () => {
          if (this.channels.has(id)) this.hangups.push({ id, q850 });
          this.#destroy(id, 16);
        }),
      channel: (id) =>
        ask('channel', () => {
          const channel = this.channels.get(id);
          return channel === undefined ? undefined : tell([id, channel]);
        }),
      channels: () => ask('channels', () => [...this.channels].map(tell)),
      externalMedia: (id) =>
        ask('externalMedia', () => {
          enter(id, { application, state: 'Up' });
          return { address: '127.0.0.1', port: 20_000 + this.channels.size };
        }),
      createBridge: (id) => ask('createBridge', () => void this.bridges.set(id, new Set())),
      addToBridge: (bridgeId, channelId) =>
        ask('addToBridge', () => {
          existing(channelId);
          const bridge = this.bridges.get(bridgeId);
          if (bridge === undefined) throw notFound(bridgeId);
          bridge.add(channelId);
        }),
      destroyBridge: (id) => ask('destroyBridge', () => void this.bridges.delete(id)),
      bridges: () => ask('bridges', () => [...this.bridges.keys()]),
      applications: () =>
        ask('applications', () => {
          const names = new Set([
            ...[...this.#connections.values()].map((connection) => connection.application),
            ...[...this.channels.values()].map((channel) => channel.application),
          ]);
          return [...names].map((name) => ({
            name,
            channelIds: [...this.channels].filter(([, own]) => own.application === name).map(([id]) => id),
            bridgeIds: [],
          }));
        }),
      tellApplication: (to, name, fields) =>
        ask('tellApplication', () => this.#deliver(to, { type: 'UserEvent', name, fields })),
      globalVariable: (name) => ask('globalVariable', () => this.globals.get(name) ?? ''),
      setGlobalVariable: (name, value) => ask('setGlobalVariable', () => void this.globals.set(name, value)),
      endpoints: () =>
        ask('endpoints', () =>
          [...this.objects.keys()].flatMap((key) => (key.startsWith('endpoint/') ? [key.slice(9)] : [])),
        ),
      putObject: (type, id, fields) => ask('putObject', () => void this.objects.set(`${type}/${id}`, fields)),
      removeObject: (type, id) => ask('removeObject', () => void this.objects.delete(`${type}/${id}`)),
      rtpStatistics: (id) => ask('rtpStatistics', () => ({ channel: id })),
      close: () => void this.#connections.delete(listener),
    };
  }

  #destroy(id: string, cause: number, techCause?: number): void {
    const found = this.channels.get(id);
    if (found === undefined) return;
    this.#emit(id, (channel) => ({ type: 'StasisEnd', channel }));
    if (found.fromDialplan !== true)
      this.#emit(id, (channel) => ({
        type: 'ChannelDestroyed',
        channel,
        cause,
        ...(techCause === undefined ? {} : { techCause }),
      }));
    this.channels.delete(id);
    for (const bridge of this.bridges.values()) bridge.delete(id);
  }

  #emit(id: string, event: (channel: AriChannel) => AriEvent): void {
    const channel = this.channels.get(id);
    if (channel !== undefined)
      this.#deliver(channel.application, event({ id, state: channel.state, callerNumber: '' }));
  }

  #deliver(application: string, event: AriEvent): void {
    for (const [listener, connection] of this.#connections) {
      if (connection.application !== application || this.stopped) continue;
      connection.lastMs = Math.max(connection.lastMs, this.#clock.now() + this.#latencyMs());
      this.#clock.setTimeout(() => {
        for (let told = 0; told < (this.doubled ? 2 : 1); told += 1)
          if (this.#connections.has(listener)) listener.event(event);
      }, connection.lastMs - this.#clock.now());
    }
  }

  #pass(): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimeout(resolve, this.#latencyMs()));
  }

  #never(operation: string): Promise<never> {
    return new Promise((_, reject) =>
      this.#clock.setTimeout(
        () => reject(new AriError('timeout', `${operation}: no answer from Asterisk`)),
        TIMEOUT_MS,
      ),
    );
  }
}

function notFound(what: string): AriError {
  return new AriError('refused', `${what}: not found`, { status: 404 });
}
