import { basename } from 'node:path';
import { ConfigError } from '../api/config.ts';
import { AudioFileError } from '../engine/adapters/ffmpeg/decode-audio.ts';
import { NoFfmpegError } from '../engine/adapters/ffmpeg/find-ffmpeg.ts';
import { UsageError } from './lib/usage.ts';
import { loudestDbfs } from './inject/find-sounds.ts';
import { injectInCall } from './inject/in-call.ts';
import { HELP, readOptions, type InjectOptions } from './inject/options.ts';
import { injectOverRtp } from './inject/over-rtp.ts';
import { tellResult } from './inject/result.ts';
import { projectFfmpeg, readSounds } from './inject/sounds.ts';
import { getFfmpeg } from './lib/ffmpeg-get.mjs';

/** The far end's and the product's ears take softer sounds for silence. */
const FAINT_DBFS = -45;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else if (options === 'get-ffmpeg') {
    const command = await getFfmpeg({ say: (line) => console.log(line) });
    console.log(`ffmpeg готов: ${command.at(-1) ?? ''}`);
  } else process.exitCode = await inject(options);
} catch (error) {
  if (
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof AudioFileError ||
    error instanceof NoFfmpegError
  ) {
    console.error(`${error.message}\n\nСправка: npm run inject -- --help`);
    process.exitCode = 2;
  } else {
    const debug = process.env['LOG_LEVEL'] === 'debug';
    console.error(error instanceof Error && !debug ? `halo: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function inject(options: InjectOptions): Promise<number> {
  const print = options.json ? (line: string) => console.error(line) : (line: string) => console.log(line);
  const files = options.turns.map(({ file }) => file);
  const { pcms, ffmpeg } = await readSounds(files, projectFfmpeg, AbortSignal.timeout(300_000));
  print(
    ffmpeg === undefined
      ? 'ffmpeg не найден: файлы WAV прочитаны без него'
      : `ffmpeg ${ffmpeg.version} (${ffmpeg.from === 'fetched' ? 'скачанный' : ffmpeg.from})`,
  );
  pcms.forEach((pcm, at) => {
    const loudest = loudestDbfs(pcm, 8000);
    const name = basename(files[at] ?? '');
    if (loudest === -Infinity) print(`${name}: в файле одна тишина`);
    else if (loudest < FAINT_DBFS)
      print(`${name}: слишком тихо (${Math.round(loudest)} dBFS), это не примут за голос: сделайте громче`);
  });
  const { via } = options;
  const result =
    via.kind === 'rtp'
      ? await injectOverRtp(options, via, pcms, print)
      : await injectInCall(options, via.telephony, pcms, print);
  if (result === undefined) {
    print('Звонок прерван');
    return 1;
  }
  for (const line of tellResult(result)) print(line);
  if (options.json) console.log(JSON.stringify(result));
  return result.ok ? 0 : 1;
}
