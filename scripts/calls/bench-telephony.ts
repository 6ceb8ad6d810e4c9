import type { CallId } from '../../engine/contract/ids.ts';
import type { LineEvent, Telephony } from '../../engine/ports/telephony.ts';
import type { LineNews, LineOrder } from './messages.ts';

export interface BenchTelephony extends Telephony {
  /** What a far end says. */
  take(news: LineNews): void;
}

/** Lines to callers in another process: `order` goes there, `take` hears from there. Sound goes between the sockets. */
export function createBenchTelephony(order: (order: LineOrder) => void): BenchTelephony {
  const lines = new Map<CallId, (event: LineEvent) => void>();
  let dialled = 0;
  const end = (callId: CallId, event: Extract<LineEvent, { type: 'ended' }>): void => {
    const tell = lines.get(callId);
    if (!lines.delete(callId)) return;
    order({ type: 'hang up', callId });
    queueMicrotask(() => tell?.(event));
  };
  return {
    name: 'bench',
    simulated: true,
    dial: ({ callId, localMedia }, onEvent, signal) => {
      const hangup = (): void =>
        end(callId, { type: 'ended', outcome: 'hangup_near', reason: 'разговор завершён' });
      lines.set(callId, onEvent);
      signal.addEventListener('abort', hangup, { once: true });
      order({ type: 'dial', callId, media: localMedia, nth: dialled++ });
      return { hangup };
    },
    take: (news) => {
      if (news.type === 'answered') lines.get(news.callId)?.({ type: 'answered', remote: news.remote });
      else end(news.callId, { type: 'ended', outcome: 'error', reason: 'сбой стенда', cause: news.why });
    },
    state: () => ({ kind: 'ready' }),
    onIncoming: () => undefined,
    close: async () => undefined,
  };
}
