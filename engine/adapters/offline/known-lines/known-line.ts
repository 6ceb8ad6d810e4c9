import type { SpokenLanguage } from '../../../contract/languages.ts';

/** A line whose sound is known. */
export interface KnownLine {
  readonly id: string;
  readonly language: SpokenLanguage;
  readonly phrases: readonly KnownPhrase[];
  /** 8 kHz, mono. */
  readonly pcm: Int16Array;
}

export interface KnownPhrase {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}
