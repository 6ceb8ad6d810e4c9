/** The engine's only door for api/ and scripts/. */
export { findGuard, spawnGuarded, type Guard } from './adapters/system/guarded-spawn.ts';
export { isRunning, markOf } from './adapters/system/process-mark.ts';
export { composeEngine } from './compose.ts';
export { replayCall, type Deed, type ReplayReport } from './call/replay.ts';
export { hearAgain, type HearingReport } from './replay-audio.ts';
export { NotReplayableError } from './call/replay-record.ts';
export { readAudioFile } from './far-end/audio-file.ts';
export { PERSONA_DISPOSITION, numberBehaviour } from './far-end/personas.ts';
export { measureGaps, type MeasuredGap } from './observe/gaps.ts';
export { parseWav } from './media/wav.ts';
export type { Journal } from './ports/journal.ts';
export type { Operator } from './ports/operator.ts';
