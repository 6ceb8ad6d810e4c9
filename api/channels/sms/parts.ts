// 3GPP TS 23.038 §6.2.1: the GSM 7 bit default alphabet, and what takes two septets through the escape.
const GSM_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿' +
    'abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_EXTENDED = new Set('\f^{}\\[~]|€');

/** How a message travels. Units are septets (GSM-7) or UTF-16 code units (UCS-2). */
export interface SmsParts {
  readonly encoding: 'gsm7' | 'ucs2';
  readonly units: number;
  readonly parts: number;
}

/**
 * Counts the parts a text is sent and paid in: 160/153 septets, or 70/67 UTF-16 units as soon as one character is
 * outside GSM-7 (any Cyrillic). A pair (surrogates, escape sequences) is never cut in two. An empty text is one part.
 */
export function countParts(text: string): SmsParts {
  const characters = Array.from(text);
  const gsm = characters.every((character) => GSM_BASIC.has(character) || GSM_EXTENDED.has(character));
  const sizes = characters.map((character) =>
    gsm ? (GSM_EXTENDED.has(character) ? 2 : 1) : character.length,
  );
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [single, joined] = gsm ? [160, 153] : [70, 67];
  return { encoding: gsm ? 'gsm7' : 'ucs2', units, parts: units <= single ? 1 : fill(sizes, joined) };
}

function fill(sizes: readonly number[], capacity: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > capacity) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
