import { join } from 'node:path';
import type { OpenAiConfig } from './adapters/openai/openai.ts';
import { createPagePhones, type PagePhones } from './adapters/provider/browser/page-phones.ts';
import { SystemFrameTicker } from './adapters/system/frame-ticker.ts';
import { systemClock } from './adapters/system/system-clock.ts';
import { callTransport } from './adapters/system/call-transport.ts';
import { UdpTransport } from './adapters/system/udp-transport.ts';
import { WavRecordings } from './adapters/system/wav-recordings.ts';
import { BrowserPhoneDesk } from './browser-phone-desk.ts';
import type { CallPorts } from './call/call-actors.ts';
import { callMachine } from './call/call.machine.ts';
import { Exchange } from './call/exchange.ts';
import { prepareFillers } from './call/fillers.ts';
import { SpeechCache } from './call/speech-cache.ts';
import { composeTelephony } from './compose-telephony.ts';
import { offlineSpeech, openAiSpeech } from './compose-speech.ts';
import type { CallEngine } from './contract/engine.ts';
import type { CallId } from './contract/ids.ts';
import { startingLanguage, VOICES } from './contract/languages.ts';
import type { TelephonyConfig } from './contract/telephony-config.ts';
import { fixedPhrases } from './dialogue/phrases.ts';
import { readAudioFile } from './far-end/audio-file.ts';
import { loadCallerVoices } from './far-end/caller-voices.ts';
import { loadResampler } from './media/resampler.ts';
import { gatedSilero } from './media/gated-vad.ts';
import { loadSileroWeights } from './media/silero-weights.ts';
import { withProviderTimes, type OnProviderTime } from './observe/provider-times.ts';
import type { BrowserPhones } from './ports/browser-phone.ts';
import { stateChart } from './observe/state-chart.ts';
import type { Journal } from './ports/journal.ts';
import type { Operator } from './ports/operator.ts';
import type { Telephony } from './ports/telephony.ts';

const CHART = stateChart(callMachine);

export interface EngineConfig {
  /** Where recordings and fetched voices are kept. */
  readonly dataDir: string;
  /** Where the bundled callers' voices are: seeds/voices of the project. */
  readonly voicesDir: string;
  /** Present: recognition, replies and speech come from OpenAI or a compatible server. */
  readonly openai?: OpenAiConfig;
  readonly telephony: TelephonyConfig;
  readonly maxCalls: number;
  readonly ringTimeoutMs: number;
}

export interface EngineDeps {
  readonly journal: Journal;
  readonly onTrouble: (callId: CallId | undefined, what: string, error: unknown) => void;
  /** What is worth a line in the log and no trouble: a server was started. */
  readonly onNews: (what: string) => void;
  /** Hears how long each answer of a provider took to begin. */
  readonly onProviderTime?: OnProviderTime;
}

export interface ComposedEngine {
  readonly engine: CallEngine;
  /** Judges ended calls and writes follow-ups. */
  readonly analyst: Pick<Operator, 'analyse' | 'followUp'>;
  /** Ends calls in progress and frees everything. */
  close(): Promise<void>;
}

/** Puts the engine together: adapters by configuration, one set for all calls of the process. */
export async function composeEngine(config: EngineConfig, deps: EngineDeps): Promise<ComposedEngine> {
  const [lines] = await Promise.all([loadCallerVoices(config.voicesDir), loadResampler()]);
  const weights = loadSileroWeights();
  const speech =
    config.openai === undefined
      ? offlineSpeech(lines, config.dataDir, (what) => deps.onTrouble(undefined, what, undefined))
      : openAiSpeech({
          ...config.openai,
          onDetour: (detour) => deps.onNews(`OpenAI: ${JSON.stringify(detour)}`),
        });
  await speech.warmUp();

  const clock = systemClock;
  const { onProviderTime } = deps;
  const providers = onProviderTime === undefined ? speech : withProviderTimes(speech, clock, onProviderTime);
  const tts = new SpeechCache(providers.tts, clock);
  const ticker = new SystemFrameTicker();
  const { mediaAddress: address } = config.telephony;
  // Far ends of ours hand sound on as it comes; a call waits for its beat.
  const transport = new UdpTransport({ address });
  const { telephony, door, webrtc, ...line } = await composeTelephony(config.telephony, {
    clock,
    ticker,
    transport,
    lines,
    readRecording: readAudioFile,
    dataDir: config.dataDir,
    onTrouble: (what, error) => deps.onTrouble(undefined, what, error),
    onNews: deps.onNews,
  });
  const pages = createPagePhones({ clock, ticker, transport });
  const browserPhones = new BrowserPhoneDesk({
    clock,
    socket: pages,
    ...(webrtc !== undefined && { webrtc: webrtc.phones }),
    webrtcReaches: (address) => webrtc?.reaches(address) === true,
    onTrouble: (what, error) => deps.onTrouble(undefined, what, error),
  });
  // In the language that calls begin with; others when a call asks for them, while it rings.
  for (const voice of VOICES) prepareFillers(tts, 'ru', voice);
  const ports: CallPorts = {
    clock,
    ticker,
    transport: await callTransport({ address }),
    telephony: withPages(telephony, pages, webrtc?.phones),
    stt: providers.stt,
    operator: providers.operator,
    tts,
    fillers: tts,
    clauseFirst: config.openai !== undefined,
    recordings: new WavRecordings(join(config.dataDir, 'recordings')),
    createVad: () => gatedSilero(weights),
    ringTimeoutMs: config.ringTimeoutMs,
    languages: speech.description.languages,
  };
  const exchange = new Exchange({
    ports,
    journal: deps.journal,
    maxCalls: config.maxCalls,
    onTrouble: deps.onTrouble,
  });

  const engine: CallEngine = {
    ...(door !== undefined && { provider: door }),
    ...(config.telephony.browserPhone !== 'off' && { browserPhones }),
    describe: () => ({
      telephony: line.describe(),
      speech: speech.description,
      maxCalls: config.maxCalls,
    }),
    place: (plan) => {
      const placed = exchange.place(plan);
      // Ready long before they are needed: it has not even rung yet.
      const language = startingLanguage(plan.language);
      tts.warm(fixedPhrases(language).map((text) => ({ text, language, voice: plan.voice })));
      return placed;
    },
    hangup: (callId) => exchange.hangup(callId),
    states: (callId) => exchange.states(callId),
    mediaNumbers: (callId) => exchange.mediaNumbers(callId),
    chart: () => CHART,
    watch: (callId, onStep) => exchange.watch(callId, onStep),
    listen: (callId) => exchange.listen(callId),
    liveCalls: () => exchange.liveCalls(),
    freeSlots: () => exchange.freeSlots(),
    onIncoming: (listener) => telephony.onIncoming(listener),
    subscribe: (listener) => exchange.subscribe(listener),
    stop: (how) => exchange.stop(how),
  };
  return {
    engine,
    analyst: speech.operator,
    close: async () => {
      await exchange.stop('now');
      await Promise.all([line.close(), pages.close()]);
      tts.close();
      await speech.close();
    },
  };
}

/** Calls to visitors' pages go to the phone that was made for them, all others where they always go. */
function withPages(telephony: Telephony, pages: PagePhones, webrtc?: BrowserPhones): Telephony {
  return {
    ...telephony,
    dial: (request, onEvent, signal) =>
      request.answeredBy === undefined || webrtc?.has(request.callId) === true
        ? telephony.dial(request, onEvent, signal)
        : pages.dial(request, onEvent, signal),
  };
}
