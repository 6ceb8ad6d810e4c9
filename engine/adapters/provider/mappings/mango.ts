import { createHash } from 'node:crypto';
import type { ProviderEventName } from '../../../contract/provider.ts';
import type { ProviderConfig } from '../../../contract/provider-config.ts';
import { sameText } from '../signature.ts';
import { digitsOf, formOf, objectOf, type CallbackMapping } from './mapping.ts';
import { unifiedMapping } from './unified.ts';

/**
 * Mango Office's real-time notifications (MangoOffice_VPBX_API.pdf of 2026-02-16, «/events/call»): a form of `vpbx_api_key`,
 * `sign` = hex SHA-256 of key + json + salt, and `json`. Mango adds `/events/call` to the address it is given: give it
 * `<our address>/telephony`.
 *
 * - A call that was ordered with `commands/callback` carries its `command_id`: let the gateway put our call_id there. Without
 *   one the call is known by the number that was dialled.
 * - `callback` rings the employee first and the person then; only the leg to the person counts.
 * - `seq` orders the notifications of a leg; our fold needs no order.
 *
 * Sound cannot be had this way; docs/telephony-provider.md says what can. Written from the document; not tried with a
 * live account.
 */
export function mangoMapping(config: ProviderConfig): CallbackMapping {
  const unified = unifiedMapping(config);
  return {
    ...unified,
    read: (callback, wallMs) => {
      const form = formOf(callback);
      const sign = form.get('sign');
      if (sign === null) return unified.read(callback, wallMs);
      const key = form.get('vpbx_api_key') ?? '';
      const json = form.get('json') ?? '';
      const expected = createHash('sha256').update(`${key}${json}${config.eventSecret}`).digest('hex');
      if (!sameText(sign, expected) || !sameText(key, config.mangoKey ?? '')) return { kind: 'forged' };
      const call = objectOf(json) as MangoCall | undefined;
      if (call === undefined) return { kind: 'malformed', what: 'json: a JSON object is expected' };
      const phone = digitsOf(call.to?.number);
      const event = eventOf(call);
      // The employee's leg has a SIP address or an extension where the person's has a number.
      if (event === undefined || phone.length < 10 || call.to?.extension !== undefined)
        return { kind: 'beside' };
      const { command_id: commandId, entry_id: entryId, disconnect_reason: reason } = call;
      return {
        kind: 'event',
        call: {
          phone,
          ...(typeof commandId === 'string' && { callId: commandId }),
          ...(typeof entryId === 'string' && { providerCallId: entryId }),
        },
        event,
        ...(reason !== undefined && { reason: `Mango ${String(reason)}` }),
      };
    },
  };
}

interface MangoCall {
  readonly entry_id?: unknown;
  readonly call_state?: unknown;
  readonly command_id?: unknown;
  /** A number, or its text. */
  readonly disconnect_reason?: string | number;
  readonly to?: { readonly number?: unknown; readonly extension?: unknown } | null;
}

function eventOf({ call_state: state, disconnect_reason: reason }: MangoCall): ProviderEventName | undefined {
  switch (state) {
    case 'Appeared':
      return 'ringing';
    case 'Connected':
      return 'answered';
    case 'Disconnected':
      return endOf(String(reason));
    default:
      return undefined;
  }
}

/** By the document's groups: 11xx ended normally, 42xx cannot be reached now; billing, wrong number, overload are errors. */
function endOf(reason: string): ProviderEventName {
  if (reason.startsWith('11')) return 'hangup';
  return reason.startsWith('42') ? 'no_answer' : 'error';
}
