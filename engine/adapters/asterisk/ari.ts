import type { Clock } from '../../ports/clock.ts';
import type { MediaAddress } from '../../ports/media-transport.ts';
import type { AriAddress } from './ari-address.ts';

/** Asterisk's channel states that matter to us; others exist (`Dialing`, `Busy`, …). */
export interface AriChannel {
  readonly id: string;
  readonly state: string;
  /** The caller's number as the network wrote it; empty where it is withheld. */
  readonly callerNumber: string;
}

export interface AriApplication {
  readonly name: string;
  readonly channelIds: readonly string[];
  readonly bridgeIds: readonly string[];
}

export interface NewChannel {
  readonly id: string;
  /** `PJSIP/+79161234567@trunk-main`. */
  readonly endpoint: string;
  /** Set on the channel before it dials: variables, and functions such as `PJSIP_HEADER(add,X-Name)`. */
  readonly variables?: Readonly<Record<string, string>>;
}

export type PjsipObject = 'endpoint' | 'aor' | 'auth';

/**
 * What we ask of Asterisk (ARI, Asterisk 22), for one Stasis application. Every request settles: with its answer,
 * or with an AriError after a time-out, a refusal or the loss of the connection.
 */
export interface Ari {
  /** Both ways, REST and events, are alive; resolves or rejects within seconds. */
  ping(): Promise<void>;
  /** Makes a channel that enters our application at once (StasisStart) and dials nobody yet. */
  createChannel(channel: NewChannel): Promise<void>;
  /** Sends its INVITE. Asterisk itself gives up after `timeoutS` whole seconds, should we be dead by then. */
  dialChannel(id: string, timeoutS: number): Promise<void>;
  /** 180 Ringing to somebody who calls us. */
  ringChannel(id: string): Promise<void>;
  answerChannel(id: string): Promise<void>;
  /** Resolves too when there is no such channel. `q850`: the cause told to the far end; normal clearing without it. */
  hangupChannel(id: string, q850?: number): Promise<void>;
  /** Undefined when there is no such channel. */
  channel(id: string): Promise<AriChannel | undefined>;
  channels(): Promise<readonly AriChannel[]>;
  /** Makes a channel that exchanges PCMU with `media` over RTP; resolves with Asterisk's own address of it. */
  externalMedia(id: string, media: MediaAddress): Promise<MediaAddress>;
  createBridge(id: string): Promise<void>;
  addToBridge(bridgeId: string, channelId: string): Promise<void>;
  /** Resolves too when there is no such bridge. */
  destroyBridge(id: string): Promise<void>;
  bridges(): Promise<readonly string[]>;
  /** Those with a live websocket, and those that died but still have channels or bridges. */
  applications(): Promise<readonly AriApplication[]>;
  /** Sends `UserEvent` to whoever listens to that application. Rejects (404) when it is not known. */
  tellApplication(application: string, name: string, fields: Readonly<Record<string, string>>): Promise<void>;
  /** Empty when it is not set. */
  globalVariable(name: string): Promise<string>;
  setGlobalVariable(name: string, value: string): Promise<void>;
  /** Names of all SIP endpoints. */
  endpoints(): Promise<readonly string[]>;
  /** Makes or changes an object of res_pjsip that lives in memory. */
  putObject(type: PjsipObject, id: string, fields: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves too when there is no such object. */
  removeObject(type: PjsipObject, id: string): Promise<void>;
  /** RTP as Asterisk counts it on a SIP channel. */
  rtpStatistics(id: string): Promise<Readonly<Record<string, unknown>>>;
}

/** The events of our application that mean something to us; the others are not passed on. */
export type AriEvent =
  | { readonly type: 'StasisStart'; readonly channel: AriChannel; readonly args: readonly string[] }
  /** The channel left us. The only end that is told of a channel that came in by the dialplan; others end by ChannelDestroyed. */
  | { readonly type: 'StasisEnd'; readonly channel: AriChannel }
  | { readonly type: 'ChannelStateChange'; readonly channel: AriChannel }
  | { readonly type: 'ChannelDtmfReceived'; readonly channel: AriChannel; readonly digit: string }
  /** `dialstatus`: RINGING, PROGRESS (183), ANSWER, BUSY, …; empty when dialling begins. `channel` is the called one. */
  | { readonly type: 'Dial'; readonly channel: AriChannel; readonly dialstatus: string }
  | {
      readonly type: 'ChannelDestroyed';
      readonly channel: AriChannel;
      /** Q.850. */
      readonly cause: number;
      /** The SIP status of the final answer, where there was one. */
      readonly techCause?: number;
    }
  | {
      readonly type: 'UserEvent';
      readonly name: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

export type AriChannelEvent = Extract<AriEvent, { readonly channel: AriChannel }>;

/** A connection that stands: requests go out, events come in, until `closed` is told or `close` is called. */
export interface AriConnection extends Ari {
  /** Rejects what is under way and holds nothing any more. `closed` is not told. Idempotent. */
  close(): void;
}

export interface AriListener {
  event(event: AriEvent): void;
  /** The connection was lost; told once. */
  closed(why: string): void;
}

export interface ConnectOptions {
  readonly address: AriAddress;
  /** Name of the Stasis application. Two clients under one name would steal each other's events. */
  readonly application: string;
  readonly clock: Clock;
  readonly listener: AriListener;
  readonly signal: AbortSignal;
}

/** Connects once. Rejects with an AriError. */
export type ConnectAri = (options: ConnectOptions) => Promise<AriConnection>;

/**
 * `refused`: Asterisk answered with an error (`status`); `timeout`: no answer came; `gone`: the connection was lost
 * or never came about.
 */
export type AriErrorKind = 'refused' | 'timeout' | 'gone';

export class AriError extends Error {
  readonly kind: AriErrorKind;
  /** HTTP status of a refusal. */
  readonly status: number | undefined;

  constructor(
    kind: AriErrorKind,
    message: string,
    options: { readonly status?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AriError';
    this.kind = kind;
    this.status = options.status;
  }
}

/** Whether Asterisk said that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof AriError && error.status === 404;
}
