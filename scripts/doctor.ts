import { ConfigError, readConfig } from '../api/config.ts';
import { CHECKS } from './doctor/checks.ts';
import { HELP, readOptions, type DoctorOptions } from './doctor/options.ts';
import { UsageError } from './lib/usage.ts';
import { linesOf, verdict } from './doctor/report.ts';
import { isWell, runChecks } from './doctor/run.ts';
import { hider } from './doctor/secrets.ts';

const WRONG_SETTINGS = 2;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = await examine(options);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\nСправка: npm run doctor -- --help`);
  else console.error(hider(process.env)(error instanceof Error ? `halo: ${error.message}` : String(error)));
  process.exitCode = error instanceof UsageError ? WRONG_SETTINGS : 1;
}
// A check that was given up may still hold a socket.
process.exit();

async function examine({ only, ping, json }: DoctorOptions): Promise<number> {
  let hide = hider(process.env);
  const say = (line: string): void => console.log(hide(line));
  try {
    const config = readConfig(process.env);
    hide = hider(process.env, config);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
    const deps = { signal: stop.signal, now: () => Date.now(), ping };
    const checks = CHECKS.filter(({ name }) => only?.includes(name) !== false);
    if (!json) say('✓ Настройки       прочитаны');
    const reports = await runChecks(checks, config, deps, (report) => {
      if (!json) for (const line of linesOf(report)) say(line);
    });
    say(json ? JSON.stringify({ ok: isWell(reports), checks: reports }) : `\n${verdict(reports)}`);
    return isWell(reports) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (json) say(JSON.stringify({ ok: false, settings: error.problems, checks: [] }));
    else
      for (const line of ['✗ Настройки       не подходят', ...error.problems.map((one) => `    → ${one}`)])
        say(line);
    return WRONG_SETTINGS;
  }
}
