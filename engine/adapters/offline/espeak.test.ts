import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SPOKEN_LANGUAGES, VOICES } from '../../contract/languages.ts';
import type { Pcm, SpeechRequest } from '../../ports/speech.ts';
import { ttsContract } from '../../testing/tts-contract.ts';
import { tajikToLatin } from './espeak-voices.ts';
import { EspeakSynthesiser, type EspeakOptions } from './espeak.ts';
import { speechDbfs, TARGET_RMS_DBFS } from './synthesiser-sound.ts';

const RU = 'Здравствуйте, меня зовут Анна. Удобно ли вам сейчас говорить?';

ttsContract('espeak-ng', () => {
  const tts = new EspeakSynthesiser();
  return {
    tts,
    language: 'ru',
    sentence: RU,
    // No language of D8 is missing: one that is no language of ours.
    unsupported: 'xx' as 'ru',
    working: () => tts.working,
    close: () => tts.close(),
  };
});

describe('espeak-ng', () => {
  let tts: EspeakSynthesiser;
  beforeAll(async () => {
    tts = new EspeakSynthesiser();
    await tts.warmUp();
  });
  afterAll(() => tts.close());

  it('speaks every language of D8, and in every voice, equally loud', async () => {
    for (const language of SPOKEN_LANGUAGES) {
      for (const voice of language === 'ru' ? VOICES : (['female'] as const)) {
        const { samples, rateHz } = joined(await collect(tts, { text: SAMPLES[language], language, voice }));
        expect(samples.length / rateHz, `${language} ${voice}`).toBeGreaterThan(0.8);
        const off = speechDbfs(samples, rateHz) - TARGET_RMS_DBFS;
        expect(Math.abs(off), `${language} ${voice}: ${off.toFixed(1)} dB off`).toBeLessThan(3);
      }
    }
  }, 30_000);

  it('gives each voice a pitch of its own', async () => {
    const pcm = await Promise.all(VOICES.map((voice) => collect(tts, { text: RU, language: 'ru', voice })));
    const [male = NaN, female = NaN, neutral = NaN] = pcm.map((chunks) => pitchHz(joined(chunks)));
    expect(male).toBeLessThan(neutral - 15);
    expect(neutral).toBeLessThan(female - 15);
  });

  it('says text that looks like commands to espeak-ng, as text', async () => {
    const plain = joined(await collect(tts, { text: 'Да, хорошо', language: 'ru', voice: 'male' }));
    const marked = joined(await collect(tts, { text: '[[Да]], <b>хорошо', language: 'ru', voice: 'male' }));
    expect(marked.samples.length).toBeGreaterThan(plain.samples.length * 0.9);
  });

  it('refuses a text of more than 1000 characters', async () => {
    const long = collect(tts, { text: 'а'.repeat(1001), language: 'ru', voice: 'male' });
    await expect(long).rejects.toMatchObject({ code: 'TTS_FAILED', retryable: false });
  });

  it('starts another child when one is killed, and goes on with a request that had no sound yet', async () => {
    const failures: string[] = [];
    const own = new EspeakSynthesiser({ onFailure: (message) => failures.push(message) });
    const cold = collect(own, { text: RU, language: 'ru', voice: 'male' });
    await expect.poll(() => own.pid).toBeDefined();
    const first = own.pid ?? 0;
    process.kill(first, 'SIGKILL');
    expect((await cold).length).toBeGreaterThan(0);
    expect(own.pid).not.toBe(first);
    expect(failures).toHaveLength(1);
    await own.close();
    await expect(collect(own, { text: RU, language: 'ru', voice: 'male' })).rejects.toMatchObject({
      code: 'TTS_FAILED',
    });
  });
});

