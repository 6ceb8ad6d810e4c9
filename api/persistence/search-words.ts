/** Longer ones are cut: nobody types them, and a lexeme of PostgreSQL holds 2 kB. */
const WORD_MAX_CHARS = 40;

/**
 * The distinct words of `texts` as search compares them: lower case, without accents and dots over letters
 * (Unicode's NFKD: «ё» is «е», «ş» is «s»), only letters and digits. What is looked for goes the same way.
 * It is done here and not in the database, whose idea of a letter depends on the locale it was made with.
 */
export function searchWords(...texts: readonly string[]): string[] {
  const plain = texts.join(' ').normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, WORD_MAX_CHARS)))];
}

/** Whether every one of `wanted` begins one of `words` (both as searchWords gives them). */
export function hasWords(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((start) => words.some((word) => word.startsWith(start)));
}

/** The same question in PostgreSQL's words, for `words @@ $1::tsquery`. */
export function tsQuery(wanted: readonly string[]): string {
  return wanted.map((start) => `'${start}':*`).join(' & ');
}
