import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { TelephonyConfig } from '../engine/contract/telephony-config.ts';
import {
  NUMBER_FORMATS,
  TRUNK_CODECS,
  TRUNK_TRANSPORTS,
  type Trunk,
  type TrunkCodec,
} from '../engine/contract/trunk.ts';
import { CALLER_ID, HOST_NAME, SIP_PASSWORD, SIP_USER } from './config-telephony-table.ts';
import type { ConfigValues } from './config-table.ts';
import { readProvider } from './config-provider.ts';
import type { GuardLimits } from './guards/limits.ts';
import { exact } from './schemas/exact.ts';

/** Beside package.json: shared by all data folders. */
const ASTERISK_DIR = fileURLToPath(new URL('../.asterisk', import.meta.url));
const MAX_TRUNKS = 20;
const MAX_TRUNKS_FILE_BYTES = 256 * 1024;

const TrunkEntry = exact({
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
  host: Type.String({ pattern: HOST_NAME }),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  transport: Type.Optional(Type.Enum([...TRUNK_TRANSPORTS])),
  user: Type.Optional(Type.String({ pattern: SIP_USER })),
  password: Type.Optional(Type.String({ pattern: SIP_PASSWORD })),
  password_file: Type.Optional(Type.String({ minLength: 1 })),
  register: Type.Optional(Type.Boolean()),
  from_domain: Type.Optional(Type.String({ pattern: HOST_NAME })),
  caller_id: Type.Optional(Type.String({ pattern: CALLER_ID })),
  codecs: Type.Optional(Type.Array(Type.Enum([...TRUNK_CODECS]), { minItems: 1, maxItems: 3 })),
  number_format: Type.Optional(Type.Enum([...NUMBER_FORMATS])),
  addresses: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:/]+$' }), { maxItems: 100 })),
});
type TrunkEntry = Static<typeof TrunkEntry>;
const TrunksFile = Type.Array(TrunkEntry, { minItems: 1, maxItems: MAX_TRUNKS });

/** What the environment says of telephony; adds to `problems` what cannot be. */
export function readTelephony(values: ConfigValues, problems: string[]): TelephonyConfig {
  const { HALO_ARI_URL: url, HALO_ARI_PASSWORD: password, HALO_CARRIER_ARI_URL: carrierAriUrl } = values;
  if ((url === undefined) !== (password === undefined)) {
    problems.push(
      'HALO_ARI_URL и HALO_ARI_PASSWORD: задайте обе или ни одной (без них HALO запускает Asterisk сам)',
    );
  }
  const trunks = [...environmentTrunk(values, problems), ...fileTrunks(values.HALO_TRUNKS_FILE, problems)];
  for (const name of repeated(trunks.map((trunk) => trunk.name))) {
    problems.push(`HALO_TRUNKS_FILE: имя «${name}» встречается дважды; «main» — это транк из TRUNK_HOST`);
  }
  if (url !== undefined && password !== undefined && trunks.length === 0 && carrierAriUrl === undefined) {
    problems.push(
      'HALO_ARI_URL: звонить некуда; задайте транк (TRUNK_HOST) или локального оператора (HALO_CARRIER_ARI_URL)',
    );
  }
  const [sipAddress, sipPort] = splitBind(values.HALO_SIP_BIND);
  if (!(sipPort >= 1 && sipPort <= 65_535)) problems.push('HALO_SIP_BIND: порт от 1 до 65535');
  const provider = values.HALO_TELEPHONY === 'provider' ? readProvider(values, problems) : undefined;
  return {
    kind: values.HALO_TELEPHONY,
    ...(provider !== undefined && { provider }),
    asteriskDir: values.HALO_ASTERISK_DIR === undefined ? ASTERISK_DIR : resolve(values.HALO_ASTERISK_DIR),
    ...(url !== undefined &&
      password !== undefined && { ari: { url: plainUrl(url), user: values.HALO_ARI_USER, password } }),
    ...(carrierAriUrl !== undefined && { carrierAriUrl: plainUrl(carrierAriUrl) }),
    mediaAddress: values.HALO_MEDIA_ADDRESS,
    sip: { address: sipAddress, port: sipPort },
    rtp: readPorts(values.HALO_RTP_PORTS, problems),
    ...(values.HALO_EXTERNAL_ADDRESS !== undefined && { externalAddress: values.HALO_EXTERNAL_ADDRESS }),
    localNetworks: list(values.HALO_LOCAL_NETS),
    inbound: values.HALO_INBOUND,
    browserPhone: values.HALO_BROWSER_PHONE,
    trunks,
  };
}

