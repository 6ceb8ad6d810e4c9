import type { CallId } from '../../engine/contract/ids.ts';
import type { LiveNotice } from '../schemas/live.ts';
import type { JournalHub } from './journal-hub.ts';
import { demoIsOver, liveMeaning } from './live-meaning.ts';
import { sseMessage, sseRetry } from './sse.ts';

/** Proxies give up silent connections after a minute or so, and a screen notices a dead one by the missing beat. */
export const BEAT_MS = 10_000;
const RETRY_MS = 2_000;

export interface LiveStreamOptions {
  readonly callId: CallId;
  /** The first event wanted is the one after this. */
  readonly afterSeq: number;
  readonly signal: AbortSignal;
  readonly beatMs?: number;
  readonly wallTime?: () => Date;
}

/**
 * A demo as Server-Sent Events, message by message: `hello` (the server's clock), one unnamed message for each meaning
 * with the journal's number as its id, `beat` in silence, `over` when nothing more will come. Whoever comes again with
 * the last id he has read misses nothing and hears nothing twice. An end without `over`: come again.
 */
export async function* liveStream(hub: JournalHub, options: LiveStreamOptions): AsyncGenerator<string, void> {
  const { callId, afterSeq, signal, beatMs = BEAT_MS, wallTime = () => new Date() } = options;
  const notice = (event: string): string => {
    const data: LiveNotice = { now: wallTime().toISOString() };
    return sseMessage(data, { event });
  };
  yield sseRetry(RETRY_MS) + notice('hello');
  for await (const { events, view } of hub.follow(callId, { afterSeq, idleMs: beatMs, signal })) {
    let text = '';
    for (const event of events) {
      const meaning = liveMeaning(event);
      if (meaning !== undefined) text += sseMessage(meaning, { id: event.seq });
    }
    const over = view !== undefined && demoIsOver(view);
    if (over) text += notice('over');
    else if (events.length === 0) text += notice('beat');
    if (text !== '') yield text;
    if (over) return;
  }
}
