import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AriAddress } from '../ari-address.ts';
import { askConsole, asteriskCommand, programEnv } from './console.ts';
import type { AsteriskInstall } from './install.ts';
import { renderConfig, type ServerPaths } from './render.ts';
import { cleanFolder, controlSocket, pathsOf, prepareFolder } from './run-folder.ts';
import type { ServerSettings } from './settings.ts';
import { StrangerLog } from './stranger-log.ts';

/** Starts a long-lived program in a session of its own, its output going to `logFd`. */
export type SpawnServer = (
  command: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly logFd: number },
) => ChildProcess;

export interface ServerOptions {
  readonly install: AsteriskInstall;
  /** The server's own; made where it is not there, and every secret stays in it (0700). One server at a time. */
  readonly folder: string;
  readonly settings: ServerSettings;
  readonly spawn: SpawnServer;
  readonly log: (line: string) => void;
}

const BOOT_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const HANGUP_MS = 2_000;
const STOP_MS = 5_000;
const LOG_CHECK_MS = 15_000;

/** One Asterisk process with its folder. */
export class AsteriskServer {
  readonly pid: number;
  readonly ari: AriAddress;
  readonly folder: string;
  readonly settings: ServerSettings;
  /** Resolves when the process has gone, however. Never rejects. */
  readonly exited: Promise<void>;
  readonly #install: AsteriskInstall;
  readonly #paths: ServerPaths;
  readonly #strangers: StrangerLog;
  #gone = false;
  #stopping: Promise<void> | undefined;

  private constructor(options: ServerOptions, paths: ServerPaths, pid: number, exited: Promise<void>) {
    const { install, folder, settings } = options;
    this.pid = pid;
    this.folder = folder;
    this.settings = settings;
    this.ari = ariOf(settings);
    this.#install = install;
    this.#paths = paths;
    this.#strangers = new StrangerLog(paths.logDir);
    const watch = setInterval(() => {
      this.#strangers.trim();
    }, LOG_CHECK_MS);
    watch.unref();
    this.exited = exited.then(async () => {
      this.#gone = true;
      clearInterval(watch);
      await cleanFolder(paths).catch(() => {});
    });
  }

