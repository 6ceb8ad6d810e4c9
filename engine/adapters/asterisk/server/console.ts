import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { AsteriskInstall } from './install.ts';

/** The environment of every program of the install: nothing of ours, which may hold keys. */
export function programEnv(install: AsteriskInstall): NodeJS.ProcessEnv {
  const { PATH, TZ, TMPDIR } = process.env;
  return { PATH, TZ, TMPDIR, LC_ALL: 'C', HOME: '/', TERM: 'dumb', ...install.env };
}

/** Asterisk with its configuration folder: the start of its command line and of its console's. */
export function asteriskCommand(install: AsteriskInstall, etcDir: string): string[] {
  return [...install.command('asterisk'), '-C', join(etcDir, 'asterisk.conf')];
}

/**
 * Says one command to the running server's console (`asterisk -rx`) and resolves to its answer.
 * The command must be ours: Asterisk takes all of it as one. Rejects where no server answers within `timeoutMs`.
 */
export function askConsole(
  install: AsteriskInstall,
  etcDir: string,
  command: string,
  timeoutMs = 10_000,
): Promise<string> {
  const [program, ...args] = [...asteriskCommand(install, etcDir), '-rx', command];
  return new Promise((fulfil, reject) => {
    const settings = { cwd: '/', env: programEnv(install), timeout: timeoutMs, maxBuffer: 16 << 20 };
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error === null) fulfil(stdout);
      else
        reject(
          new Error(`Asterisk did not take '${command}': ${(stderr || stdout || error.message).trim()}`),
        );
    });
  });
}