describe('espeak-ng with a child that misbehaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halo-espeak-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const withChild = (source: string, options: EspeakOptions = {}): EspeakSynthesiser => {
    const script = join(folder, `${Math.random()}.mjs`);
    writeFileSync(script, source);
    return new EspeakSynthesiser({ script, ...options });
  };

  it('gives up on one that dies, and after five deaths starts no more', async () => {
    let deaths = 0;
    const tts = withChild('process.exit(3)', { onFailure: () => (deaths += 1), now: () => 1000 });
    for (let i = 0; i < 6; i += 1) {
      await expect(collect(tts, { text: RU, language: 'ru', voice: 'male' })).rejects.toMatchObject({
        code: 'TTS_FAILED',
        retryable: true,
      });
    }
    expect(deaths).toBe(5);
    await expect(tts.warmUp()).rejects.toMatchObject({ code: 'TTS_FAILED' });
  });

  it('times out and kills one that is stuck', async () => {
    const tts = withChild('process.stdin.resume()', { firstChunkMs: 50 });
    const speech = collect(tts, { text: RU, language: 'ru', voice: 'male' });
    await expect(speech).rejects.toMatchObject({ code: 'TTS_TIMEOUT', retryable: true });
    expect(tts.pid).toBeUndefined();
  });

  it('does not read nonsense as sound', async () => {
    const tts = withChild('process.stdout.write(Buffer.alloc(64, 255)); process.stdin.resume()');
    await expect(collect(tts, { text: RU, language: 'ru', voice: 'male' })).rejects.toMatchObject({
      code: 'TTS_FAILED',
    });
    await tts.close();
  });

  it('leaves no orphan behind a parent that is killed', async () => {
    const child = fileURLToPath(new URL('./espeak-child.mjs', import.meta.url));
    const script = `const c = require('node:child_process').spawn(process.execPath, [${JSON.stringify(child)}],
      { stdio: ['pipe', 'pipe', 'ignore'] }); c.stdout.once('data', () => console.log(c.pid));`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data) => resolve(Number(data))),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});

describe('tajikToLatin', () => {
  it('writes Tajik as the Persian voice reads it', () => {
    expect(tajikToLatin('Ҷавоб диҳед, хонаи ӯ. 25')).toBe('Javob dihed, khonai u. 25');
  });
});

const SAMPLES: Record<(typeof SPOKEN_LANGUAGES)[number], string> = {
  ru: RU,
  uz: 'Assalomu alaykum, hozir gaplashish qulaymi?',
  tj: 'Салом, ҳоло вақт доред?',
  kk: 'Сәлеметсіз бе, қазір сөйлесуге ыңғайлы ма?',
  ky: 'Саламатсызбы, азыр сүйлөшкөнгө ыңгайлуубу?',
  tm: 'Salam, häzir gürleşmek amatlymy?',
  az: 'Salam, indi danışmaq rahatdırmı?',
  'fa-af': 'سلام، آیا حالا وقت دارید؟',
  en: 'Hello, is it convenient for you to talk now?',
  tr: 'Merhaba, şimdi konuşmak uygun mu?',
};

async function collect(tts: EspeakSynthesiser, request: SpeechRequest): Promise<Pcm[]> {
  const chunks: Pcm[] = [];
  for await (const chunk of tts.speak(request, new AbortController().signal)) chunks.push(chunk);
  return chunks;
}

function joined(chunks: readonly Pcm[]): Pcm {
  return {
    samples: Int16Array.from(chunks.flatMap((chunk) => [...chunk.samples])),
    rateHz: chunks[0]?.rateHz ?? 0,
  };
}

/** Median pitch of the loud frames by autocorrelation, 75…300 Hz. */
function pitchHz({ samples, rateHz }: Pcm): number {
  const width = 1024;
  const lags = Array.from({ length: Math.floor(rateHz / 75) }, (_, lag) => lag).slice(
    Math.floor(rateHz / 300),
  );
  const found: number[] = [];
  for (let at = 0; at + 2 * width < samples.length; at += 2048) {
    const frame = samples.subarray(at, at + 2 * width);
    if (frame.every((sample) => Math.abs(sample) < 2000)) continue;
    const scores = lags.map((lag) => {
      let product = 0;
      for (let i = 0; i < width; i += 2) product += (frame[i] ?? 0) * (frame[i + lag] ?? 0);
      return product;
    });
    // Two periods fit as well as one: the first peak that is nearly the highest is the pitch.
    const high = Math.max(...scores) * 0.85;
    const first = scores.findIndex((score, i) => score >= high && score >= (scores[i + 1] ?? 0));
    if (high > 0) found.push(rateHz / (lags[first] ?? NaN));
  }
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? NaN;
}

/** A process that has ended but that nobody has waited for yet (Z) is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
