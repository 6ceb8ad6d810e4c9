import type { EventFold, LineEnd } from './event-fold.ts';

/** Ends that we come to ourselves, where the provider says nothing. */
export const NO_SOUND: LineEnd = { outcome: 'error', reason: 'провайдер не подключил звук разговора' };
export const SOUND_LOST: LineEnd = { outcome: 'error', reason: 'связь со звуком провайдера потеряна' };

/** The time to ring is over. */
export function notAnswered({ rang }: EventFold): LineEnd {
  return rang
    ? { outcome: 'no_answer', reason: 'абонент не ответил' }
    : { outcome: 'error', reason: 'провайдер ничего не сообщил о звонке' };
}
