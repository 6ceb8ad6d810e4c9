import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { sendWebhook, type WebhookEndpoint } from '../../api/channels/webhook/outgoing-webhook.ts';
import { DeliveryError, lastErrorOf, wordsOf } from '../../api/deliveries/delivery-error.ts';
import { fail, ok, skip, warn, type Check, type DoctorDeps, type Finding } from './check.ts';
import { reasonOf } from './http.ts';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The customer's server: whether its name is there and, with `--ping`, whether it takes what we sign. */
export const webhook: Check = {
  name: 'webhook',
  title: 'Вебхук',
  async run({ webhook: endpoint }, deps) {
    if (endpoint === undefined) return [skip('WEBHOOK_URL не задан: о звонках никому не сообщается')];
    const { hostname, protocol, host } = new URL(endpoint.url);
    let address: string;
    try {
      ({ address } = await lookup(hostname.replace(/^\[|\]$/g, '')));
    } catch (error) {
      return [fail(`${host}: ${reasonOf(error)}`, 'проверьте узел в WEBHOOK_URL')];
    }
    const seen = `${host} → ${address}`;
    const open = protocol === 'http:' && !LOOPBACK.test(hostname);
    const reached = open
      ? warn(`${seen}, без шифрования`, 'в сообщениях телефоны и слова людей: лучше https')
      : ok(deps.ping ? seen : `${seen}; принимает ли он подписанное — покажет --ping`);
    return deps.ping ? [reached, await ping(endpoint, deps)] : [reached];
  },
};

async function ping(endpoint: WebhookEndpoint, { signal, now }: DoctorDeps): Promise<Finding> {
  const id = `evt_${randomUUID()}`;
  const startedMs = now();
  const body = JSON.stringify({ id, type: 'ping', timestamp: new Date(startedMs).toISOString(), data: {} });
  try {
    await sendWebhook({ id, body }, endpoint, signal);
    return ok(`ping принят за ${Math.round(now() - startedMs)} мс`);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const advice =
      error.code === 'AUTH'
        ? 'ваш сервер не узнал подпись: у него должен быть тот же WEBHOOK_SECRET (docs/webhook.md)'
        : error.number === undefined
          ? 'проверьте, что ваш сервер запущен и виден отсюда'
          : 'что отвечать — docs/webhook.md; на незнакомый type отвечайте 2xx';
    return fail(`ping не принят: ${wordsOf(lastErrorOf(error.code, error.number))}`, advice);
  }
}
