import { Value } from 'typebox/value';
import { TelephonyEvent } from '../../../contract/provider.ts';
import type { ProviderConfig } from '../../../contract/provider-config.ts';
import { isGenuine } from '../signature.ts';
import { objectOf, type CallbackMapping } from './mapping.ts';

const ID = /^[\x21-\x7e]{1,200}$/;

/** V4.2 itself: the provider, or the gateway that the customer put before him, speaks the unified JSON. */
export function unifiedMapping({ dialUrl, apiKey, eventSecret }: ProviderConfig): CallbackMapping {
  return {
    read: (callback, wallMs) => {
      if (!isGenuine(callback, eventSecret, wallMs)) return { kind: 'forged' };
      const event = objectOf(Buffer.from(callback.body).toString('utf8'));
      if (event === undefined) return { kind: 'malformed', what: 'a JSON object is expected' };
      if (!Value.Check(TelephonyEvent, event)) {
        const [first] = Value.Errors(TelephonyEvent, event);
        const where = first?.instancePath ?? '';
        return { kind: 'malformed', what: `${where === '' ? 'the event' : where}: ${first?.message ?? ''}` };
      }
      const { call_id: callId, event: name, reason } = event;
      return {
        kind: 'event',
        call: { callId },
        event: name,
        ...(typeof reason === 'string' && reason !== '' && { reason }),
      };
    },
    probe: () => undefined,
    dial: (order) => ({
      url: dialUrl,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        // The same call asked for twice is one call.
        'idempotency-key': order.call_id,
      },
      body: JSON.stringify(order),
    }),
    dialled: (answer) => {
      const id = (answer as { readonly provider_call_id?: unknown } | undefined)?.provider_call_id;
      return typeof id === 'string' && ID.test(id) ? id : undefined;
    },
  };
}
