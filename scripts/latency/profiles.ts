/** A provider's pace, ms: until the transcription, the first word of a reply, each further word, the first sound. */
export interface Profile {
  readonly name: ProfileName;
  readonly sttMs: number;
  readonly chatMs: number;
  readonly wordMs: number;
  readonly ttsMs: number;
}

export const PROFILE_NAMES = ['fast', 'usual', 'slow'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  fast: { name: 'fast', sttMs: 150, chatMs: 200, wordMs: 20, ttsMs: 120 },
  usual: { name: 'usual', sttMs: 300, chatMs: 350, wordMs: 20, ttsMs: 250 },
  slow: { name: 'slow', sttMs: 900, chatMs: 900, wordMs: 20, ttsMs: 700 },
};

/** Others on the usual profile, as issue 4 gives them (same kind of machine, same prompts): median and p95 of the gap, ms. */
export const OTHERS_ON_USUAL: readonly (readonly [name: string, p50: number, p95: number])[] = [
  ['LiveKit Agents JS 1.9.0, by default', 2_013, 2_988],
  ['LiveKit Agents JS 1.9.0, tuned', 1_523, 1_563],
  ['LiveKit Agents JS 1.9.0, tuned, streamed playback', 1_348, 1_380],
  ['minimal pipeline, recognises early, 500 ms of silence', 1_434, 1_463],
];

/** What issue 4 asks for. */
export const LIMITS = {
  usualP50Ms: 1_130,
  usualP95Ms: 1_250,
  prematureShare: 0.01,
  slowMaxMs: 1_500,
  badLineP95Ratio: 1.3,
} as const;
