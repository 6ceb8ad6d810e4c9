import { BlockList, isIP } from 'node:net';
import { WEBHOOK_PATH } from '../../api/channels/telegram/webhook.ts';
import { UsageError } from '../lib/usage.ts';

/** https://core.telegram.org/bots/api#setwebhook, «Ports currently supported for webhooks». */
const PORTS = ['443', '80', '88', '8443'];

/** Loopback, private and link-local (RFC 1918, RFC 6598, RFC 4193, RFC 4291): nobody outside can reach them. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6');

/** Where Telegram is to send updates. Throws UsageError where it could not, or would not. */
export function webhookUrl(publicUrl: string | undefined): string {
  if (publicUrl === undefined)
    throw new UsageError(
      'PUBLIC_URL не задана: это внешний адрес HALO, например PUBLIC_URL=https://halo.example.org',
    );
  const url = parsed(publicUrl);
  if (url.protocol !== 'https:')
    throw new UsageError(`PUBLIC_URL: дано ${publicUrl}, а Telegram шлёт сообщения только по https`);
  const port = url.port === '' ? '443' : url.port;
  if (!PORTS.includes(port))
    throw new UsageError(
      `PUBLIC_URL: порт ${port} не подходит, Telegram соединяется только с ${PORTS.join(', ')}`,
    );
  if (isPrivate(url.hostname))
    throw new UsageError(`PUBLIC_URL: до ${url.hostname} из интернета не добраться; нужен внешний адрес`);
  return `${publicUrl}${WEBHOOK_PATH}`;
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new UsageError(`PUBLIC_URL: дано ${text}, это не адрес`);
  }
}

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return PRIVATE.check(host, family === 6 ? 'ipv6' : 'ipv4');
  return /(^|\.)localhost$|\.(local|internal|lan)$/.test(host) || !host.includes('.');
}
