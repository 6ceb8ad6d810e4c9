import { isIP } from 'node:net';
import { ConfigError, readConfig } from '../api/config.ts';
import { systemClock } from '../engine/adapters/system/system-clock.ts';
import type { Trunk } from '../engine/contract/trunk.ts';
import { examine } from './trunk/doctor.ts';
import { HELP, readOptions, type CheckOptions } from './trunk/options.ts';
import { UsageError } from './lib/usage.ts';
import { discreet, discreetReport, stepLines, verdict, type TrunkReport } from './trunk/report.ts';
import { resolveHost } from './trunk/resolve.ts';
import type { DoctorOptions } from './trunk/step.ts';

const LISTEN_MS = 2_000;
/** Time to think again, where a person looks on. */
const SECOND_THOUGHTS_MS = 3_000;
/** npm passes on the Ctrl-C that the terminal has given us already. */
const ONE_PRESS_MS = 1_000;

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) console.log(HELP);
  else process.exitCode = await check(options);
} catch (error) {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`${error.message}\n\nСправка: npm run trunk:check -- --help`);
    process.exitCode = 2;
  } else {
    const debug = process.env['LOG_LEVEL'] === 'debug';
    console.error(error instanceof Error && !debug ? `halo: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function check(options: CheckOptions): Promise<number> {
  const { telephony } = readConfig(options.env);
  const trunks = chosen(telephony.trunks, options.trunk);
  const interrupt = new AbortController();
  let firstAtMs: number | undefined;
  const onSignal = (): void => {
    const nowMs = performance.now();
    // The second time: at once, whatever is left ringing.
    if (firstAtMs !== undefined && nowMs - firstAtMs > ONE_PRESS_MS) process.exit(1);
    if (firstAtMs !== undefined) return;
    firstAtMs = nowMs;
    console.error('Прерываю: снимаю вызов и регистрацию… (ещё раз Ctrl-C — выйти сразу)');
    interrupt.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const doctorOptions: DoctorOptions = {
    to: options.to,
    ringTimeoutMs: options.ringTimeoutMs,
    externalAddress: await externalAddress(telephony.externalAddress, interrupt.signal),
    localNetworks: telephony.localNetworks,
    rtpPorts: telephony.rtp,
    listenMs: LISTEN_MS,
    warnMs: process.stdout.isTTY ? SECOND_THOUGHTS_MS : 0,
  };
  const reports: TrunkReport[] = [];
  for (const trunk of trunks) {
    if (interrupt.signal.aborted) break;
    reports.push(await examineAloud(trunk, doctorOptions, interrupt.signal));
  }
  const ok = !interrupt.signal.aborted && reports.every((report) => report.ok);
  if (options.json) console.log(JSON.stringify({ ok, trunks: reports }));
  return ok ? 0 : 1;
}

async function examineAloud(trunk: Trunk, options: DoctorOptions, signal: AbortSignal): Promise<TrunkReport> {
  const say = (line: string): void => console.log(discreet(line, trunk.password));
  const login = trunk.user === undefined ? 'без логина, по адресу' : `логин ${trunk.user}`;
  say(`Транк ${trunk.name}: ${trunk.host}:${trunk.port}, ${trunk.transport.toUpperCase()}, ${login}`);
  const found = await examine(trunk, options, {
    clock: systemClock,
    resolve: resolveHost,
    tell: (line) => say(`    ${line}`),
    onStep: (step) => {
      for (const line of stepLines(step)) say(line);
    },
    signal,
  });
  say(`${verdict(found)}\n`);
  return discreetReport(found, trunk.password);
}

function chosen(trunks: readonly Trunk[], name: string | undefined): readonly Trunk[] {
  if (trunks.length === 0)
    throw new UsageError(
      'Ни одного транка не настроено: задайте TRUNK_HOST (docs/trunks.md) или укажите --host',
    );
  if (name === undefined) return trunks;
  const found = trunks.filter((trunk) => trunk.name === name);
  if (found.length > 0) return found;
  throw new UsageError(`--trunk ${name}: есть только ${trunks.map((trunk) => trunk.name).join(', ')}`);
}

/** SDP takes an address; the configuration may name a host. */
async function externalAddress(host: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  if (host === undefined || isIP(host) !== 0) return host;
  const [address] = (await resolveHost(host, 'udp', signal)).addresses;
  if (address === undefined) throw new UsageError(`HALO_EXTERNAL_ADDRESS: имени ${host} нет в DNS`);
  return address;
}
