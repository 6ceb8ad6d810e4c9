import type { FastifyBaseLogger } from 'fastify';
import type { CallId } from '../../engine/contract/ids.ts';
import type { CallOrder } from '../persistence/store.ts';
import type { AppDeps } from './app-deps.ts';

/** V10's first log point, and the wake-up of whoever dials. Never rejects. */
export async function announceCall(
  deps: AppDeps,
  log: FastifyBaseLogger,
  callId: CallId,
  order: CallOrder,
): Promise<void> {
  log.info(
    { callId, 'pii.phone': order.phone, language: order.language, voice: order.voice },
    'call requested',
  );
  try {
    await deps.onCallCreated?.(callId);
  } catch (error) {
    log.error({ callId, err: error }, 'the dialler was not woken; the call stays in the queue');
  }
}
