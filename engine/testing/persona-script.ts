import { readFileSync } from 'node:fs';
import type { PersonaName } from '../contract/call-plan.ts';
import type { Disposition } from '../contract/call-session.ts';

/** A caller's line as the bundled recordings say it: phrases, with short pauses between them. */
export type ScriptLine = readonly string[];

export interface PersonaScript {
  readonly persona: PersonaName;
  readonly language: 'ru' | 'en';
  readonly disposition: Disposition;
  readonly lines: readonly ScriptLine[];
}

interface ScriptFile {
  readonly lines: Readonly<
    Record<
      PersonaName,
      { readonly disposition: Disposition } & Readonly<
        Record<'ru' | 'en', readonly { readonly phrases: readonly (readonly [string, number])[] }[]>
      >
    >
  >;
}

/** Every bundled caller, in both languages, from seeds/voices-script.json. */
export function personaScripts(): readonly PersonaScript[] {
  const file = new URL('../../seeds/voices-script.json', import.meta.url);
  const { lines } = JSON.parse(readFileSync(file, 'utf8')) as ScriptFile;
  return (Object.keys(lines) as PersonaName[]).flatMap((persona) =>
    (['ru', 'en'] as const).map((language) => ({
      persona,
      language,
      disposition: lines[persona].disposition,
      lines: lines[persona][language].map(({ phrases }) => phrases.map(([text]) => text)),
    })),
  );
}
