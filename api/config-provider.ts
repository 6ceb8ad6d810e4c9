import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { PROVIDER_MAPPINGS, type ProviderConfig } from '../engine/contract/provider-config.ts';
import type { ConfigValues } from './config-table.ts';
import { exact } from './schemas/exact.ts';

const HttpUrl = Type.String({ pattern: String.raw`^https?://[^\s/?#]+\S*$` });
const Secret = Type.String({ pattern: String.raw`^[\x21-\x7e]{8,512}$` });
const Digits = Type.String({ pattern: String.raw`^\d{1,20}$` });

/** The JSON of TELEPHONY_CONFIG: docs/telephony-provider.md. */
const ProviderFile = exact({
  mapping: Type.Optional(Type.Enum([...PROVIDER_MAPPINGS])),
  dial_url: Type.Optional(HttpUrl),
  hangup_url: Type.Optional(HttpUrl),
  public_url: Type.Optional(Type.String({ pattern: String.raw`^https?://[^\s/?#@]+[^\s?#]*$` })),
  event_secret: Type.Optional(Secret),
  mango_api_key: Type.Optional(Secret),
  voximplant: Type.Optional(exact({ account_id: Digits, rule_id: Digits })),
});

/** Voximplant's own: the Management API, StartScenarios. */
const VOXIMPLANT_DIAL_URL = 'https://api.voximplant.com/platform_api/StartScenarios/';

/** What the environment says of the customer's telephony provider; adds to `problems` what cannot be. */
export function readProvider(values: ConfigValues, problems: string[]): ProviderConfig | undefined {
  const { TELEPHONY_API_KEY: apiKey, TELEPHONY_CONFIG: config } = values;
  if (apiKey === undefined || config === undefined) {
    problems.push('HALO_TELEPHONY: дано provider; задайте TELEPHONY_API_KEY и TELEPHONY_CONFIG');
    return undefined;
  }
  const refuse = (what: string): ProviderConfig | undefined => {
    problems.push(`TELEPHONY_CONFIG: ${what}`);
    return undefined;
  };
  const inline = config.trimStart().startsWith('{');
  let given: unknown;
  try {
    given = JSON.parse(inline ? config : readFileSync(config, 'utf8'));
  } catch (error) {
    // A JSON error repeats the text it fell over, and that text may be a secret.
    if (error instanceof SyntaxError) return refuse('это не JSON');
    return refuse(`файл не читается: ${(error as Error).message}`);
  }
  if (!Value.Check(ProviderFile, given)) {
    const { instancePath = '', message = '' } = Value.Errors(ProviderFile, given)[0] ?? {};
    return refuse(
      `не подходит ${instancePath === '' ? 'весь объект' : instancePath} (${message}): docs/telephony-provider.md`,
    );
  }
  const mapping = given.mapping ?? 'unified';
  const dialUrl = given.dial_url ?? (mapping === 'voximplant' ? VOXIMPLANT_DIAL_URL : undefined);
  if (dialUrl === undefined) return refuse('задайте dial_url: куда отправлять запрос звонка');
  // Behind a gateway of one's own HALO may have another address than the one people know.
  const publicUrl = given.public_url ?? values.PUBLIC_URL;
  if (publicUrl === undefined)
    return refuse('задайте PUBLIC_URL или public_url: адрес HALO, каким его видит провайдер');
  if (mapping === 'mango' && given.mango_api_key === undefined)
    return refuse('для mango задайте mango_api_key («уникальный код вашей АТС»)');
  if (mapping === 'voximplant' && given.voximplant === undefined)
    return refuse('для voximplant задайте voximplant: {"account_id": "…", "rule_id": "…"}');
  if ((mapping === 'mango' || mapping === 'zadarma') && given.event_secret === undefined)
    return refuse(`для ${mapping} задайте event_secret: секрет, которым подписаны уведомления`);
  return {
    mapping,
    dialUrl,
    ...(given.hangup_url !== undefined && { hangupUrl: given.hangup_url }),
    publicUrl: publicUrl.replace(/\/+$/, ''),
    apiKey,
    eventSecret: given.event_secret ?? apiKey,
    ...(given.mango_api_key !== undefined && { mangoKey: given.mango_api_key }),
    ...(given.voximplant !== undefined && {
      voximplant: { accountId: given.voximplant.account_id, ruleId: given.voximplant.rule_id },
    }),
  };
}
