/** The engine's only door for api/ and scripts/. */
export { composeEngine, type ComposedEngine, type EngineConfig, type EngineDeps } from './compose.ts';
export type { OpenAiConfig } from './adapters/openai/openai.ts';
export { readAudioFile } from './far-end/audio-file.ts';
export { PERSONA_DISPOSITION, numberBehaviour } from './far-end/personas.ts';
export { measureGaps, type MeasuredGap } from './observe/gaps.ts';
export { parseWav } from './media/wav.ts';
export type { Journal } from './ports/journal.ts';
export type { Operator, CallAnalysis, Said } from './ports/operator.ts';
