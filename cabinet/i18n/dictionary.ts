import { str } from '@lit/localize';
import type { TemplateMap } from '@lit/localize/internal/types.js';
import { generateMsgId } from '@lit/localize/internal/id-generation.js';

/**
 * English by the Russian of the code: `'Запустить демо': 'Start the demo'`. `{0}`, `{1}` stand for the expressions of
 * a `` msg(str`…`) ``; the forms of a counted word are set apart by `|` (ui/format.ts).
 */
export type Dictionary = Readonly<Record<string, string>>;

const HOLE = /\{(\d+)\}/;

/** What @lit/localize looks its messages up in. */
export function templatesOf(dictionary: Dictionary): TemplateMap {
  const templates: TemplateMap = {};
  for (const [russian, english] of Object.entries(dictionary)) {
    const source = russian.split(/\{\d+\}/);
    if (source.length === 1) {
      templates[generateMsgId(russian, false)] = english;
      continue;
    }
    const parts = english.split(HOLE);
    const strings = parts.filter((_part, index) => index % 2 === 0);
    const holes = parts.filter((_part, index) => index % 2 === 1).map(Number);
    templates[generateMsgId(source, false)] = str(Object.assign(strings, { raw: strings }), ...holes);
  }
  return templates;
}
