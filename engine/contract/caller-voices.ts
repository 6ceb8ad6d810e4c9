import Type, { type Static } from 'typebox';
import { PERSONAS } from './call-plan.ts';
import { DISPOSITIONS } from './call-session.ts';
import { SpokenLanguage } from './languages.ts';

/** Positions on the recording, in whole milliseconds from its first sample. */
const Ms = Type.Integer({ minimum: 0 });

/** One breath of a line: its words, and where its first and last voiced sample are. */
export const VoicePhrase = Type.Object({ text: Type.String({ minLength: 1 }), startMs: Ms, endMs: Ms });
export type VoicePhrase = Static<typeof VoicePhrase>;

const recording = {
  id: Type.String({ pattern: '^[a-z0-9-]+$' }),
  language: SpokenLanguage,
  /** The phrases' texts joined by single spaces. */
  text: Type.String({ minLength: 1 }),
  /** WAV beside the manifest: 8 kHz, mono, 16-bit linear PCM. */
  file: Type.String({ pattern: '^[a-z0-9-]+\\.wav$' }),
  durationMs: Ms,
  phrases: Type.Array(VoicePhrase, { minItems: 1 }),
  /** Synthesiser, voice and settings it was made with. */
  voice: Type.String(),
  /** Licence of that voice; see LICENSES.md beside the manifest. */
  licence: Type.String(),
};

/** A recording that a bundled caller plays as one turn. */
export const VoiceRecording = Type.Object({
  ...recording,
  persona: Type.Enum([...PERSONAS]),
  /** How a call with this persona should be judged. */
  disposition: Type.Enum([...DISPOSITIONS]),
});
export type VoiceRecording = Static<typeof VoiceRecording>;

/** A recording for tests, of words that the offline recogniser must not know. */
export const UnknownRecording = Type.Object({ ...recording, persona: Type.Null() });
export type UnknownRecording = Static<typeof UnknownRecording>;

/** `seeds/voices/manifest.json`: the bundled callers' voices. Written by scripts/record-voices.ts. */
export const CallerVoicesManifest = Type.Object({
  about: Type.String(),
  rateHz: Type.Literal(8000),
  /** In the order of the conversation within each persona and language. */
  lines: Type.Array(VoiceRecording),
  unknown: Type.Array(UnknownRecording),
});
export type CallerVoicesManifest = Static<typeof CallerVoicesManifest>;
