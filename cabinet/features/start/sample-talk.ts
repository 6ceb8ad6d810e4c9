import { msg } from '@lit/localize';

export interface SampleLine {
  readonly speaker: 'assistant' | 'user';
  readonly text: string;
}

/** A short conversation beside the ring, labelled an example. */
export const sampleTalk = (): readonly SampleLine[] => [
  { speaker: 'assistant', text: msg('Здравствуйте! Это HALO. Удобно говорить минуту?') },
  { speaker: 'user', text: msg('Да, слушаю вас.') },
  { speaker: 'assistant', text: msg('Вы оставляли заявку. Подсказать по цене или сразу записать вас?') },
  { speaker: 'user', text: msg('Давайте на четверг, после обеда.') },
  { speaker: 'assistant', text: msg('Записала. Подробности пришлю в Telegram.') },
];
