import type { Update } from 'grammy/types';
import Type from 'typebox';
import { Value } from 'typebox/value';

/**
 * What is read of an update (https://core.telegram.org/bots/api#update). D4.6 gives `message.from` and `message.text`
 * only; real updates have a chat, and much more, too.
 */
const TextUpdate = Type.Object({
  update_id: Type.Optional(Type.Integer()),
  message: Type.Object({
    from: Type.Object({
      // Up to 52 bits (https://core.telegram.org/bots/api#user).
      id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      is_bot: Type.Optional(Type.Boolean()),
      username: Type.Optional(Type.String()),
    }),
    chat: Type.Optional(Type.Object({ type: Type.Optional(Type.String()) })),
    text: Type.String(),
  }),
});

const COMMAND = /^\/\w{1,32}(?:@\w{1,64})?/;

/**
 * The update as grammY takes it, if a person wrote a text to the bot itself, neither in a group or a channel nor as
 * another bot; undefined for every other one. Made of the fields above alone, D4.6's update is as good as a real one:
 * a private chat has its user's id (https://core.telegram.org/api/bots/ids), and where a command stands shows in the
 * text.
 */
export function privateText(update: unknown): Update | undefined {
  if (!Value.Check(TextUpdate, update)) return undefined;
  const { from, chat, text } = update.message;
  if (from.is_bot === true || (chat?.type ?? 'private') !== 'private') return undefined;
  const [command] = COMMAND.exec(text) ?? [];
  return {
    update_id: update.update_id ?? 0,
    message: {
      message_id: 0,
      date: 0,
      chat: { id: from.id, type: 'private', first_name: '' },
      from: {
        id: from.id,
        is_bot: false,
        first_name: '',
        ...(from.username === undefined ? {} : { username: from.username }),
      },
      text,
      ...(command === undefined
        ? {}
        : { entities: [{ type: 'bot_command', offset: 0, length: command.length }] }),
    },
  };
}
