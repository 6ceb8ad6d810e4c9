import type { Found, Taken } from '../../deliveries/delivery.ts';
import type { Report } from '../../deliveries/follow.ts';

export interface SmsOrder {
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** The same key is the same message. */
  readonly idempotencyKey: string;
}

/** Where a gateway's API is, and how long its answers are waited for. */
export interface SmsApiOptions {
  /** Without a slash at the end; the vendor's own address without it. */
  readonly baseUrl?: string;
  readonly answerMs?: number;
}

/** Money on the account. */
export interface SmsBalance {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** A message that a gateway has accepted. */
export interface AcceptedSms {
  /** What `send` gave. */
  readonly handle: string;
  readonly to: string;
}

/** A way to send text messages. Every failure of its methods is a DeliveryError. */
export interface SmsGateway {
  /** As the API and the screen name it: `outbox`, `smsc`. */
  readonly name: string;
  /** True where nothing leaves the house. */
  readonly simulated: boolean;
  /** True where an order that comes twice with the same key is sent once. */
  readonly repeatable: boolean;
  /** Resolves when the message is accepted. */
  send(order: SmsOrder, signal: AbortSignal): Promise<Taken>;
  /** Was this very order taken? Absent where the gateway cannot be asked. `settleMs`: see deliveries' Lookup. */
  readonly lookup?: {
    readonly settleMs: number;
    ask(order: SmsOrder, signal: AbortSignal): Promise<Found>;
  };
  /** What became of an accepted message; absent where the gateway does not report it. */
  report?(message: AcceptedSms, signal: AbortSignal): Promise<Report>;
  /** Absent where the gateway does not tell. */
  balance?(signal: AbortSignal): Promise<SmsBalance>;
}

/** D4.1's text, to the letter. */
export function invitation(telegramLink: string): string {
  return `Спасибо за разговор! Продолжим здесь: ${telegramLink}`;
}
