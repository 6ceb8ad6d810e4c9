import { createHmac } from 'node:crypto';
import type { ProviderEventName } from '../../../contract/provider.ts';
import type { ProviderConfig } from '../../../contract/provider-config.ts';
import { headerOf, sameText } from '../signature.ts';
import { digitsOf, formOf, type CallbackMapping } from './mapping.ts';
import { unifiedMapping } from './unified.ts';

/**
 * Zadarma's PBX notifications (zadarma.com/ru/support/api, «Вебхуки»): a form with `event`, signed in the header `Signature`:
 * base64 of the hex HMAC-SHA1, keyed with the API secret, over the fields named below, one after another.
 *
 * - Outgoing calls have two: NOTIFY_OUT_START and NOTIFY_OUT_END with `disposition`. No notification says that the
 *   person of an outgoing call has answered: that must come from the gateway that carries the sound, in the unified JSON.
 * - The signature covers neither the disposition nor any time: it proves the sender, and no more.
 * - Our call_id is not handed back: the call is known by `pbx_call_id` once its number was seen on the way out.
 *
 * Sound cannot be had this way; docs/telephony-provider.md says what can. Written from the document; not tried with a
 * live account.
 */
export function zadarmaMapping(config: ProviderConfig): CallbackMapping {
  const unified = unifiedMapping(config);
  return {
    ...unified,
    read: (callback, wallMs) => {
      const signature = headerOf(callback, 'signature');
      if (signature === undefined) return unified.read(callback, wallMs);
      const form = formOf(callback);
      const name = form.get('event') ?? '';
      const signed = SIGNED[name];
      if (signed === undefined) return { kind: 'beside' };
      const text = signed.map((field) => form.get(field) ?? '').join('');
      const hex = createHmac('sha1', config.eventSecret).update(text).digest('hex');
      if (!sameText(signature, Buffer.from(hex).toString('base64'))) return { kind: 'forged' };
      const disposition = form.get('disposition') ?? '';
      return {
        kind: 'event',
        call: { providerCallId: form.get('pbx_call_id') ?? '', phone: digitsOf(form.get('destination')) },
        event: name === 'NOTIFY_OUT_START' ? 'ringing' : (DISPOSITIONS[disposition] ?? 'error'),
        ...(disposition !== '' && { reason: disposition }),
      };
    },
    // He asks once, when the address is set: `?zd_echo=…` must come back.
    probe: ({ zd_echo: echo }) => (typeof echo === 'string' && echo.length <= 200 ? echo : undefined),
  };
}

const SIGNED: Readonly<Record<string, readonly string[]>> = {
  NOTIFY_OUT_START: ['internal', 'destination', 'call_start'],
  NOTIFY_OUT_END: ['internal', 'destination', 'call_start'],
};

/** Everything else (`failed`, `unallocated number`, `no money`, …) is an error. */
const DISPOSITIONS: Readonly<Record<string, ProviderEventName>> = {
  answered: 'hangup',
  busy: 'busy',
  'no answer': 'no_answer',
  cancel: 'no_answer',
};
