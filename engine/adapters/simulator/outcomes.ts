import type { Refusal } from '../../far-end/personas.ts';
import type { LineEvent } from '../../ports/telephony.ts';

export type Ended = Omit<Extract<LineEvent, { type: 'ended' }>, 'type'>;

/** How a refusal of the simulated network is told to people. */
export const REFUSED: Readonly<Record<Refusal, Ended>> = {
  403: { outcome: 'error', reason: 'транк отклонил вызов: звонки на этот номер запрещены', cause: '403' },
  404: { outcome: 'error', reason: 'номер не существует', cause: '404' },
  486: { outcome: 'busy', reason: 'абонент занят', cause: '486' },
  503: { outcome: 'error', reason: 'оператор связи вернул ошибку', cause: '503' },
};

/** It rang until the caller's patience was at its end. */
export const NOT_ANSWERED: Ended = { outcome: 'no_answer', reason: 'абонент не ответил', cause: '480' };

/** It did not even ring in that time. */
export const NO_SIGN_OF_LIFE: Ended = { outcome: 'error', reason: 'транк не отвечает', cause: '408' };
