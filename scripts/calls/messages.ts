import type { CallId } from '../../engine/contract/ids.ts';
import type { SpokenLanguage } from '../../engine/contract/languages.ts';
import type { MediaAddress } from '../../engine/ports/media-transport.ts';
import type { Summary } from '../latency/statistics.ts';

/** A recording that a caller speaks, and where its last voice ends. */
export interface SpokenPrompt {
  readonly language: SpokenLanguage;
  readonly file: string;
  readonly voicedEndMs: number;
}

/** What passes between a line of the engine and its far end, through the bench. */
export type LineOrder =
  | { readonly type: 'dial'; readonly callId: CallId; readonly media: MediaAddress; readonly nth: number }
  | { readonly type: 'hang up'; readonly callId: CallId };
export type LineNews =
  | { readonly type: 'answered'; readonly callId: CallId; readonly remote: MediaAddress }
  | { readonly type: 'failed'; readonly callId: CallId; readonly why: string };

/** Everything counted between `measure` and `report`. */
export interface FarFigures {
  /** The caller's last voiced sample leaves → the first audible one of the reply arrives, ms. */
  readonly gapMs: Summary;
  /** Replies that began while the caller was speaking; a goodbye is none. */
  readonly early: number;
  /** The caller spoke and got no sound within 10 s. */
  readonly unanswered: number;
  /** A packet's arrival − (its stream's fastest packet + n·20 ms), ms. */
  readonly latenessMs: Summary;
  readonly packets: number;
  readonly lost: number;
  /** Of the callers' own process, % of a core. */
  readonly cpuPercent: number;
}

export type FarOrder =
  | LineOrder
  | { readonly type: 'measure' }
  | { readonly type: 'report' }
  | { readonly type: 'progress' };
export type FarNews =
  | LineNews
  | { readonly type: 'ready' }
  | { readonly type: 'measuring' }
  | { readonly type: 'progress'; readonly turns: number }
  | { readonly type: 'figures'; readonly figures: FarFigures };

/** Which of the three stages are asked over HTTP; the others are timers of the same pace inside the process. */
export const SPEECH_MODES = ['http', 'no-stt', 'stubs'] as const;
export type SpeechMode = (typeof SPEECH_MODES)[number];

export interface EngineSetup {
  readonly mode: SpeechMode;
  readonly baseUrl: string;
  readonly dataDir: string;
  readonly maxCalls: number;
}

/** Bytes after a full collection of garbage. */
export interface Memory {
  readonly rss: number;
  /** The JavaScript heap and what hangs on it outside: typed arrays, buffers. */
  readonly heap: number;
}

export interface EngineFigures {
  readonly calls: number;
  readonly cpuPercent: number;
  /** A beat's run − its deadline, ms: what the engine itself knows of its lateness. */
  readonly beatLatenessMs: Summary;
  /** perf_hooks' event-loop delay over its own period, ms. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Calls that ended as `failed`, or because the engine itself broke. */
  readonly failed: number;
  readonly providerFailures: number;
  readonly troubles: readonly string[];
}

export type EngineOrder =
  | LineNews
  | { readonly type: 'hold'; readonly calls: number; readonly rampMs: number }
  | { readonly type: 'measure' }
  | { readonly type: 'report' }
  | { readonly type: 'weigh' }
  | { readonly type: 'let go' };
export type EngineNews =
  | LineOrder
  | { readonly type: 'ready' }
  | { readonly type: 'held' }
  | { readonly type: 'measuring' }
  | { readonly type: 'figures'; readonly figures: EngineFigures }
  | { readonly type: 'weight'; readonly memory: Memory }
  | { readonly type: 'gone' };
