import Type, { type Static } from 'typebox';
import { exact } from './exact.ts';

/** Whatever Telegram sends is taken: what is read of it, api/channels/telegram/update.ts says. */
export const TelegramUpdate = Type.Object(
  {
    message: Type.Optional(
      Type.Unknown({
        description: 'Сообщение боту; читаются from.id, from.username, chat.type и text.',
        examples: [
          { from: { id: 128_392_991, username: 'client123' }, text: '/start CALL_0123456789abcdefghijkl' },
        ],
      }),
    ),
  },
  { description: 'Update из Bot API.' },
);

/** What Telegram is to do, or nothing. */
export const TelegramReply = exact(
  {
    method: Type.Optional(Type.Literal('sendMessage')),
    chat_id: Type.Optional(Type.Integer()),
    text: Type.Optional(Type.String()),
  },
  { description: 'Ответ бота: метод Bot API, который выполнит Telegram; {} — ответа нет.' },
);
export type TelegramReply = Static<typeof TelegramReply>;
