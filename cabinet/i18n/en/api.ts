import type { Dictionary } from '../dictionary.ts';

export const api: Dictionary = {
  ' (код {0})': ' (code {0})',
  'Не найдено{0}. Возможно, ссылка устарела.': 'Not found{0}. The link may be out of date.',
  'Слишком длинный запрос{0}. Сократите промпт.': 'The request is too long{0}. Shorten the prompt.',
  'Слишком много запросов{0}. Подождите минуту и повторите.':
    'Too many requests{0}. Wait a minute and try again.',
  'Сервер сейчас занят{0}. Повторите через минуту.': 'The server is busy{0}. Try again in a minute.',
  'Ошибка на сервере{0}. Повторите позже.': 'The server has failed{0}. Try again later.',
  'Сервер отклонил запрос{0}.': 'The server has refused the request{0}.',
  'Сервер прислал непонятный ответ. Обновите страницу.':
    'The server’s answer makes no sense. Reload the page.',
  'Сервер не ответил вовремя.': 'The server did not answer in time.',
  'Нет связи с сервером. Проверьте сеть.': 'The server cannot be reached. Check your network.',
  'Что-то пошло не так.': 'Something went wrong.',
};
