import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { TraceStep } from '../../engine/contract/call-trace.ts';
import type { CallEngine, WatchedCall } from '../../engine/contract/engine.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { maskedPhone } from '../demo/phone-mask.ts';
import type { JournalHub } from '../live/journal-hub.ts';
import { demoIsOver } from '../live/live-meaning.ts';
import { sseMessage, sseRetry } from '../live/sse.ts';
import type { OpsCallNews } from '../schemas/ops.ts';
import { Outbox } from './outbox.ts';

const BEAT_MS = 10_000;
/** How the sound fares is told as often. */
const MEDIA_EVERY_MS = 1_000;
const RETRY_MS = 2_000;
/** Steps in one message: a long call's are some hundreds. */
const STEPS_AT_ONCE = 200;

export interface CallStreamOptions {
  readonly hub: JournalHub;
  readonly engine: Pick<CallEngine, 'watch' | 'mediaNumbers' | 'liveCalls'>;
  readonly callId: CallId;
  readonly afterSeq: number;
  readonly signal: AbortSignal;
}

/**
 * One call as Server-Sent Events: its journal (`event`, with the number as the message's id), its machine's steps
 * (`steps`, each with its place in the row, so that whoever hears one twice is not misled) and how its sound fares
 * (`media`, once a second). Steps come as they are taken where this process holds the call, and out of the journal once it
 * has ended; numbers come from this process alone. `over`: nothing more will come.
 */
export async function* callStream(options: CallStreamOptions): AsyncGenerator<string, void> {
  const { hub, engine, callId, afterSeq, signal } = options;
  const outbox = new Outbox();
  let told = 0;
  const tellSteps = (steps: readonly TraceStep[]): void => {
    for (let at = 0; at < steps.length; at += STEPS_AT_ONCE) {
      const some = steps.slice(at, at + STEPS_AT_ONCE);
      outbox.put(message({ kind: 'steps', first: told, steps: some }));
      told += some.length;
    }
  };
  let watched: WatchedCall | undefined;
  /** A call that waited for a line may be here by now. */
  const watch = (): void => {
    if (watched !== undefined || told > 0) return;
    watched = engine.watch(callId, (step) => tellSteps([step]));
    tellSteps(watched?.steps ?? []);
  };
  /** What was told last where there were no numbers: whether the call is here. */
  let silent: boolean | undefined;
  const tellMedia = (): void => {
    const numbers = engine.mediaNumbers(callId) ?? null;
    const here = engine.liveCalls().includes(callId);
    if (numbers === null && silent === here) return;
    silent = numbers === null ? here : undefined;
    outbox.put(message({ kind: 'media', here, numbers }));
  };
  outbox.put(sseRetry(RETRY_MS) + sseMessage({}, { event: 'hello' }));
  watch();
  tellMedia();
  const timer = setInterval(() => {
    watch();
    tellMedia();
  }, MEDIA_EVERY_MS);

  const followJournal = async (): Promise<void> => {
    // From the beginning where the record may be in what was told before.
    for await (const { events, view } of hub.follow(callId, { afterSeq, idleMs: BEAT_MS, signal })) {
      watch();
      if (silent !== undefined) tellMedia();
      for (const event of events) {
        if (event.type === 'call.traced') {
          told = 0;
          tellSteps(event.steps);
        } else outbox.put(message({ kind: 'event', event: masked(event) }, event.seq));
      }
      if (view !== undefined && demoIsOver(view)) {
        outbox.put(sseMessage({}, { event: 'over' }));
        return;
      }
      if (events.length === 0) outbox.put(sseMessage({}, { event: 'beat' }));
    }
  };
  try {
    void followJournal().finally(() => outbox.close());
    yield* outbox.take();
  } finally {
    clearInterval(timer);
    watched?.stop();
  }
}

function message(news: OpsCallNews, id?: number): string {
  return sseMessage(news, id === undefined ? {} : { id });
}

/** A number is nobody's business on a screen. */
function masked(event: CallEvent): CallEvent {
  return event.type === 'call.created' ? { ...event, phone: maskedPhone(event.phone) } : event;
}