  /**
   * Renders the configuration, starts the server, and resolves when it is fully booted and its ARI answers.
   * Rejects with an Error in Russian that quotes Asterisk's own errors; nothing is left running then.
   */
  static async start(options: ServerOptions): Promise<AsteriskServer> {
    const { install, folder, settings, spawn, log } = options;
    const paths = pathsOf(folder, install);
    await prepareFolder(folder, paths, renderConfig(settings, paths));
    const logFd = openSync(join(paths.logDir, 'stdout.log'), 'a', 0o600);
    let child: ChildProcess;
    try {
      // -f: stays in the foreground, so that it is our child.
      const command = [...asteriskCommand(install, paths.etcDir), '-f'];
      child = spawn(command, { cwd: folder, env: programEnv(install), logFd });
    } finally {
      closeSync(logFd);
    }
    const exited = new Promise<void>((fulfil) => {
      child.once('exit', () => fulfil());
      child.once('error', () => fulfil());
    });
    try {
      const pid = await bootedPid(child, exited, options, paths);
      for (const line of await errorsIn(paths)) log(`Asterisk (${settings.kind}): ${line}`);
      return new AsteriskServer(options, paths, pid, exited);
    } catch (error) {
      child.kill('SIGKILL');
      await killByPidFile(paths);
      await exited;
      const said = (await errorsIn(paths)).slice(0, 5).join('\n  ');
      await cleanFolder(paths).catch(() => {});
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `Asterisk (${settings.kind}) не запустился: ${reason}${said === '' ? '' : `\n  ${said}`}`,
        {
          cause: error,
        },
      );
    }
  }

  /** `asterisk -rx`. */
  async cli(command: string): Promise<string> {
    return await askConsole(this.#install, this.#paths.etcDir, command);
  }

  /** SIP requests of unknown senders refused since the start. */
  strangers(): number {
    return this.#strangers.count();
  }

  /** Hangs up what is up, so that the other ends hear BYE, and ends the process. Idempotent; never rejects. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    if (!this.#gone) {
      await hangUpAll((command) => this.cli(command)).catch(() => {});
      await this.cli('core stop now').catch(() => {});
      const late = setTimeout(() => {
        kill(this.pid, 'SIGKILL');
      }, STOP_MS);
      await this.exited;
      clearTimeout(late);
    }
    await this.exited;
  }
}

/** The address at which the server's ARI is reached from this machine. */
export function ariOf({ ari }: ServerSettings): AriAddress {
  const everywhere = ari.address === '0.0.0.0' || ari.address === '::';
  const host = everywhere ? '127.0.0.1' : ari.address.includes(':') ? `[${ari.address}]` : ari.address;
  return { url: `http://${host}:${ari.port}`, user: ari.user, password: ari.password };
}

/** Asks for the end of every channel and waits a moment for it. */
export async function hangUpAll(cli: (command: string) => Promise<string>): Promise<void> {
  const deadline = Date.now() + HANGUP_MS;
  if (await isIdle(cli)) return;
  await cli('channel request hangup all');
  while (Date.now() < deadline && !(await isIdle(cli))) await sleep(50);
}

async function isIdle(cli: (command: string) => Promise<string>): Promise<boolean> {
  return /^0 active channels/m.test(await cli('core show channels count'));
}

async function bootedPid(
  child: ChildProcess,
  exited: Promise<void>,
  { install, settings }: ServerOptions,
  paths: ServerPaths,
): Promise<number> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  let ended = false;
  void exited.then(() => (ended = true));
  const deadline = Date.now() + BOOT_TIMEOUT_MS;
  const alive = () => {
    if (failure !== undefined) throw failure;
    if (ended) throw new Error('процесс завершился сразу после запуска');
    if (Date.now() > deadline) throw new Error(`за ${BOOT_TIMEOUT_MS / 1000} с не загрузился`);
  };
  const until = async (done: () => Promise<boolean>) => {
    for (;;) {
      alive();
      if (await done()) return;
      await sleep(POLL_MS);
    }
  };
  await until(async () => existsSync(controlSocket(paths)));
  await until(async () => {
    const said = await askConsole(install, paths.etcDir, 'core waitfullybooted').catch(() => '');
    return said.includes('fully booted');
  });
  // An occupied port leaves Asterisk up and deaf.
  const deaf = (await errorsIn(paths)).find((line) =>
    /could not be started|Unable to bind|bind(ing)? failed|Address already in use/i.test(line),
  );
  if (deaf !== undefined) throw new Error('занят порт SIP или ARI');
  await until(() => ariAnswers(ariOf(settings)));
  return Number(await readFile(join(paths.runDir, 'asterisk.pid'), 'utf8'));
}

async function ariAnswers({ url, user, password }: AriAddress): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const asked = fetch(`${url}/ari/asterisk/info?only=status`, {
    headers: { authorization },
    signal: AbortSignal.timeout(2_000),
  });
  const answer = await asked.catch(() => undefined);
  if (answer === undefined) return false;
  await answer.body?.cancel();
  if (answer.status === 401) throw new Error('на порту ARI отвечает другая программа');
  return answer.ok;
}

async function errorsIn(paths: ServerPaths): Promise<string[]> {
  const log = await readFile(join(paths.logDir, 'messages.log'), 'utf8').catch(() => '');
  return log.split('\n').filter((line) => /\] ERROR\[/.test(line));
}

async function killByPidFile(paths: ServerPaths): Promise<void> {
  const pid = Number(await readFile(join(paths.runDir, 'asterisk.pid'), 'utf8').catch(() => '0'));
  if (pid > 0) kill(pid, 'SIGKILL');
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone already.
  }
}
