import { ensureSecretFile } from '../../secret-file.ts';

/** The route that Telegram sends updates to, below PUBLIC_URL. */
export const WEBHOOK_PATH = '/telegram/webhook';

/** The only kind of update the bot reads (https://core.telegram.org/bots/api#setwebhook, allowed_updates). */
export const ALLOWED_UPDATES = ['message'] as const;

/**
 * Telegram's secret_token: 1 to 256 of these (https://core.telegram.org/bots/api#setwebhook). A short one could be
 * guessed.
 */
export const WEBHOOK_SECRET_PATTERN = '^[A-Za-z0-9_-]{16,256}$';

/**
 * What Telegram shows with every update: TELEGRAM_WEBHOOK_SECRET, or the one of the data folder. The server and
 * `npm run telegram:webhook` get the same.
 */
export async function webhookSecret(config: {
  readonly dataDir: string;
  readonly telegram: { readonly webhookSecret: string | undefined };
}): Promise<string> {
  if (config.telegram.webhookSecret !== undefined) return config.telegram.webhookSecret;
  const { secret } = await ensureSecretFile({
    dataDir: config.dataDir,
    name: 'telegram-webhook-secret',
    usable: new RegExp(WEBHOOK_SECRET_PATTERN),
    expected: '16 to 256 of A-Z, a-z, 0-9, _ and -',
    variable: 'TELEGRAM_WEBHOOK_SECRET',
  });
  return secret;
}
