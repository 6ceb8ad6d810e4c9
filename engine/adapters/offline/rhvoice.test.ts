import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { VOICES } from '../../contract/languages.ts';
import type { Pcm, SpeechRequest } from '../../ports/speech.ts';
import { ttsContract } from '../../testing/tts-contract.ts';
import { findRhvoice, type RhvoiceInstall } from './rhvoice-install.ts';
import { RhvoiceSynthesiser, WavSamples } from './rhvoice.ts';
import { speechDbfs, TARGET_RMS_DBFS } from './synthesiser-sound.ts';

const folder = mkdtempSync(join(tmpdir(), 'halo-rhvoice-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Speaks as RHVoice-test does: WAV on /dev/stdout when stdin has ended, 40 ms of a tone for each character. */
const FAKE = `
import { writeFileSync } from 'node:fs';
let text = '';
for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
const sound = Buffer.alloc(44 + text.trim().length * 1920);
for (let i = 44; i < sound.length; i += 2) sound.writeInt16LE(Math.round(6000 * Math.sin(i / 30)), i);
writeFileSync(process.argv[process.argv.indexOf('-o') + 1], sound);
if (text.includes('долго')) setInterval(() => {}, 1000);
`;

function install(source: string, voices = ['aleksandr', 'anna', 'elena']): RhvoiceInstall {
  const script = join(folder, `${Math.random()}.mjs`);
  writeFileSync(script, source);
  return { command: [process.execPath, script], env: {}, voices, from: 'system' };
}

ttsContract('RHVoice adapter with a stand-in for the program', () => {
  const tts = new RhvoiceSynthesiser({ install: install(FAKE) });
  return {
    tts,
    language: 'ru',
    sentence: 'Здравствуйте, меня зовут Анна. Удобно ли вам сейчас говорить?',
    unsupported: 'tr',
    working: () => tts.working,
    close: () => tts.close(),
  };
});

const real = findRhvoice(process.env['HALO_DATA_DIR'] ?? '.halo');
const speaksRussian = real?.voices.includes('anna') === true;

ttsContract(
  `RHVoice itself${speaksRussian ? '' : ' (not on this machine: npm run voices fetches it)'}`,
  () => {
    if (real === undefined) throw new Error('RHVoice went away');
    const tts = new RhvoiceSynthesiser({ install: real });
    return {
      tts,
      language: 'ru',
      sentence: 'Здравствуйте, меня зовут Анна. Удобно ли вам сейчас говорить?',
      unsupported: 'tr',
      working: () => tts.working,
      close: () => tts.close(),
    };
  },
  !speaksRussian,
);

describe.skipIf(!speaksRussian)('RHVoice itself', () => {
  it('is as loud in every voice as everything else', async () => {
    if (real === undefined) return;
    const tts = new RhvoiceSynthesiser({ install: real });
    const texts: Record<string, string> = {
      ru: 'Удобно ли вам сейчас говорить?',
      en: 'Is it convenient for you to talk now?',
      ky: 'Азыр сүйлөшкөнгө ыңгайлуубу?',
    };
    for (const language of tts.abilities.languages) {
      for (const voice of VOICES.filter((one) => tts.has({ language, voice: one }))) {
        const chunks = await collect(tts, { text: texts[language] ?? '', language, voice });
        const samples = Int16Array.from(chunks.flatMap((chunk) => [...chunk.samples]));
        const off = speechDbfs(samples, 24_000) - TARGET_RMS_DBFS;
        expect(Math.abs(off), `${language} ${voice}: ${off.toFixed(1)} dB off`).toBeLessThan(3);
      }
    }
  }, 20_000);
});

describe('RhvoiceSynthesiser', () => {
  it('has the languages and voices that are installed, and no others', () => {
    const tts = new RhvoiceSynthesiser({
      install: install(FAKE, ['aleksandr', 'sevinch', 'arina', 'nazgul']),
    });
    expect(tts.abilities.languages).toEqual(['ru', 'ky']);
    expect(tts.has({ language: 'ru', voice: 'male' })).toBe(true);
    // arina and sevinch must not be used in business.
    expect(tts.has({ language: 'ru', voice: 'female' })).toBe(false);
    expect(tts.has({ language: 'uz', voice: 'female' })).toBe(false);
  });

  it('says why when the program fails, and leaves nothing running', async () => {
    const tts = new RhvoiceSynthesiser({
      install: install(`console.error('no language data'); process.exit(1)`),
    });
    const failure = await collect(tts, RU).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'TTS_FAILED', retryable: true });
    expect(String(failure)).toContain('no language data');
    expect(tts.working).toBe(0);
  });

  it('times out and kills a program that gives nothing', async () => {
    const tts = new RhvoiceSynthesiser({ install: install('setInterval(() => {}, 1000)'), firstChunkMs: 50 });
    await expect(collect(tts, RU)).rejects.toMatchObject({ code: 'TTS_TIMEOUT' });
    await expect.poll(() => tts.working).toBe(0);
  });

  it('kills what runs when it is closed', async () => {
    const tts = new RhvoiceSynthesiser({ install: install(FAKE) });
    const speech = collect(tts, { ...RU, text: 'Это будет долго' });
    await expect.poll(() => tts.working).toBe(1);
    await tts.close();
    await expect(speech).rejects.toMatchObject({ code: 'TTS_FAILED' });
    expect(tts.working).toBe(0);
  });

  it('passes a text on as text, never to the shell', async () => {
    const tts = new RhvoiceSynthesiser({ install: install(FAKE) });
    const chunks = await collect(tts, { ...RU, text: `"; touch ${folder}/pwned; $(exit 1) '` });
    expect(chunks.length).toBeGreaterThan(0);
    expect(() => rmSync(`${folder}/pwned`)).toThrow('ENOENT');
  });
});

