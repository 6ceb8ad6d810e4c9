import type { Dictionary } from '../dictionary.ts';

export const callDetails: Dictionary = {
  'Детали звонка': 'Call details',
  'Загружаем звонок…': 'Loading the call…',
  'Это не звонок, а чат: ссылка неверная.': 'This is a chat, not a call: the link is wrong.',
  Дата: 'Date',
  Длительность: 'Duration',
  Итог: 'Outcome',
  Демо: 'Demo',
  Телефон: 'Phone',
  Резюме: 'Summary',
  Разговор: 'Conversation',
  'Разговора не было.': 'There was no conversation.',
  Запись: 'Recording',
  'Запись доступна только по ссылке демо-сессии, в которой сделан звонок.':
    'The recording can be heard only from the demo session that made the call.',
  'Запись недоступна: файл ещё не готов или удалён.':
    'No recording: the file is not ready yet or has been deleted.',
};
