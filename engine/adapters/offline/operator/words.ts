/** Text as the rules read it: lower case, ё→е, straight apostrophes, one space between words. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/ё/g, 'е')
    .replace(/[’‘`´]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * A pattern of whole words over `plain` text. Alternatives stand on lines of their own or between semicolons; in one,
 * `~` is the rest of a word (стоимост~) and a space is spaces and commas.
 */
export function words(alternatives: string): RegExp {
  const body = alternatives
    .split(/[;\n]/)
    .map((alternative) => alternative.trim())
    .filter((alternative) => alternative !== '')
    .join('|')
    .replace(/~/g, '\\p{L}*')
    .replace(/ /g, '[\\s,]+');
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${body})(?![\\p{L}\\p{N}])`, 'u');
}

/** FNV-1a, 32 bits: the same words give the same number on every machine. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
