import type { ProviderCallback, ProviderEventName } from '../../../contract/provider.ts';

/** Which call a provider speaks of, by whatever he knows of it. */
export interface CallReference {
  /** Ours, where he hands it back. */
  readonly callId?: string;
  /** His own. */
  readonly providerCallId?: string;
  /** The number that was dialled; digits only. */
  readonly phone?: string;
}

/** What a callback says, brought to V4.2. */
export type Reading =
  | { readonly kind: 'forged' }
  | { readonly kind: 'malformed'; readonly what: string }
  | { readonly kind: 'beside' }
  | {
      readonly kind: 'event';
      readonly call: CallReference;
      readonly event: ProviderEventName;
      readonly reason?: string;
    };

/** What a call is ordered with. */
export interface DialOrder {
  readonly call_id: string;
  readonly phone: string;
  /** Where the provider brings the sound: once, within the time that the call may ring. */
  readonly audio_url: string;
  readonly events_url: string;
  readonly ring_timeout_sec: number;
  readonly language: string;
}

/** A request to the provider. */
export interface ProviderRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One provider's way of speaking of calls. Thin: no state, no clock, no network. */
export interface CallbackMapping {
  /** `wallMs`: now, for signatures that age. */
  read(callback: ProviderCallback, wallMs: number): Reading;
  /** The answer to his check of our address; undefined when he does not ask. */
  probe(query: Readonly<Record<string, unknown>>): string | undefined;
  dial(order: DialOrder): ProviderRequest;
  /** His own id of the call, of the answer to `dial`; a refusal that comes as a success is thrown. */
  dialled(answer: unknown): string | undefined;
}

export function formOf({ body }: ProviderCallback): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString('utf8'));
}

/** An object of a JSON text, or undefined. */
export function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function digitsOf(phone: unknown): string {
  return typeof phone === 'string' || typeof phone === 'number' ? String(phone).replaceAll(/\D/g, '') : '';
}
