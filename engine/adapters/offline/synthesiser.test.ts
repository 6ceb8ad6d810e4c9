import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../contract/errors.ts';
import { SPOKEN_LANGUAGES } from '../../contract/languages.ts';
import type { Pcm, SpeechRequest, TextToSpeech } from '../../ports/speech.ts';
import { ttsContract } from '../../testing/tts-contract.ts';
import { OfflineSynthesiser, createOfflineSynthesiser, type OfflineEngines } from './synthesiser.ts';

ttsContract('offline synthesiser', () => {
  const tts = createOfflineSynthesiser({ dataDir: '/nonexistent' });
  return {
    tts,
    language: 'en',
    sentence: 'Hello, my name is Anna. Is it convenient for you to talk now?',
    close: () => tts.close(),
  };
});

const RU: SpeechRequest = { text: 'Добрый день', language: 'ru', voice: 'female' };

/** An engine whose every request runs `script` after it is counted. */
function engine(
  name: string,
  script: () => AsyncIterable<Pcm>,
): NonNullable<OfflineEngines['rhvoice']> & { asked: number } {
  return {
    name,
    asked: 0,
    has: ({ language }) => language === 'ru',
    warmUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
    speak(_request: SpeechRequest, signal: AbortSignal) {
      this.asked += 1;
      signal.throwIfAborted();
      return script();
    },
  };
}

async function* tone(rateHz: number): AsyncGenerator<Pcm> {
  yield { samples: new Int16Array(100).fill(rateHz / 10), rateHz };
  yield { samples: new Int16Array(50).fill(rateHz / 10), rateHz };
}

/** Fails after `before` chunks. */
async function* broken(before: number): AsyncGenerator<Pcm> {
  for (let i = 0; i < before; i += 1) yield { samples: new Int16Array(10), rateHz: 24_000 };
  throw new ProviderError('TTS_FAILED', 'RHVoice failed', { retryable: true });
}

async function rates(tts: TextToSpeech, request: SpeechRequest): Promise<number[]> {
  const found: number[] = [];
  for await (const { rateHz } of tts.speak(request, new AbortController().signal)) found.push(rateHz);
  return [...new Set(found)];
}

describe('OfflineSynthesiser', () => {
  it('takes RHVoice where it has the voice, and espeak-ng for the rest', async () => {
    const espeak = engine('espeak-ng', () => tone(22_050));
    const tts = new OfflineSynthesiser({ espeak, rhvoice: engine('rhvoice', () => tone(24_000)) });
    expect(await rates(tts, RU)).toEqual([24_000]);
    expect(await rates(tts, { ...RU, language: 'tr', text: 'Merhaba' })).toEqual([22_050]);
    expect(tts.name).toBe('rhvoice+espeak-ng');
    expect(new OfflineSynthesiser({ espeak }).name).toBe('espeak-ng');
  });

  it('tells which engine speaks which language, and what is only approximate', () => {
    const tts = new OfflineSynthesiser({
      espeak: engine('espeak-ng', () => tone(22_050)),
      rhvoice: engine('rhvoice', () => tone(24_000)),
    });
    expect(tts.abilities.languages).toEqual(SPOKEN_LANGUAGES);
    expect(tts.abilities.approximate).toEqual(['tj', 'fa-af']);
    expect(tts.voicesInUse.map(({ language }) => language)).toEqual(SPOKEN_LANGUAGES);
    expect(tts.voicesInUse.find(({ language }) => language === 'ru')).toMatchObject({
      engine: 'rhvoice',
      notice: 'Русский — RHVoice',
    });
    expect(tts.voicesInUse.find(({ language }) => language === 'tj')).toMatchObject({
      engine: 'espeak-ng',
      exact: false,
    });
  });

  it('falls back to espeak-ng when RHVoice fails, and gives RHVoice up after three failures in a row', async () => {
    const heard: string[] = [];
    const rhvoice = engine('rhvoice', () => broken(0));
    const espeak = engine('espeak-ng', () => tone(22_050));
    const tts = new OfflineSynthesiser({ espeak, rhvoice, onFailure: (message) => heard.push(message) });
    for (let i = 0; i < 5; i += 1) expect(await rates(tts, { ...RU, text: `Раз ${i}` })).toEqual([22_050]);
    expect(rhvoice.asked).toBe(3);
    expect(heard).toHaveLength(3);
    expect(heard[2]).toContain('given up');
    expect(tts.name).toBe('espeak-ng');
  });

  it('does not change the voice in mid-sentence', async () => {
    const espeak = engine('espeak-ng', () => tone(22_050));
    const tts = new OfflineSynthesiser({ espeak, rhvoice: engine('rhvoice', () => broken(1)) });
    await expect(rates(tts, RU)).rejects.toMatchObject({ code: 'TTS_FAILED' });
    expect(espeak.asked).toBe(0);
  });

  it('does not blame an engine for a text without words', async () => {
    const rhvoice = engine('rhvoice', () => tone(24_000));
    const tts = new OfflineSynthesiser({ espeak: engine('espeak-ng', () => tone(22_050)), rhvoice });
    await expect(rates(tts, { ...RU, text: ' … ' })).rejects.toMatchObject({ code: 'TTS_EMPTY' });
    expect(rhvoice.asked).toBe(0);
  });

  it('is another variant once espeak-ng has stepped in: its sound is not RHVoice’s', async () => {
    let works = false;
    const rhvoice = engine('rhvoice', () => (works ? tone(24_000) : broken(0)));
    const tts = new OfflineSynthesiser({ espeak: engine('espeak-ng', () => tone(22_050)), rhvoice });
    const before = tts.variant(RU);
    await rates(tts, RU);
    const after = tts.variant(RU);
    expect(after).not.toBe(before);
    works = true;
    await rates(tts, RU);
    expect(tts.variant(RU)).toBe(after);
    expect(tts.variant({ ...RU, language: 'tr' })).toBe('espeak-ng');
  });
});
