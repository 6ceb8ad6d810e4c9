import type { ProviderDoor, ProviderEventName, SoundSession } from '../contract/provider.ts';
import type { ProviderConfig } from '../contract/provider-config.ts';
import type { DialOrder } from '../adapters/provider/mappings/mapping.ts';
import type { Clock, FrameTicker } from '../ports/clock.ts';

export const FAKE_PROVIDER: ProviderConfig = {
  mapping: 'unified',
  dialUrl: 'https://provider.example/dial',
  hangupUrl: 'https://provider.example/hangup',
  publicUrl: 'https://halo.example',
  apiKey: 'the-key-of-the-provider',
  eventSecret: 'the-secret-of-events',
};

/** Numbers, and what their people do. */
export const FAKE_PHONES = {
  talks: '+79990000001',
  hangsUp: '+79990000004',
  rings: '+79990000480',
  busy: '+79990000486',
  refused: '+79990000503',
} as const;

const RINGS_AFTER_MS = 200;
const ANSWERS_AFTER_MS = 1_000;
const FRAME = new Uint8Array(160).fill(0x55);

interface FakeCall {
  readonly order: DialOrder;
  session: SoundSession | undefined;
  stop: () => void;
  over: boolean;
}

/** A provider inside the process: takes calls over `fetch`, tells at the door, speaks on the beat. */
export class FakeProvider {
  readonly orders: DialOrder[] = [];
  readonly hangups: string[] = [];
  /** What HALO said on the sound connections. */
  readonly texts: string[] = [];
  readonly heard: Uint8Array[] = [];
  /** What `dial` is answered with instead of 202. */
  answer: () => Response | Promise<Response> = () => Response.json({ accepted: true }, { status: 202 });
  readonly #clock: Clock;
  readonly #ticker: FrameTicker;
  readonly #calls = new Map<string, FakeCall>();
  door: ProviderDoor | undefined;

  constructor(clock: Clock, ticker: FrameTicker) {
    this.#clock = clock;
    this.#ticker = ticker;
  }

  /** Beats that still run. */
  held(): number {
    return [...this.#calls.values()].filter((call) => !call.over).length;
  }

  readonly fetch: typeof fetch = async (url, init) => {
    const signal = init?.signal;
    if (signal?.aborted === true) throw new Error('aborted');
    const body = JSON.parse(typeof init?.body === 'string' ? init.body : '') as DialOrder;
    if (url === FAKE_PROVIDER.hangupUrl) {
      this.hangups.push(body.call_id);
      this.#leave(this.#calls.get(body.call_id));
      return Response.json({});
    }
    this.orders.push(body);
    const response = await this.answer();
    if (response.ok) this.#call(body);
    return response;
  };

  /** Says something of a call, as the provider does. */
  say(callId: string, event: ProviderEventName, reason: string | null = null) {
    const body = { call_id: callId, event, timestamp: '2025-11-17T16:10:00Z', reason };
    return this.door!.callback({
      headers: { 'x-telephony-secret': FAKE_PROVIDER.eventSecret },
      body: Buffer.from(JSON.stringify(body)),
    });
  }

  /** Opens the sound connection of a call with the word of a URL. */
  connect(callId: string, url: string): SoundSession | string {
    const ticket = this.door!.admit(callId, new URL(url).searchParams.get('token') ?? '');
    if (typeof ticket === 'string') return ticket;
    const session: SoundSession = ticket.open({
      send: (message) => {
        if (typeof message === 'string') this.texts.push(message);
        else this.heard.push(message);
      },
      backlogBytes: () => 0,
      close: (code) => {
        this.#leave(this.#calls.get(callId));
        this.#clock.setTimeout(() => session.closed(code), 0);
      },
    });
    return session;
  }

  #call(order: DialOrder): void {
    const call: FakeCall = { order, session: undefined, stop: () => undefined, over: false };
    this.#calls.set(order.call_id, call);
    const { call_id: callId, phone } = order;
    const say = (event: ProviderEventName) => {
      if (!call.over) this.say(callId, event);
    };
    const end = (event: ProviderEventName) => {
      say(event);
      this.#leave(call);
    };
    if (phone === FAKE_PHONES.refused) return this.#later(call, RINGS_AFTER_MS, () => end('error'));
    if (phone === FAKE_PHONES.busy) return this.#later(call, RINGS_AFTER_MS, () => end('busy'));
    this.#later(call, RINGS_AFTER_MS, () => {
      say('ringing');
      if (phone === FAKE_PHONES.rings) return this.#later(call, 20_000, () => end('no_answer'));
      this.#later(call, ANSWERS_AFTER_MS, () => {
        this.#pickUp(call);
        say('answered');
        if (phone === FAKE_PHONES.hangsUp) this.#later(call, 3_000, () => end('hangup'));
      });
    });
  }

  #pickUp(call: FakeCall): void {
    const { call_id: callId, audio_url: url } = call.order;
    const session = this.connect(callId, url);
    if (typeof session === 'string') return;
    call.session = session;
    call.stop = this.#ticker.start(() => session.binary(FRAME));
  }

  #leave(call: FakeCall | undefined): void {
    if (call === undefined) return;
    call.over = true;
    call.stop();
  }

  #later(call: FakeCall, ms: number, then: () => void): void {
    this.#clock.setTimeout(() => {
      if (!call.over) then();
    }, ms);
  }
}
