import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** A command that runs ffmpeg, and where it was found. */
export interface Ffmpeg {
  readonly command: readonly string[];
  readonly from: 'FFMPEG_BIN' | 'ffmpeg-static' | 'PATH' | 'fetched';
  /** `5.1.6-0+deb12u1`. */
  readonly version: string;
}

/** What was looked for and not found; the message is for people, in Russian, and says what to do. */
export class NoFfmpegError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoFfmpegError';
  }
}

export interface FfmpegPlaces {
  /** FFMPEG_BIN; it alone is tried when it is set. */
  readonly bin?: string | undefined;
  /** The command of a copy that was fetched into the project's folder. */
  readonly fetched?: readonly string[] | undefined;
  /** The path that the package ffmpeg-static gives; null where it has no binary. */
  readonly staticPath?: () => Promise<string | null>;
  /** PATH is searched for this name. */
  readonly onPath?: string;
}

const PROBE_TIMEOUT_MS = 10_000;
const run = promisify(execFile);

/** FFMPEG_BIN → ffmpeg-static → PATH → the fetched one; the first that runs. Rejects with NoFfmpegError. */
export async function findFfmpeg(places: FfmpegPlaces): Promise<Ffmpeg> {
  const bin = places.bin?.trim() ?? '';
  if (bin !== '') {
    const version = await versionOf([bin]);
    if (version !== undefined) return { command: [bin], from: 'FFMPEG_BIN', version };
    throw new NoFfmpegError(
      `FFMPEG_BIN=${bin}: по этому пути ffmpeg не запускается; исправьте путь или уберите переменную`,
    );
  }
  const packaged = await (places.staticPath ?? ffmpegStatic)();
  const candidates: readonly (readonly [Ffmpeg['from'], readonly string[] | undefined])[] = [
    ['ffmpeg-static', packaged === null ? undefined : [packaged]],
    ['PATH', [places.onPath ?? 'ffmpeg']],
    ['fetched', places.fetched],
  ];
  for (const [from, command] of candidates) {
    const version = command === undefined ? undefined : await versionOf(command);
    if (command !== undefined && version !== undefined) return { command, from, version };
  }
  throw new NoFfmpegError(
    'ffmpeg не найден: установите его (Debian и Ubuntu: apt-get install ffmpeg), назовите путь в FFMPEG_BIN ' +
      'или скачайте в папку проекта: npm run inject -- --get-ffmpeg',
  );
}

/** The package may be missing, and without its install script it has no binary. */
async function ffmpegStatic(): Promise<string | null> {
  try {
    const path: unknown = createRequire(import.meta.url)('ffmpeg-static');
    if (typeof path !== 'string') return null;
    await access(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}

async function versionOf([program = '', ...args]: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, [...args, '-hide_banner', '-version'], {
      timeout: PROBE_TIMEOUT_MS,
    });
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}
