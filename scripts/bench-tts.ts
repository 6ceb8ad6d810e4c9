// npx tsx scripts/bench-tts.ts [--runs 30] [--lang ru]: how soon and how fast the offline synthesisers speak, and how loud.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { VOICES, SPOKEN_LANGUAGES, type SpokenLanguage, type Voice } from '../engine/contract/languages.ts';
import { EspeakSynthesiser } from '../engine/adapters/offline/espeak.ts';
import { findRhvoice } from '../engine/adapters/offline/rhvoice-install.ts';
import { RhvoiceSynthesiser } from '../engine/adapters/offline/rhvoice.ts';
import { speechDbfs } from '../engine/adapters/offline/synthesiser-sound.ts';
import { muLawEncode } from '../engine/media/g711.ts';
import { loadResampler, Resampler } from '../engine/media/resampler.ts';
import type { TextToSpeech } from '../engine/ports/speech.ts';

const SENTENCES: Partial<Record<SpokenLanguage, readonly string[]>> = {
  ru: [
    'Здравствуйте! Меня зовут Анна, компания Хало. Вам удобно сейчас говорить?',
    'Стоимость полторы тысячи рублей в месяц, первый месяц бесплатно.',
    'Хорошо, я пришлю подробности сообщением.',
    'Спасибо за разговор, всего доброго, до свидания!',
  ],
  en: [
    'Hello! My name is Anna, I am calling from Halo. Is it convenient for you to talk now?',
    'It costs fifteen dollars a month, and the first month is free.',
    'Good, I will send you the details in a message.',
    'Thank you for your time, goodbye!',
  ],
  ky: ['Саламатсызбы, менин атым Анна, азыр сүйлөшкөнгө ыңгайлуубу?', 'Баасы айына жыйырма беш сом.'],
};

interface Measured {
  readonly firstMs: number;
  readonly realTimeFactor: number;
  readonly dbfs: number;
}

/** Of 20 ms. */
const CHUNKS = 10_000;
const WARM_UP_CHUNKS = 1_000;

const { values } = parseArgs({ options: { runs: { type: 'string' }, lang: { type: 'string' } } });
const runs = Number(values.runs ?? 30);
const language = SPOKEN_LANGUAGES.find((code) => code === (values.lang ?? 'ru'));
const sentences = language === undefined ? undefined : SENTENCES[language];
if (language === undefined || sentences === undefined || !Number.isInteger(runs) || runs < 1) {
  console.error(`--runs takes a whole number; --lang one of ${Object.keys(SENTENCES).join(', ')}`);
  process.exit(2);
}

const cpu = cpus();
console.log(
  `node ${process.version}, ${process.platform}/${process.arch}, ${cpu.length} × ${cpu[0]?.model ?? '?'}`,
);
console.log(`${language}, ${runs} sentences a voice, warm, one at a time`);

const espeak = new EspeakSynthesiser();
const startedAt = performance.now();
await espeak.warmUp();
console.log(`espeak-ng loads in ${(performance.now() - startedAt).toFixed(0)} ms`);
for (const voice of VOICES) await report(espeak, voice);
await espeak.close();

const install = findRhvoice(process.env['HALO_DATA_DIR'] ?? '.halo');
if (install === undefined) {
  console.log('rhvoice: not on this machine (npm run voices fetches it)');
} else {
  const rhvoice = new RhvoiceSynthesiser({ install });
  for (const voice of VOICES) {
    if (rhvoice.has({ language, voice })) await report(rhvoice, voice);
  }
}

await loadResampler();
for (const fromHz of [22_050, 16_000, 24_000]) resampling(fromHz);

/** What the way of a voice to the telephone costs, beside the μ-law encoding of the same sound. */
function resampling(fromHz: number): void {
  const toHz = 8_000;
  const chunk = Int16Array.from({ length: fromHz / 50 }, (_, i) => 8_000 * Math.sin(i / 3));
  const resampler = new Resampler({ fromHz, toHz });
  const frame = new Int16Array(toHz / 50);
  const [resampleMs, encodeMs] = [() => resampler.push(chunk), () => muLawEncode(frame)].map((step) => {
    for (let i = 0; i < WARM_UP_CHUNKS; i += 1) step();
    const begun = performance.now();
    for (let i = 0; i < CHUNKS; i += 1) step();
    return ((performance.now() - begun) / CHUNKS) * 50;
  });
  resampler.free();
  console.log(
    `${fromHz} → ${toHz} Hz: ${resampleMs!.toFixed(2)} ms a second of sound; ${(resampleMs! / encodeMs!).toFixed(1)} × μ-law encode`,
  );
}

async function report(tts: TextToSpeech, voice: Voice): Promise<void> {
  await speak(tts, voice, 0);
  const all: Measured[] = [];
  for (let i = 0; i < runs; i += 1) all.push(await speak(tts, voice, i));
  const firstMs = all.map((one) => one.firstMs);
  const factors = all.map((one) => one.realTimeFactor);
  const dbfs = all.reduce((sum, one) => sum + one.dbfs, 0) / all.length;
  console.log(
    `${tts.name.padEnd(10)} ${voice.padEnd(8)} first audio p50 ${at(firstMs, 0.5).toFixed(0)} p95 ${at(firstMs, 0.95).toFixed(0)} ms` +
      `   real-time factor p50 ${at(factors, 0.5).toFixed(3)} p95 ${at(factors, 0.95).toFixed(3)}   speech ${dbfs.toFixed(1)} dBFS`,
  );
}

async function speak(tts: TextToSpeech, voice: Voice, run: number): Promise<Measured> {
  const text = sentences?.[run % sentences.length] ?? '';
  const begun = performance.now();
  const samples: number[] = [];
  let firstMs = NaN;
  let rateHz = NaN;
  for await (const pcm of tts.speak(
    { text, language: language ?? 'ru', voice },
    new AbortController().signal,
  )) {
    if (samples.length === 0) firstMs = performance.now() - begun;
    rateHz = pcm.rateHz;
    for (const sample of pcm.samples) samples.push(sample);
  }
  const spentMs = performance.now() - begun;
  const lengthMs = (samples.length / rateHz) * 1000;
  return { firstMs, realTimeFactor: spentMs / lengthMs, dbfs: speechDbfs(Int16Array.from(samples), rateHz) };
}

/** The value below which `share` of them lie. */
function at(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
