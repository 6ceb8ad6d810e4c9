/** Providers whose own callbacks are understood; `unified`: they send V4.2's JSON, or a gateway of the customer's does. */
export const PROVIDER_MAPPINGS = ['unified', 'voximplant', 'zadarma', 'mango'] as const;
export type ProviderMapping = (typeof PROVIDER_MAPPINGS)[number];

/** The customer's telephony provider, or the gateway before it. */
export interface ProviderConfig {
  readonly mapping: ProviderMapping;
  /** Where a call is asked for. */
  readonly dialUrl: string;
  /** Where it is asked to hang up; without it only those hear of it who hold the sound connection. */
  readonly hangupUrl?: string;
  /** Our own address as the provider reaches it, without a slash at the end. */
  readonly publicUrl: string;
  /** Shown to the provider as a bearer token (Voximplant: `api_key`). */
  readonly apiKey: string;
  /** Signs what the provider tells us (Zadarma: the API secret; Mango: `vpbx_api_salt`). */
  readonly eventSecret: string;
  /** Mango's `vpbx_api_key`. */
  readonly mangoKey?: string;
  readonly voximplant?: { readonly accountId: string; readonly ruleId: string };
}
