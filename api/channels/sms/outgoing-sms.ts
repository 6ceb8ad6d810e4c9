import type { CallId } from '../../../engine/contract/ids.ts';
import type { Outgoing } from '../../deliveries/delivery.ts';
import type { Follower } from '../../deliveries/follow.ts';
import type { SmsGateway } from './gateway.ts';

/** As the table of deliveries and the journal name it. */
export const SMS_CHANNEL = 'sms';
const TITLE = 'SMS';

/** The invitation of a call as a delivery. */
export function outgoingSms(
  gateway: SmsGateway,
  message: { readonly callId: CallId; readonly to: string; readonly text: string },
): Outgoing {
  const { callId, to, text } = message;
  const { lookup } = gateway;
  return {
    callId,
    channel: SMS_CHANNEL,
    purpose: 'invitation',
    title: TITLE,
    gateway: gateway.name,
    repeatable: gateway.repeatable,
    followed: gateway.report !== undefined,
    send: (idempotencyKey, signal) => gateway.send({ to, text, idempotencyKey }, signal),
    ...(lookup === undefined
      ? {}
      : {
          lookup: {
            settleMs: lookup.settleMs,
            ask: (idempotencyKey, signal) => lookup.ask({ to, text, idempotencyKey }, signal),
          },
        }),
  };
}

/** Asks the gateway what became of a message. `phoneOf`: where it went. Undefined where it does not report. */
export function smsFollower(
  gateway: SmsGateway,
  phoneOf: (callId: CallId) => Promise<string | undefined>,
): Follower | undefined {
  const { report } = gateway;
  if (report === undefined) return undefined;
  return {
    title: TITLE,
    gateway: gateway.name,
    report: async ({ callId, handle }, signal) => {
      const to = await phoneOf(callId);
      if (handle === null || to === undefined) return { state: 'accepted' };
      return await report.call(gateway, { handle, to }, signal);
    },
  };
}