describe('findRhvoice', () => {
  it('takes the data folder before the system, and neither when neither is whole', () => {
    const data = join(folder, 'data');
    expect(findRhvoice(data, { PATH: '' })).toBeUndefined();
    mkdirSync(join(data, 'voices/root/usr/bin'), { recursive: true });
    mkdirSync(join(data, 'voices/root/usr/share/RHVoice/voices/anna'), { recursive: true });
    mkdirSync(join(data, 'voices/root/usr/share/RHVoice/voices/half'), { recursive: true });
    writeFileSync(join(data, 'voices/root/usr/bin/RHVoice-test'), '');
    writeFileSync(join(data, 'voices/root/usr/share/RHVoice/voices/anna/voice.info'), '');
    expect(findRhvoice(data, { PATH: '' })).toBeUndefined();
    writeFileSync(join(data, 'voices/installed.json'), '{"loader": 5}');
    expect(findRhvoice(data, { PATH: '' })).toBeUndefined();
    writeFileSync(
      join(data, 'voices/installed.json'),
      '{"loader": "root/ld.so", "libraryPath": ["root/a", "root/b"]}',
    );
    const found = findRhvoice(data, { PATH: '/nowhere' });
    const voices = join(data, 'voices');
    expect(found?.voices).toEqual(['anna']);
    expect(found?.command).toEqual([
      `${voices}/root/ld.so`,
      '--library-path',
      `${voices}/root/a:${voices}/root/b`,
      `${voices}/root/usr/bin/RHVoice-test`,
    ]);
  });
});

describe('WavSamples', () => {
  it('finds the same samples in whatever pieces the file comes', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 100 }), fc.integer({ min: 1, max: 70 }), (samples, piece) => {
        const bytes = Buffer.concat([Buffer.alloc(44, 7), Buffer.from(samples.buffer)]);
        const wav = new WavSamples();
        const found: number[] = [];
        for (let at = 0; at < bytes.length; at += piece)
          found.push(...wav.push(bytes.subarray(at, at + piece)));
        expect(found).toEqual([...samples]);
      }),
    );
  });
});

const RU: SpeechRequest = { text: 'Добрый день', language: 'ru', voice: 'male' };

async function collect(tts: RhvoiceSynthesiser, request: SpeechRequest): Promise<Pcm[]> {
  const chunks: Pcm[] = [];
  for await (const chunk of tts.speak(request, new AbortController().signal)) chunks.push(chunk);
  return chunks;
}
