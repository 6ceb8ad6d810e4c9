import { setTimeout as delay } from 'node:timers/promises';
import { ProviderError } from '../../engine/contract/errors.ts';
import type { AfterCallStep } from '../../engine/contract/call-event.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { NotYet } from '../deliveries/deliver.ts';
import { errorFields, type Log } from '../log.ts';
import type { AfterCallStore } from '../persistence/store.ts';
import {
  StepImpossible,
  STEPS,
  stepsFor,
  type StepHands,
  type StepInput,
  type StepOutcome,
} from './steps.ts';

const BACKOFF_START_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;

export interface FinishCallDeps extends StepHands {
  readonly store: AfterCallStore;
  readonly log: Log;
  /** Called when what the analysis makes of the call is there, or will not be. Must be safe to repeat. */
  readonly announce?: (view: CallView) => Promise<unknown>;
  /** How to wait between tries; rejects when the signal aborts. Tests give their own. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Walks the steps after a call, in order, from where it stands: a step whose event is in the journal is not done
 * again. Safe to run twice, also at the same time, and after a crash at any point. A step that fails for good gets
 * `step.failed`, and the walk goes on.
 *
 * Rejects when the database is away or `signal` aborts, and with NotYet while a delivery waits for its next try: run
 * it again.
 */
export async function finishCall(callId: CallId, deps: FinishCallDeps, signal: AbortSignal): Promise<void> {
  const { store, log } = deps;
  const first = await store.call(callId);
  if (first === undefined || first.endedAt === null) {
    log.warn({ callId }, 'no ended call of that id: nothing to do after it');
    return;
  }
  const session = await store.demoSessionOfCall(callId);
  let announced = false;
  for (const step of stepsFor(first, session)) {
    const view = await store.call(callId);
    if (view === undefined) continue;
    // Each walk of the steps comes by here, so that a crash before it is made good.
    if (step !== 'analysis' && !announced) await deps.announce?.(view);
    announced ||= step !== 'analysis';
    if (view.stepsDone.includes(step) || view.stepsFailed.includes(step)) continue;
    const outcome = await attempt(step, { view, session, hands: deps }, deps, signal);
    if (outcome === 'waiting') {
      log.info({ callId, step }, 'step after the call is on its way');
      continue;
    }
    await store.finishStep(callId, step, outcome.event, outcome.record);
    log.info({ callId, step, outcome: outcome.event.type }, 'step after the call finished');
  }
  const last = await store.call(callId);
  log.info({ callId, status: last?.status, finalDisposition: last?.finalDisposition }, 'call finished');
}

async function attempt(
  step: AfterCallStep,
  input: StepInput,
  deps: FinishCallDeps,
  signal: AbortSignal,
): Promise<StepOutcome | 'waiting'> {
  const { tries, timeoutMs, run } = STEPS[step];
  const sleep = deps.sleep ?? ((ms, wakeUp) => delay(ms, undefined, { signal: wakeUp }));
  for (let number = 1; ; number += 1) {
    try {
      return await within(timeoutMs, signal, (limited) => run(input, limited));
    } catch (error) {
      // We are being stopped: the step has not failed, another run does it.
      signal.throwIfAborted();
      if (error instanceof NotYet) throw error;
      const { callId } = input.view;
      if (number >= tries || !mayWorkLater(error)) {
        deps.log.error(
          { callId, step, tries: number, ...errorFields(error) },
          'step after the call failed for good',
        );
        return { event: { type: 'step.failed', step, message: messageOf(error) } };
      }
      deps.log.warn(
        { callId, step, number, ...errorFields(error) },
        'step after the call failed; it is tried again',
      );
      await sleep(Math.min(BACKOFF_MAX_MS, BACKOFF_START_MS * 2 ** (number - 1)), signal);
    }
  }
}

/** Settles when the work does, when the time is over or when the signal aborts, whether or not the work heeds it. */
async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  try {
    return await new Promise<T>((resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), {
        once: true,
      });
      work(controller.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function mayWorkLater(error: unknown): boolean {
  if (error instanceof StepImpossible || error instanceof RangeError) return false;
  return !(error instanceof ProviderError) || error.retryable;
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
