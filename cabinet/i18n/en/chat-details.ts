import type { Dictionary } from '../dictionary.ts';

export const chatDetails: Dictionary = {
  'Детали чата': 'Chat details',
  'Загружаем чат…': 'Loading the chat…',
  'Это не чат, а звонок: ссылка неверная.': 'This is a call, not a chat: the link is wrong.',
  'бот-ассистент': 'assistant bot',
  'демо-чат': 'demo chat',
  Клиент: 'Client',
  Резюме: 'Summary',
  прочитано: 'read',
  'Telegram подключён': 'Telegram is connected',
  'Сообщение… Писать в демо-чат нельзя': 'Message… A demo chat cannot be written to',
  'Демо-чат: картинка переписки. В Telegram ничего не отправлялось.':
    'A demo chat: a picture of one. Nothing was sent to Telegram.',
  'Демо-чат: картинка переписки. В Telegram ничего не отправлялось, он не подключён.':
    'A demo chat: a picture of one. Nothing was sent to Telegram, which is not connected.',
  'Это демо-чат, но тот же текст бот прислал вам и в Telegram.':
    'This is a demo chat, but the bot sent you the same text in Telegram too.',
  'Это демо-чат; тот же текст бот сейчас отправляет вам в Telegram.':
    'This is a demo chat; the bot is sending you the same text in Telegram now.',
  'Это демо-чат. Бот отправлял вам тот же текст, но дошёл ли он, неизвестно.':
    'This is a demo chat. The bot sent you the same text, but whether it arrived is unknown.',
  'Это демо-чат. Отправить вам тот же текст в Telegram боту не удалось.':
    'This is a demo chat. The bot could not send you the same text in Telegram.',
  'Это всё равно демо-чат: сообщений в Telegram бот не отправлял.':
    'It is a demo chat all the same: the bot has sent no messages in Telegram.',
};
