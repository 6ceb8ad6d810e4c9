export interface SmsOrder {
  /** E.164. */
  readonly to: string;
  readonly text: string;
  /** The same key is the same message: sent once, however often it is asked for. */
  readonly idempotencyKey: string;
}

/** A way to send text messages. */
export interface SmsGateway {
  /** As the API and the screen name it: `outbox`. */
  readonly name: string;
  /** True where nothing leaves the house. */
  readonly simulated: boolean;
  /** Resolves when the message is accepted. Rejects with what went wrong; aborting the signal gives up. */
  send(order: SmsOrder, signal: AbortSignal): Promise<void>;
}

/** D4.1's text, to the letter. */
export function invitation(telegramLink: string): string {
  return `Спасибо за разговор! Продолжим здесь: ${telegramLink}`;
}
