import type { CallView } from '../../engine/contract/fold-call.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import type { ListedEvent, WebhookEvents } from '../../api/channels/webhook/event-book.ts';
import { replay } from '../../api/channels/webhook/worker.ts';
import type { Deliveries } from '../../api/deliveries/deliver.ts';
import { wordsOf } from '../../api/deliveries/delivery-error.ts';
import { type WebhooksOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';

/** One page of those that nobody tries any more. */
const FAILED_AT_ONCE = 10_000;

export interface WebhooksDeps {
  readonly events: WebhookEvents;
  readonly deliveries: Pick<Deliveries, 'reopen'>;
  readonly call: (callId: CallId) => Promise<CallView | undefined>;
  readonly tell: (line: string) => void;
}

/** Does what was asked and tells it line by line. True when it was done. Rejects with UsageError. */
export async function runWebhooks(options: WebhooksOptions, deps: WebhooksDeps): Promise<boolean> {
  const { events, tell } = deps;
  switch (options.action) {
    case 'list': {
      const found = await events.list(options);
      for (const event of found) tell(options.json ? JSON.stringify(event) : lineOf(event));
      if (found.length === 0 && !options.json) tell(options.failed ? 'Всё дошло.' : 'Сообщений ещё не было.');
      return true;
    }
    case 'replay': {
      const { callId } = options;
      if (!(await replay(callId, deps)) && !(await announceNow(callId, deps))) return false;
      tell(`${callId}: отправляем снова`);
      return true;
    }
    case 'replay-failed': {
      const found = await events.list({ failed: true, limit: FAILED_AT_ONCE });
      for (const { callId } of found) {
        await replay(callId, deps);
        tell(`${callId}: отправляем снова`);
      }
      if (found.length === 0) tell('Всё дошло: повторять нечего.');
      return true;
    }
    default:
      return options satisfies never;
  }
}

/** For calls that ended before a webhook was set up. */
async function announceNow(callId: CallId, { call, events, tell }: WebhooksDeps): Promise<boolean> {
  const view = await call(callId);
  if (view === undefined) {
    tell(`${callId}: такого звонка нет`);
    return false;
  }
  const { endedAt, status, stepsDone, stepsFailed } = view;
  const judged = status !== 'completed' || [...stepsDone, ...stepsFailed].includes('analysis');
  if (endedAt === null || !judged)
    throw new UsageError(`${callId}: звонок ещё не закончен; когда закончится, сообщение отправится само`);
  return await events.announce(view);
}

function lineOf({ callId, id, createdAt, state, attempts, lastError, nextTryAt }: ListedEvent): string {
  const why = lastError === null ? [] : [wordsOf(lastError)];
  const next = nextTryAt === null ? [] : [`следующая попытка ${nextTryAt.toISOString()}`];
  return [
    `${createdAt.toISOString()}  ${callId}  ${STATES[state]}`,
    `попыток ${attempts}`,
    ...why,
    ...next,
    id,
  ].join('; ');
}

const STATES: Readonly<Record<ListedEvent['state'], string>> = {
  pending: 'ждёт',
  sending: 'отправляется',
  accepted: 'дошло',
  delivered: 'дошло',
  undelivered: 'не дошло',
  failed: 'не дошло',
  unknown: 'неизвестно',
};
