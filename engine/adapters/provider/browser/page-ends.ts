import type { LineEnd } from '../event-fold.ts';

/** How a call to a page ends, in the words that the visitor and the journal get. */
export const PAGE_ENDS = {
  neverCame: {
    outcome: 'error',
    reason: 'страница не подключилась к звонку',
    cause: 'no connection of the page',
  },
  rejected: { outcome: 'busy', reason: 'звонок отклонён в браузере', cause: 'rejected' },
  unanswered: { outcome: 'no_answer', reason: 'в браузере не ответили', cause: 'ring timeout' },
  leftRinging: {
    outcome: 'no_answer',
    reason: 'страница закрыта, пока шёл вызов',
    cause: 'the page has gone',
  },
  hungUp: { outcome: 'hangup_far', reason: 'собеседник завершил звонок в браузере' },
  lost: { outcome: 'hangup_far', reason: 'связь со страницей прервалась', cause: 'the page has gone' },
  noPort: { outcome: 'error', reason: 'нет свободного порта для звука' },
  noPhone: { outcome: 'error', reason: 'телефон в браузере уже закрыт', cause: 'no phone for this call' },
} as const satisfies Record<string, LineEnd>;
