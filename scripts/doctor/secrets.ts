import { readFileSync } from 'node:fs';
import { VARIABLES } from '../../api/config-table.ts';
import type { Variable } from '../../api/config-variable.ts';
import type { HaloConfig } from '../../api/config.ts';

/** Shorter ones would take ordinary words with them. */
const SHORTEST = 4;
const HIDDEN = '[скрыто]';

/** Takes every secret of the environment out of a text: whatever a check has let slip. */
export function hider(
  env: Readonly<Record<string, string | undefined>>,
  config?: Pick<HaloConfig, 'telephony' | 'databaseUrl' | 'sheets'>,
): (text: string) => string {
  const given = Object.entries<Variable>(VARIABLES)
    .filter(([, facts]) => facts.secret === true)
    .flatMap(([name]) => [env[name], contentOf(env[`${name}_FILE`])]);
  const others = [
    ...(config?.telephony.trunks ?? []).map((trunk) => trunk.password),
    config?.telephony.provider?.apiKey,
    passwordIn(config?.databaseUrl),
    config?.sheets?.credentials.privateKey,
    env['WEBHOOK_SECRET']?.trim().replace(/^whsec_/, ''),
  ];
  const secrets = [...given, ...others]
    .map((text) => text?.trim() ?? '')
    .filter((text) => text.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);
}

function contentOf(file: string | undefined): string | undefined {
  if (file === undefined || file.trim() === '') return undefined;
  try {
    return readFileSync(file.trim(), 'utf8');
  } catch {
    // Reading the configuration has said so.
    return undefined;
  }
}

function passwordIn(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : undefined;
}
