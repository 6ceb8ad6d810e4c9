import type { CallEvent } from '../engine/contract/call-event.ts';
import type { Log } from './log.ts';

/** V10: the points of a call that the log must show; words and numbers go under `pii.` and are masked. */
export function logEvent(log: Log, event: CallEvent): void {
  const { callId } = event;
  switch (event.type) {
    case 'line.dialling':
    case 'line.ringing':
    case 'line.answered':
      return log.info({ callId, event: event.type }, 'telephony event');
    case 'line.ended':
      return log.info(
        { callId, event: event.type, outcome: event.outcome, cause: event.cause },
        'telephony event',
      );
    case 'turn.transcribed':
      return log.info(
        { callId, turn: event.turn, 'pii.text': event.text, tookMs: event.tookMs },
        'turn transcribed',
      );
    case 'turn.unrecognised':
      return log.info({ callId, turn: event.turn, tookMs: event.tookMs }, 'turn not recognised');
    case 'utterance.started':
      return log.info({ callId, kind: event.kind, gapMs: event.gapMs }, 'assistant speaks');
    case 'limit.reached':
      return log.info({ callId, limit: event.limit }, 'limit of the conversation reached');
    case 'provider.failed':
      return log.error(
        { callId, stage: event.stage, code: event.code, 'pii.message': event.message },
        'provider failed',
      );
    case 'delivery.changed':
      return log.info(
        { callId, channel: event.channel, gateway: event.gateway, state: event.state },
        'delivery changed',
      );
    case 'call.ended':
      return log.info({ callId, status: event.status, durationSec: event.durationSec }, 'call ended');
    default:
      return undefined;
  }
}
