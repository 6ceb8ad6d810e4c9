import { lookup } from 'node:dns/promises';
import { ok, fail, skip, warn, type Check, type DoctorDeps, type Finding } from './check.ts';
import { askHttp, NoAnswer, reasonOf } from './http.ts';
import type { TelephonyConfig } from '../../engine/contract/telephony-config.ts';
import { isThere, whyNot } from '../lib/asterisk-get.mjs';

/** Whether what calls are made with is there. */
export const telephony: Check = {
  name: 'telephony',
  title: 'Телефония',
  async run({ telephony: config }, deps) {
    switch (config.kind) {
      case 'simulator':
        return [warn('симулятор: настоящих звонков не будет', 'настоящая сеть: HALO_TELEPHONY=auto')];
      case 'provider':
        return [await provider(config)];
      case 'auto':
      case 'asterisk':
        return config.ari === undefined ? [ownAsterisk(config)] : await theirs(config.ari, config, deps);
      default:
        return config.kind satisfies never;
    }
  },
};

function ownAsterisk({ kind, asteriskDir }: TelephonyConfig): Finding {
  if (isThere(asteriskDir))
    return ok('Asterisk распакован; запускает его npm start (npm run asterisk -- status)');
  const why = whyNot(asteriskDir);
  const what = `Asterisk ещё не скачан${why === undefined ? '' : `: ${why}`}`;
  const advice = 'npm run asterisk -- get; где его нет (не Debian и не Ubuntu) — свой по HALO_ARI_URL';
  return kind === 'asterisk' ? fail(what, advice) : warn(`${what}; без него линия симулируется`, advice);
}

type Ari = NonNullable<TelephonyConfig['ari']>;

async function theirs(
  ari: Ari,
  { carrierAriUrl }: TelephonyConfig,
  deps: DoctorDeps,
): Promise<readonly Finding[]> {
  const urls = [ari.url, ...(carrierAriUrl === undefined ? [] : [carrierAriUrl])];
  return await Promise.all(urls.map((url) => askAri(url, ari, deps)));
}

/** docs.asterisk.org, Asterisk REST Interface: GET /asterisk/ping. */
async function askAri(url: string, { user, password }: Ari, { signal }: DoctorDeps): Promise<Finding> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  try {
    const { status, text } = await askHttp(
      `${url}/ari/asterisk/ping`,
      { headers: { authorization } },
      signal,
    );
    if (status === 401)
      return fail(
        `Asterisk ${url} не принял логин или пароль`,
        'проверьте HALO_ARI_USER и HALO_ARI_PASSWORD',
      );
    if (status === 200 && text.includes('"pong"')) return ok(`Asterisk ${url} отвечает`);
    return fail(
      `${url} ответил ${status}, и это не ARI`,
      'в http.conf и ari.conf должно быть enabled=yes; проверьте HALO_ARI_URL',
    );
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return fail(`Asterisk ${url}: ${error.message}`, 'запустите его или поправьте HALO_ARI_URL');
  }
}

/** A call would have to be ordered to see more. */
async function provider({ provider: config }: TelephonyConfig): Promise<Finding> {
  if (config === undefined) return skip('провайдер не описан');
  const { hostname } = new URL(config.dialUrl);
  try {
    const { address } = await lookup(hostname);
    return ok(
      `провайдер (${config.mapping}): ${hostname} → ${address}; примет ли он звонок, видно только по звонку`,
    );
  } catch (error) {
    return fail(`провайдер: ${hostname}: ${reasonOf(error)}`, 'проверьте dial_url в TELEPHONY_CONFIG');
  }
}
