import type { WebhookEndpoint } from './channels/webhook/outgoing-webhook.ts';
import { webhookKey } from './channels/webhook/signature.ts';
import type { ConfigValues } from './config-table.ts';
import { WEBHOOK_VARIABLES } from './config-webhook-table.ts';

/** Undefined: nobody is told. Adds to `problems` what is lacking. */
export function readWebhook(values: ConfigValues, problems: string[]): WebhookEndpoint | undefined {
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = values;
  const key = secret === undefined ? undefined : webhookKey(secret);
  if (secret !== undefined && key === undefined)
    problems.push(
      `WEBHOOK_SECRET: значение скрыто (${secret.length} знаков), нужно: ${WEBHOOK_VARIABLES.WEBHOOK_SECRET.expected}`,
    );
  if (url === undefined) return undefined;
  if (!URL.canParse(url))
    problems.push(`WEBHOOK_URL: это не адрес, нужно: ${WEBHOOK_VARIABLES.WEBHOOK_URL.expected}`);
  if (secret === undefined)
    problems.push(
      'WEBHOOK_SECRET: не задана, а WEBHOOK_URL задана; без подписи не отправляем. Создайте: echo "whsec_$(openssl rand -base64 32)"',
    );
  return key === undefined ? undefined : { url, key };
}
