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
};
