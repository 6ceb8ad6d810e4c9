import type { SpokenLanguage, Voice } from '../../contract/languages.ts';

/**
 * Which RHVoice voices may stand for a voice of ours, the best first. Only voices whose licence lets a business use
 * them (Debian's copyright file of each package): those of CC-BY-NC are left out even where they are installed, and
 * with them all of Uzbek.
 */
const CANDIDATES: Partial<Record<SpokenLanguage, Readonly<Record<Voice, readonly string[]>>>> = {
  ru: {
    male: ['aleksandr', 'aleksandr-hq'],
    female: ['anna', 'irina', 'elena'],
    neutral: ['elena', 'irina', 'anna', 'aleksandr'],
  },
  en: { male: ['alan', 'bdl'], female: ['slt', 'clb'], neutral: ['clb', 'slt', 'alan', 'bdl'] },
  ky: { male: ['azamat'], female: ['nazgul'], neutral: ['azamat', 'nazgul'] },
};

interface Tuning {
  /** Brings the voice's speech to −20 dBFS RMS; measured (scripts/bench-tts.ts). */
  readonly gainDb: number;
  /** RHVoice's speech rate in percent: some voices were recorded slower than an operator talks. */
  readonly ratePercent: number;
}

const TUNING: Readonly<Record<string, Tuning>> = {
  aleksandr: { gainDb: -1.3, ratePercent: 120 },
  'aleksandr-hq': { gainDb: -1.3, ratePercent: 120 },
  anna: { gainDb: 1.1, ratePercent: 100 },
  irina: { gainDb: 0.8, ratePercent: 115 },
  elena: { gainDb: -2, ratePercent: 100 },
  alan: { gainDb: 2, ratePercent: 100 },
  bdl: { gainDb: 0.6, ratePercent: 100 },
  slt: { gainDb: -2, ratePercent: 100 },
  clb: { gainDb: -5.6, ratePercent: 110 },
  azamat: { gainDb: -1.5, ratePercent: 100 },
  nazgul: { gainDb: -0.3, ratePercent: 100 },
};

/** The installed voice for a language and a voice of ours; undefined when there is none. */
export function rhvoiceFor(
  installed: readonly string[],
  language: SpokenLanguage,
  voice: Voice,
): string | undefined {
  return CANDIDATES[language]?.[voice].find((name) => installed.includes(name));
}

/** How an installed voice is brought to our loudness and pace. */
export function rhvoiceTuning(voice: string): Tuning {
  return TUNING[voice] ?? { gainDb: 0, ratePercent: 100 };
}
