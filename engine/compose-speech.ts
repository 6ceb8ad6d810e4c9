import { createOfflineOperator, OFFLINE_OPERATOR_LANGUAGES } from './adapters/offline/operator.ts';
import { createOfflineRecogniser } from './adapters/offline/recogniser.ts';
import { createOfflineSynthesiser } from './adapters/offline/synthesiser.ts';
import { createOpenAi, type OpenAiConfig } from './adapters/openai/openai.ts';
import type { EngineDescription } from './contract/engine.ts';
import type { CallerLine } from './far-end/caller-voices.ts';
import type { Operator } from './ports/operator.ts';
import type { SpeechToText, TextToSpeech } from './ports/speech.ts';

/** Ears, mind and voice that belong together, and what users are told of them. */
export interface SpeechSet {
  readonly description: EngineDescription['speech'];
  readonly stt: SpeechToText;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

const WARM_UP_MS = 10_000;
const WARM_UP_WORDS = ['Здравствуйте!', 'Удобно ли вам сейчас говорить?'];

/** Speech without a key: real synthesis, rules instead of an LLM, and ears that know only the bundled callers. */
export function offlineSpeech(
  lines: readonly CallerLine[],
  dataDir: string,
  onFailure: (what: string) => void,
): SpeechSet {
  const stt = createOfflineRecogniser(lines);
  const operator = createOfflineOperator();
  const tts = createOfflineSynthesiser({ dataDir, onFailure });
  return {
    description: {
      set: 'offline',
      recogniser: stt.name,
      operator: operator.name,
      synthesiser: tts.name,
      notice:
        'Речь работает без внешних сервисов: распознаются только реплики встроенных абонентов (по звуку), отвечает ' +
        'оператор по правилам на русском и английском (на другом языке разговор пойдёт по-русски), голос синтезируется ' +
        'на этой машине. С ключом OPENAI_API_KEY ' +
        'собеседника можно выбрать любого: речь распознаёт Whisper, отвечает GPT, говорит нейросетевой голос.',
      languages: OFFLINE_OPERATOR_LANGUAGES.filter((language) => tts.abilities.languages.includes(language)),
    },
    stt,
    operator,
    tts,
    warmUp: async () => {
      await tts.warmUp();
      // The first of everything is slow (code is compiled, caches are cold): not in a caller's ear.
      const signal = AbortSignal.timeout(WARM_UP_MS);
      const [line] = lines;
      if (line !== undefined)
        await stt.recognise({ samples: line.pcm, rateHz: 8000 }, { language: 'auto' }, signal);
      for (const text of WARM_UP_WORDS) {
        let samples = 0;
        for await (const pcm of tts.speak({ text, language: 'ru', voice: 'female' }, signal))
          samples += pcm.samples.length;
        if (samples === 0) onFailure(`the synthesiser gave no sound for «${text}»`);
      }
    },
    close: () => tts.close(),
  };
}

/** OpenAI, or any server that speaks its protocol. */
export function openAiSpeech(config: OpenAiConfig): SpeechSet {
  const set = createOpenAi(config);
  const { stt, operator, tts, abilities } = set;
  return {
    description: {
      set: 'openai',
      recogniser: stt.name,
      operator: operator.name,
      synthesiser: tts.name,
      notice: 'Речь распознаёт, отвечает и говорит OpenAI (или совместимый сервер).',
      languages: abilities.languages,
    },
    stt,
    operator,
    tts,
    warmUp: async () => {
      await set.warmUp();
    },
    close: async () => set.close(),
  };
}
