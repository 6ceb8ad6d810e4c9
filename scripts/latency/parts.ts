import type { ProviderEntry } from './provider-log.ts';

/** The three requests behind a reply. */
export interface Chain {
  readonly stt: ProviderEntry;
  readonly chat: ProviderEntry;
  readonly tts: ProviderEntry;
}

/** A gap split up, ms. Ours may be negative where work was begun before the caller had finished. */
export interface Parts {
  /** The caller's last voice → the transcription's request. */
  readonly toStt: number;
  readonly stt: number;
  /** The transcription → the completion's request. */
  readonly toChat: number;
  readonly chat: number;
  /** The first word → the request for sound; the words of the first clause among it. */
  readonly toTts: number;
  readonly tts: number;
  /** The first byte of sound → the first sound on the line. */
  readonly toSound: number;
  /** stt + chat + the further words of the first clause + tts: what no client that asks one after another can avoid. */
  readonly providerMs: number;
  readonly overheadMs: number;
}

export const PART_NAMES = {
  toStt: 'end of speech → STT request',
  stt: 'STT',
  toChat: 'STT answer → chat request',
  chat: 'first word',
  toTts: 'first word → speech request',
  tts: 'first byte of speech',
  toSound: 'first byte → sound',
} as const satisfies Partial<Record<keyof Parts, string>>;

/** Splits the gap between two moments (monotonic ms) by what the provider saw. Undefined: an answer never came. */
export function partsOf(
  { stt, chat, tts }: Chain,
  callerEndMs: number,
  soundMs: number,
  wordMs = 20,
): Parts | undefined {
  if (stt.answeredMs === undefined || chat.answeredMs === undefined || tts.answeredMs === undefined)
    return undefined;
  const own = {
    stt: stt.answeredMs - stt.arrivedMs,
    chat: chat.answeredMs - chat.arrivedMs,
    tts: tts.answeredMs - tts.arrivedMs,
  };
  const providerMs = own.stt + own.chat + Math.max(0, (chat.clauseWords ?? 1) - 1) * wordMs + own.tts;
  return {
    toStt: stt.arrivedMs - callerEndMs,
    ...own,
    toChat: chat.arrivedMs - stt.answeredMs,
    toTts: tts.arrivedMs - chat.answeredMs,
    toSound: soundMs - tts.answeredMs,
    providerMs,
    overheadMs: soundMs - callerEndMs - providerMs,
  };
}
