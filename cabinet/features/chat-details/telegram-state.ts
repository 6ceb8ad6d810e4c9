import { msg } from '@lit/localize';
import type { DemoResult } from '../../api/types.ts';

/** What is true of this chat and Telegram, in words. */
export interface TelegramState {
  readonly connected: boolean;
  readonly words: string;
}

/**
 * The chat is a picture (D15), also when the visitor has opened the bot (D7). Where TELEGRAM_FOLLOWUP has the bot
 * write to him as well, that is said, and no more than is known of it. `own`: the visitor's session, if the chat is his.
 */
export function telegramState(own: DemoResult | undefined): TelegramState {
  if (own === undefined) {
    return {
      connected: false,
      words: msg('Демо-чат: картинка переписки. В Telegram ничего не отправлялось.'),
    };
  }
  const { telegram_connected: connected, telegram_delivery: delivery } = own;
  if (!connected) {
    return {
      connected,
      words: msg('Демо-чат: картинка переписки. В Telegram ничего не отправлялось, он не подключён.'),
    };
  }
  switch (delivery?.state) {
    case 'accepted':
    case 'delivered':
      return { connected, words: msg('Это демо-чат, но тот же текст бот прислал вам и в Telegram.') };
    case 'pending':
    case 'sending':
      return { connected, words: msg('Это демо-чат; тот же текст бот сейчас отправляет вам в Telegram.') };
    case 'unknown':
      return {
        connected,
        words: msg('Это демо-чат. Бот отправлял вам тот же текст, но дошёл ли он, неизвестно.'),
      };
    case 'failed':
    case 'undelivered':
      return {
        connected,
        words: msg('Это демо-чат. Отправить вам тот же текст в Telegram боту не удалось.'),
      };
    case undefined:
      return { connected, words: msg('Это всё равно демо-чат: сообщений в Telegram бот не отправлял.') };
  }
}
