import Type, { type Static } from 'typebox';

/** V4.2: everything a telephony provider can say of a call. */
export const PROVIDER_EVENTS = ['ringing', 'answered', 'hangup', 'busy', 'no_answer', 'error'] as const;
export type ProviderEventName = (typeof PROVIDER_EVENTS)[number];

/** V4.2's unified JSON, to which every provider's callback is brought. */
export const TelephonyEvent = Type.Object(
  {
    call_id: Type.String({ format: 'uuid', description: 'call_id из запроса на звонок.' }),
    event: Type.Enum([...PROVIDER_EVENTS], { description: 'Что произошло.', examples: ['answered'] }),
    timestamp: Type.String({
      format: 'date-time',
      description: 'Когда, по ISO 8601.',
      examples: ['2025-11-17T16:10:00Z'],
    }),
    reason: Type.Optional(
      Type.Union([Type.String({ maxLength: 500 }), Type.Null()], {
        description: 'Причина словами провайдера, если она известна.',
      }),
    ),
  },
  { description: 'Событие звонка от провайдера телефонии.' },
);
export type TelephonyEvent = Static<typeof TelephonyEvent>;

/** A request of the provider as it came in: signatures are made over the very bytes. */
export interface ProviderCallback {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export type CallbackVerdict =
  /** Not from our provider: wrong secret or signature, or a signature that is too old. */
  | { readonly kind: 'forged' }
  | { readonly kind: 'malformed'; readonly what: string }
  /** Nothing to do with the state of a call. */
  | { readonly kind: 'beside' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'heard';
      readonly callId: string;
      readonly event: ProviderEventName;
      /** False: it was known already, or comes too late to matter. */
      readonly news: boolean;
      /** True: for HALO this call is over; a person who is still on the line should be let go. */
      readonly over: boolean;
    };

/** The provider's end of a sound connection, as the HTTP server has it. */
export interface SoundPeer {
  /** One message: sound as bytes, everything else as text. Never throws. */
  send(message: Uint8Array | string): void;
  /** What was sent and has not left this process yet. */
  backlogBytes(): number;
  /** RFC 6455 §7.4. */
  close(code: number, reason: string): void;
}

/** Our end of it: what the HTTP server passes on. */
export interface SoundSession {
  binary(bytes: Uint8Array): void;
  text(message: string): void;
  /** The connection is gone. 1000: the provider closed it because the conversation is over. */
  closed(code: number): void;
}

/** Leave to open one sound connection; used up by being given. */
export interface SoundTicket {
  open(peer: SoundPeer): SoundSession;
}

export type Refused = 'unknown' | 'forged' | 'over';

export type PostedVerdict =
  | { readonly kind: Refused }
  | { readonly kind: 'unreadable'; readonly what: string }
  /** `url`: where the assistant's answer will be, once. */
  | { readonly kind: 'taken'; readonly reply: number; readonly url: string };

export type ReplyVerdict =
  | { readonly kind: 'unknown' }
  /** He is still speaking, or has not begun: ask again. */
  | { readonly kind: 'unfinished' }
  /** `wav`: 8 kHz mono; without sound where nothing was said. */
  | { readonly kind: 'said'; readonly wav: Uint8Array; readonly over: boolean };

/** The way in for the customer's telephony provider (HALO_TELEPHONY=provider); the adapter behind it hides the rest. */
export interface ProviderDoor {
  /** V4.2. */
  callback(callback: ProviderCallback): CallbackVerdict;
  /** What a provider that checks our address before it uses it wants to read; undefined when it does not ask. */
  probe(query: Readonly<Record<string, unknown>>): string | undefined;
  /** V4.3, first way: takes the one-time token of a call's audio URL. */
  admit(callId: string, token: string): SoundTicket | Refused;
  /** V4.3, second way: a piece of the caller's sound, WAV or raw μ-law; empty asks for what is being said now. */
  posted(callId: string, callback: ProviderCallback): Promise<PostedVerdict>;
  /** The answer of `posted`'s link, when it has been said to its end. */
  reply(callId: string, reply: number, token: string, signal: AbortSignal): Promise<ReplyVerdict>;
}
