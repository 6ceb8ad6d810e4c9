import type { CallEngine, IncomingOffer } from '../../engine/contract/engine.ts';
import { errorFields, type Log } from '../log.ts';
import type { CallOrder, Store } from '../persistence/store.ts';
import { DEFAULT_LANGUAGE, DEFAULT_VOICE } from '../schemas/call.ts';

export interface TakeCallsDeps {
  readonly engine: Pick<CallEngine, 'onIncoming' | 'place' | 'freeSlots'>;
  readonly store: Pick<Store, 'createCall'>;
  readonly log: Log;
}

/**
 * Answers calls that come in: each becomes a call like any other, with the caller's number, and the same operator
 * holds it. Refused: numbers that are not Russian (V1) or withheld, and calls beyond the engine's slots.
 */
export function takeIncomingCalls({ engine, store, log }: TakeCallsDeps): void {
  const take = async (offer: IncomingOffer): Promise<void> => {
    const phone = russianNumber(offer.from);
    if (phone === undefined || engine.freeSlots() === 0) {
      offer.refuse();
      log.info(
        { 'pii.from': offer.from, why: phone === undefined ? 'number' : 'slots' },
        'incoming call refused',
      );
      return;
    }
    const order: CallOrder = { phone, language: DEFAULT_LANGUAGE, voice: DEFAULT_VOICE, prompt: '' };
    const callId = await store.createCall(order, { dial: false });
    log.info({ callId, 'pii.phone': phone }, 'incoming call taken');
    engine.place({ callId, ...order, incoming: offer.id });
  };
  engine.onIncoming((offer) => {
    take(offer).catch((error: unknown) => {
      offer.refuse();
      log.error(errorFields(error), 'an incoming call could not be taken');
    });
  });
}

/** E.164 of a Russian number as trunks write it: `+79161234567`, `79161234567`, `89161234567`, `9161234567`. */
export function russianNumber(text: string): string | undefined {
  const digits = /^(?:\+7|7|8)?(\d{10})$/.exec(text)?.[1];
  return digits === undefined ? undefined : `+7${digits}`;
}
