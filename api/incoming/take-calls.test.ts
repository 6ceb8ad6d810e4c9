import { describe, expect, it } from 'vitest';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import type { IncomingOffer } from '../../engine/contract/engine.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { DEFAULT_VOICE } from '../schemas/call.ts';
import { SILENT_LOG } from '../log.ts';
import type { CallOrder } from '../persistence/store.ts';
import { russianNumber, takeIncomingCalls } from './take-calls.ts';

const CALL_ID = toCallId('11111111-1111-4111-8111-111111111111');

/** An engine that people call, and what became of it. */
function setUp(
  more: { readonly slots?: number; readonly storeFails?: boolean; readonly engineFails?: boolean } = {},
) {
  const orders: { order: CallOrder; dial: boolean | undefined }[] = [];
  const plans: CallPlan[] = [];
  let listener: ((offer: IncomingOffer) => void) | undefined;
  takeIncomingCalls({
    engine: {
      onIncoming: (given) => (listener = given),
      freeSlots: () => more.slots ?? 1,
      place: (plan) => {
        if (more.engineFails === true) throw new Error('no');
        plans.push(plan);
        return { callId: plan.callId, ended: Promise.resolve(), hangup: () => undefined };
      },
    },
    store: {
      createCall: async (order, options) => {
        if (more.storeFails === true) throw new Error('the database is away');
        orders.push({ order, dial: options?.dial });
        return CALL_ID;
      },
    },
    log: SILENT_LOG,
  });
  const call = async (from: string): Promise<boolean> => {
    let refused = false;
    listener?.({ id: 'line-1', from, to: '+74951234567', refuse: () => (refused = true) });
    await new Promise((resolve) => setImmediate(resolve));
    return refused;
  };
  return { orders, plans, call };
}

describe('calls that come in', () => {
  it('become calls that nobody dials', async () => {
    const { orders, plans, call } = setUp();
    expect(await call('89161234567')).toBe(false);
    expect(orders).toEqual([
      { order: { phone: '+79161234567', language: 'auto', voice: DEFAULT_VOICE, prompt: '' }, dial: false },
    ]);
    expect(plans).toMatchObject([{ callId: CALL_ID, phone: '+79161234567', incoming: 'line-1' }]);
  });

  it.each(['', 'anonymous', '+442071234567', '911', '+7916123456'])('are refused from «%s»', async (from) => {
    const { orders, call } = setUp();
    expect(await call(from)).toBe(true);
    expect(orders).toEqual([]);
  });

  it('are refused when no slot is free, and store nothing', async () => {
    const { orders, call } = setUp({ slots: 0 });
    expect(await call('+79161234567')).toBe(true);
    expect(orders).toEqual([]);
  });

  it.each([{ storeFails: true }, { engineFails: true }])(
    'are refused, not left ringing: %j',
    async (trouble) => {
      expect(await setUp(trouble).call('+79161234567')).toBe(true);
    },
  );

  it.each([
    ['+79161234567', '+79161234567'],
    ['79161234567', '+79161234567'],
    ['89161234567', '+79161234567'],
    ['9161234567', '+79161234567'],
    ['00441234567890', undefined],
  ])('reads %s', (text, phone) => {
    expect(russianNumber(text)).toBe(phone);
  });
});
