import type { Dictionary } from '../dictionary.ts';

export const chatDetails: Dictionary = {
  'Детали чата': 'Chat details',
  'Загружаем чат…': 'Loading the chat…',
  'Это не чат, а звонок: ссылка неверная.': 'This is a call, not a chat: the link is wrong.',
  'бот-ассистент': 'assistant bot',
  'демо-чат': 'demo chat',
  Клиент: 'Client',
  Резюме: 'Summary',
};
