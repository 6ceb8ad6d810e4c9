import type { ProviderConfig } from '../../../contract/provider-config.ts';
import type { CallbackMapping } from './mapping.ts';
import { unifiedMapping } from './unified.ts';

/**
 * Voximplant calls nobody back by itself: a scenario of the customer's does (scripts/examples/voximplant-scenario.mjs), and
 * it speaks the unified JSON. What is his own is how a scenario is started: StartScenarios of the Management API
 * (voximplant.com/docs/references/httpapi/scenarios): `account_id`, `api_key`, `rule_id`, `script_custom_data`, as a form;
 * a refusal is `{"error": {"code", "msg"}}` with status 200. His sound is in sound-dialect.ts.
 * Written from the documents; not tried with a live account.
 */
export function voximplantMapping(config: ProviderConfig): CallbackMapping {
  const { dialUrl, apiKey, voximplant } = config;
  return {
    ...unifiedMapping(config),
    dial: (order) => ({
      url: dialUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        account_id: voximplant?.accountId ?? '',
        api_key: apiKey,
        rule_id: voximplant?.ruleId ?? '',
        script_custom_data: JSON.stringify(order),
      }).toString(),
    }),
    dialled: (answer) => {
      const { error } = (answer ?? {}) as {
        readonly error?: { readonly code?: unknown; readonly msg?: unknown };
      };
      if (error !== undefined) throw new Error(`Voximplant: ${String(error.code)} ${String(error.msg)}`);
      return undefined;
    },
  };
}