/** The limits that hold, or undefined where none do: with neither trunk nor provider nothing costs money. */
export function readGuards(values: ConfigValues, telephony: TelephonyConfig): GuardLimits | undefined {
  const { kind, trunks } = telephony;
  const costsMoney = kind === 'provider' || (trunks.length > 0 && kind !== 'simulator');
  if (values.HALO_GUARDS === 'off' || (values.HALO_GUARDS === 'auto' && !costsMoney)) return undefined;
  return {
    prefixes: list(values.GUARD_PREFIXES),
    callsAtOnce: values.GUARD_CALLS_AT_ONCE,
    perNumberAtOnce: values.GUARD_NUMBER_AT_ONCE,
    perNumberHourly: values.GUARD_NUMBER_HOURLY,
    perClientHourly: values.GUARD_CLIENT_HOURLY,
    dailyCalls: values.GUARD_DAILY_CALLS,
    dailyMinutes: values.GUARD_DAILY_MINUTES,
  };
}

export function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function environmentTrunk(values: ConfigValues, problems: string[]): readonly Trunk[] {
  const { TRUNK_HOST: host, TRUNK_USER: user, TRUNK_PASSWORD: password, TRUNK_REGISTER: register } = values;
  if (host === undefined) {
    // A password alone is no sign of intent: secrets stay mounted when a trunk is taken away.
    if (user !== undefined)
      problems.push('TRUNK_HOST: не задана, а TRUNK_USER задана; задайте SIP-сервер провайдера');
    return [];
  }
  if (register !== 'auto' && register === 'true' && user === undefined)
    problems.push('TRUNK_REGISTER: дано true, но TRUNK_USER не задана');
  return [
    trunkOf(
      {
        name: 'main',
        host,
        ...(values.TRUNK_PORT !== undefined && { port: values.TRUNK_PORT }),
        transport: values.TRUNK_TRANSPORT,
        ...(user !== undefined && { user }),
        ...(register !== 'auto' && { register: register === 'true' }),
        ...(values.TRUNK_FROM_DOMAIN !== undefined && { from_domain: values.TRUNK_FROM_DOMAIN }),
        ...(values.TRUNK_CALLER_ID !== undefined && { caller_id: values.TRUNK_CALLER_ID }),
        codecs: list(values.TRUNK_CODECS) as TrunkCodec[],
        number_format: values.TRUNK_NUMBER_FORMAT,
        addresses: [...list(values.TRUNK_ADDRESSES)],
      },
      password,
    ),
  ];
}

function fileTrunks(file: string | undefined, problems: string[]): readonly Trunk[] {
  if (file === undefined) return [];
  const refuse = (what: string): readonly Trunk[] => {
    problems.push(`HALO_TRUNKS_FILE (${file}): ${what}`);
    return [];
  };
  let entries: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_TRUNKS_FILE_BYTES) return refuse('файл слишком велик для списка транков');
    entries = JSON.parse(text);
  } catch (error) {
    // A JSON error repeats the text it fell over, and that text may be a password.
    return refuse(error instanceof SyntaxError ? 'это не JSON' : `не читается: ${(error as Error).message}`);
  }
  if (!Value.Check(TrunksFile, entries)) {
    const { instancePath = '' } = Value.Errors(TrunksFile, entries)[0] ?? {};
    return refuse(
      `нужен список транков, как в docs/trunks.md; не подходит ${instancePath === '' ? 'сам список' : instancePath}`,
    );
  }
  return entries.map((entry) => {
    if (entry.password_file === undefined) return trunkOf(entry, entry.password);
    try {
      const password = readFileSync(resolve(dirname(file), entry.password_file), 'utf8').trim();
      if (!new RegExp(SIP_PASSWORD).test(password))
        problems.push(`HALO_TRUNKS_FILE: пароль транка ${entry.name} в файле password_file не подходит`);
      return trunkOf(entry, password);
    } catch {
      problems.push(`HALO_TRUNKS_FILE: файл пароля транка ${entry.name} не читается`);
      return trunkOf(entry, undefined);
    }
  });
}

function trunkOf(entry: TrunkEntry, password: string | undefined): Trunk {
  const transport = entry.transport ?? 'udp';
  return {
    name: entry.name,
    host: entry.host,
    port: entry.port ?? (transport === 'tls' ? 5061 : 5060),
    transport,
    ...(entry.user !== undefined && { user: entry.user }),
    ...(password !== undefined && { password }),
    register: entry.register ?? (entry.user !== undefined && password !== undefined),
    ...(entry.from_domain !== undefined && { fromDomain: entry.from_domain }),
    ...(entry.caller_id !== undefined && { callerId: entry.caller_id }),
    codecs: entry.codecs ?? ['ulaw', 'alaw'],
    numberFormat: entry.number_format ?? 'e164',
    addresses: entry.addresses ?? [],
  };
}

function readPorts(text: string, problems: string[]): { readonly from: number; readonly to: number } {
  const [from = 0, to = 0] = text.split('-').map(Number);
  if (from < 1024 || to > 65_535 || to - from < 9)
    problems.push(`HALO_RTP_PORTS: дано «${text}», нужно: не меньше десяти портов от 1024 до 65535`);
  return { from, to };
}

function splitBind(text: string): readonly [address: string, port: number] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at).replaceAll(/[[\]]/g, ''), Number(text.slice(at + 1))];
}

/** URLs are joined with paths that begin with a slash. */
function plainUrl(url: string): string {
  return url.replace(/\/$/, '');
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}
