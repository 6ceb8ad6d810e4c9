import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseWav } from '../../engine/index.ts';
import { fetchDebianPackages } from '../lib/debian-packages.mjs';
import { parseTexts, promptOf, type Prompt, type PromptLanguage } from './prompts.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const LANGUAGES: readonly PromptLanguage[] = ['ru', 'en'];

/** Where fetched prompts are kept. */
export function soundsDir(): string {
  const dataDir = process.env['HALO_DATA_DIR'];
  return dataDir === undefined
    ? join(PROJECT, '.asterisk-sounds')
    : join(resolve(dataDir), 'asterisk-sounds');
}

/** Fetches Debian's recorded prompts and their texts into `dir`, once. Returns the folder that holds `usr/`. */
export async function fetchPrompts(dir: string, say: (line: string) => void): Promise<string> {
  await fetchDebianPackages({
    dir,
    // The store wants a dynamic loader in every folder of packages; nothing of it is run here.
    packages: ['libc6'],
    dataPackages: LANGUAGES.flatMap((language) => [
      `asterisk-core-sounds-${language}`,
      `asterisk-core-sounds-${language}-wav`,
    ]),
    suites: ['own', 'stable', 'testing'],
    say,
  });
  return join(dir, 'root');
}

/** Every sentence among the unpacked prompts of `root`. Rejects where the packages are not what they used to be. */
export async function readPrompts(root: string): Promise<readonly Prompt[]> {
  const sounds = join(root, 'usr/share/asterisk/sounds');
  const folders = await readdir(sounds);
  const prompts: Prompt[] = [];
  for (const language of LANGUAGES) {
    const list = join(root, `usr/share/doc/asterisk-core-sounds-${language}/core-sounds-${language}.txt`);
    const texts = parseTexts(await readText(list));
    for (const folder of folders.filter((name) => name.startsWith(`${language}_`))) {
      for (const [name, text] of texts) {
        const file = join(sounds, folder, `${name}.wav`);
        const wav = await readFile(file).catch(() => undefined);
        if (wav === undefined) continue;
        const { rateHz, samples } = parseWav(wav);
        const [pcm] = samples;
        if (pcm === undefined) continue;
        const prompt = promptOf({ key: `${language}/${name}`, language, file, text, rateHz, pcm });
        if (prompt !== undefined) prompts.push(prompt);
      }
    }
  }
  if (prompts.length === 0)
    throw new Error(`no prompts in ${root}: delete the folder, and the next run fetches it again`);
  return prompts;
}

async function readText(file: string): Promise<string> {
  const packed = await readFile(`${file}.gz`).catch(() => undefined);
  return packed === undefined
    ? await readFile(file, 'utf8')
    : (await promisify(gunzip)(packed)).toString('utf8');
}
