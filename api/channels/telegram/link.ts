// https://core.telegram.org/bots/features#deep-linking: up to 64 of A-Z, a-z, 0-9, _ and -.
export const START_PARAMETER = /^[A-Za-z0-9_-]{1,64}$/;
// https://core.telegram.org/method/account.checkUsername: 5 to 32 of letters, digits and underscores.
const BOT_NAME = /^[A-Za-z]\w{4,31}$/;

/** `https://t.me/<bot>?start=<callIdHash>`. Throws RangeError where Telegram would not take it. */
export function telegramLink(botName: string, callIdHash: string): string {
  if (!BOT_NAME.test(botName)) {
    throw new RangeError(`not a Telegram bot's name: "${botName}"; set TELEGRAM_BOT_NAME without @`);
  }
  if (!START_PARAMETER.test(callIdHash)) throw new RangeError('not a parameter for Telegram’s start link');
  return `https://t.me/${botName}?start=${callIdHash}`;
}
