// Docker's health checks: `node docker/healthcheck.mjs app` asks the app's /healthz, `… asterisk` the ARI of the edge and,
// while there is no trunk, of the local carrier. Exit code 0: healthy. The last words are in `docker inspect`.
import { readFileSync } from 'node:fs';

const TIMEOUT_MS = 4_000;
const { env } = process;
const given = (name) => (env[name] ?? '').trim() !== '';

/** The same as the app reads: the variable, or the file that `<name>_FILE` names. */
function secret(name) {
  return (
    given(`${name}_FILE`) ? readFileSync(env[`${name}_FILE`].trim(), 'utf8') : (env[name] ?? '')
  ).trim();
}

async function ask(url, headers = {}) {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  await answer.body?.cancel();
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`);
}

const CHECKS = {
  app: () => ask(`http://127.0.0.1:${given('PORT') ? env.PORT.trim() : '3000'}/healthz`),
  async asterisk() {
    const user = given('HALO_ARI_USER') ? env.HALO_ARI_USER.trim() : 'halo';
    const authorization = `Basic ${Buffer.from(`${user}:${secret('HALO_ARI_PASSWORD')}`).toString('base64')}`;
    const urls = [env.HALO_ARI_URL ?? ''];
    const trunk = given('TRUNK_HOST') || given('HALO_TRUNKS_FILE');
    if (!trunk && given('HALO_CARRIER_ARI_URL')) urls.push(env.HALO_CARRIER_ARI_URL);
    for (const url of urls) {
      await ask(`${url.trim().replace(/\/$/, '')}/ari/asterisk/info?only=status`, { authorization });
    }
  },
};

const check = CHECKS[process.argv[2]];
if (check === undefined) {
  console.error(`usage: node docker/healthcheck.mjs ${Object.keys(CHECKS).join('|')}`);
  process.exitCode = 2;
} else {
  await check().catch((error) => {
    console.error(`${error.message}${error.cause === undefined ? '' : `: ${error.cause.message}`}`);
    process.exitCode = 1;
  });
}
