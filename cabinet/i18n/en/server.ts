import type { Dictionary } from '../dictionary.ts';

/** Fixed words of the server (engine, api): what a visitor meets. Texts that are put together there stay Russian. */
export const server: Dictionary = {
  'абонент занят': 'the line is busy',
  'абонент не ответил': 'nobody answered',
  'абонент повесил трубку': 'the person hung up',
  'разговор завершён': 'the conversation is over',
  'Все линии заняты или сервер завершает работу. Повторите через минуту.':
    'All lines are busy, or the server is shutting down. Try again in a minute.',
  'Сейчас идёт столько звонков, сколько разрешено одновременно. Попробуйте через минуту.':
    'As many calls are on as are allowed at once. Try again in a minute.',
  'На этот номер HALO уже звонит. Дождитесь конца этого звонка и закажите новый.':
    'HALO is calling this number already. Wait until that call is over and order a new one.',
  'На сегодня звонки закончились. Новые можно заказать после полуночи по московскому времени.':
    'There are no calls left for today. Order a new one after midnight, Moscow time.',
  'Такой демо-сессии нет. Проверьте demo_session_id или запустите демо заново.':
    'There is no such demo session. Check demo_session_id, or start the demo anew.',
  'Такого обращения нет. Возьмите id из списка /demo/interactions.':
    'There is no such interaction. Take an id from the list at /demo/interactions.',
  'База данных не отвечает. Повторите через минуту; если не поможет, проверьте PostgreSQL.':
    'The database does not answer. Try again in a minute; if that does not help, check PostgreSQL.',
};
