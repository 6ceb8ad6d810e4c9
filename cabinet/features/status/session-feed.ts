import { ApiError } from '../../api/api-error.ts';
import { LiveEvents, type LiveEventsOptions } from '../../api/live-events.ts';
import { Poller, type PollTimers } from '../../api/poller.ts';
import type { DemoResult, DemoSessionStatus } from '../../api/types.ts';
import { foldLive, hasEnded, NOTHING_YET, viewOfAnswers, type LiveView } from './live-view.ts';

const POLL_MS = 1_000;
const SLOWEST_POLL_MS = 5_000;
/** One failure is a hiccup that nobody should hear of: the stream is back in a third of a second. */
const FAILURES_TO_POLL = 2;

export interface Answers {
  readonly session: DemoSessionStatus;
  readonly result: DemoResult;
}

export interface SessionFeedOptions {
  readonly sessionId: string;
  /** Asks for both answers (D4.2 and ours), one after the other: the result is then never older than the status. */
  readonly load: (signal: AbortSignal) => Promise<Answers>;
  readonly onChange: () => void;
  readonly open?: LiveEventsOptions['open'];
  readonly timers?: PollTimers;
}

/**
 * What is known of a demo, kept up to date for a screen: by the stream, and by polling for as long as there is none.
 * It ends by itself when nothing more will come; the session that does not exist is `trouble` with `isGone`.
 */
export class SessionFeed {
  /** What to show. */
  view: LiveView = NOTHING_YET;
  /** False until the first answer of any kind. */
  known = false;
  /** Neither way works now; it goes on trying, unless the session is gone. */
  trouble: ApiError | undefined;
  /** The server's clock ahead of this one's, ms; 0 until it is known. */
  clockAheadMs = 0;
  over = false;
  readonly #options: SessionFeedOptions;
  readonly #live: LiveEvents;
  readonly #poller: Poller<Answers>;
  /** What the stream has told: its events go on from here, not from what was polled. */
  #streamed: LiveView = NOTHING_YET;

  constructor(options: SessionFeedOptions) {
    this.#options = options;
    const { sessionId, load, open, timers } = options;
    this.#live = new LiveEvents({
      sessionId,
      onEvent: (event) => {
        this.#streamed = foldLive(this.#streamed, event);
        this.#show(this.#streamed);
      },
      onClock: (nowMs) => {
        this.clockAheadMs = nowMs - Date.now();
      },
      onConnected: () => {
        this.#poller.stop();
        this.trouble = undefined;
        options.onChange();
      },
      onOver: () => {
        this.#show(this.#streamed);
        this.#finish();
      },
      onBroken: (failures) => {
        if (failures >= FAILURES_TO_POLL) this.#poller.start();
      },
      ...(open === undefined ? {} : { open }),
      ...(timers === undefined ? {} : { timers }),
    });
    this.#poller = new Poller({
      load,
      onValue: (answers) => {
        this.trouble = undefined;
        this.#show(viewOfAnswers(this.#streamed, answers));
        if (!isOver(this.view)) return 'continue';
        this.#finish();
        return 'stop';
      },
      onError: (error) => this.#fail(error),
      everyMs: POLL_MS,
      slowestMs: SLOWEST_POLL_MS,
      ...(timers === undefined ? {} : { timers }),
    });
  }

  start(): void {
    this.#live.start();
  }

  /** Idempotent. */
  stop(): void {
    this.#live.stop();
    this.#poller.stop();
  }

  /** The network is back: try at once. */
  hurry(): void {
    this.#live.hurry();
  }

  #show(view: LiveView): void {
    this.known = true;
    this.view = view;
    this.#options.onChange();
  }

  #finish(): void {
    this.over = true;
    this.stop();
    this.#options.onChange();
  }

  #fail(error: unknown): 'continue' | 'stop' {
    this.trouble =
      error instanceof ApiError ? error : new ApiError('malformed', String(error), { cause: error });
    if (this.trouble.isGone) this.stop();
    this.#options.onChange();
    return this.trouble.isGone ? 'stop' : 'continue';
  }
}

/** As the server judges it (api/live/live-meaning.ts): nothing more will change on this screen. */
export function isOver(view: LiveView): boolean {
  if (view.status !== 'completed') return hasEnded(view);
  const settled: readonly string[] = [...view.stepsDone, ...view.stepsFailed];
  return ['analysis', 'followup', 'sms', 'chat', 'crm'].every((step) => settled.includes(step));
}
