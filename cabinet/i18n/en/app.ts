import type { Dictionary } from '../dictionary.ts';

export const app: Dictionary = {
  'Запустить демо': 'Start the demo',
  'Статус демо': 'Demo status',
  'Аналитика HALO': 'HALO analytics',
  'Страница не найдена': 'Page not found',
  'К содержанию': 'Skip to content',
  'демо-кабинет': 'demo',
  Экраны: 'Screens',
  Статус: 'Status',
  Аналитика: 'Analytics',
  'Такого адреса в кабинете нет.': 'There is no such address here.',
  'На главную': 'To the start',
  Тема: 'Theme',
  Светлая: 'Light',
  'Как в системе': 'As the system',
  Тёмная: 'Dark',
  'Язык страницы': 'Page language',
  'Сервер HALO не отвечает. Подключаемся снова, страницу обновлять не нужно.':
    'The HALO server does not answer. We are reconnecting; there is no need to reload the page.',
  'Это демонстрация HALO на своём сервере. Обращения с меткой «Демо» придуманы, с меткой «Вы» — ваши.':
    'This is a demonstration of HALO on a server of one’s own. Interactions marked “Demo” are made up; those marked “You” are yours.',
  'Номер телефона нужен только для звонка: в таблице и в деталях он скрыт.':
    'The phone number is used for the call only: the table and the details do not show it in full.',
  'Описание API': 'API reference',
  'Телефон в браузере не загрузился. Обновите страницу и повторите.':
    'The phone in the browser could not be loaded. Reload the page and try again.',
};
