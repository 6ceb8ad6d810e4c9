import type { LineOutcome } from '../../contract/call-event.ts';
import type { ProviderEventName } from '../../contract/provider.ts';

type EndName = Exclude<ProviderEventName, 'ringing' | 'answered'>;

/** How a line ended, as the telephony port tells it. */
export interface LineEnd {
  readonly outcome: LineOutcome;
  /** For people, in Russian. */
  readonly reason: string;
  readonly cause?: string;
}

/**
 * Everything that was ever heard of a call. It only grows, and what it holds depends neither on the order of the
 * events nor on how often each came: callbacks are repeated and overtake each other.
 */
export interface EventFold {
  readonly rang: boolean;
  readonly answered: boolean;
  /** The ends that were told, with the provider's reason; empty where he gave none. */
  readonly ends: Readonly<Partial<Record<EndName, string>>>;
}

export const NOTHING_HEARD: EventFold = { rang: false, answered: false, ends: {} };

/** The same object when nothing is new. */
export function foldEvent(fold: EventFold, event: ProviderEventName, reason = ''): EventFold {
  switch (event) {
    case 'ringing':
      return fold.rang ? fold : { ...fold, rang: true };
    case 'answered':
      return fold.answered ? fold : { ...fold, answered: true };
    case 'hangup':
    case 'busy':
    case 'no_answer':
    case 'error': {
      const known = fold.ends[event];
      // Of several reasons one is kept, whichever came first.
      if (known !== undefined && known >= reason) return fold;
      return { ...fold, ends: { ...fold.ends, [event]: reason } };
    }
  }
}

/** How it ended, or undefined. Of contradicting ends the one that says more counts. */
export function endOf({ answered, ends }: EventFold): LineEnd | undefined {
  const names = ORDER.filter((name) => ends[name] !== undefined);
  const [first] = names;
  if (first === undefined) return undefined;
  const cause = names.map((name) => ends[name]).find((reason) => reason !== undefined && reason !== '');
  const end = answered ? AFTER_ANSWER[first] : BEFORE_ANSWER[first];
  return { ...end, ...(cause === undefined ? {} : { cause }) };
}

/** What says most comes first: providers close every call with `hangup`, whatever they said before. */
const ORDER: readonly EndName[] = ['error', 'busy', 'no_answer', 'hangup'];

const HUNG_UP = { outcome: 'hangup_far', reason: 'абонент повесил трубку' } as const;

const AFTER_ANSWER: Readonly<Record<EndName, LineEnd>> = {
  error: { outcome: 'error', reason: 'провайдер сообщил об ошибке посреди разговора' },
  busy: HUNG_UP,
  no_answer: HUNG_UP,
  hangup: HUNG_UP,
};

const BEFORE_ANSWER: Readonly<Record<EndName, LineEnd>> = {
  error: { outcome: 'error', reason: 'провайдер не смог позвонить' },
  busy: { outcome: 'busy', reason: 'абонент занят' },
  no_answer: { outcome: 'no_answer', reason: 'абонент не ответил' },
  hangup: { outcome: 'no_answer', reason: 'вызов завершился до ответа' },
};
