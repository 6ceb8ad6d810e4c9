import { aLawDecode } from '../media/g711.ts';

/** What a sample is after A-law (G.711), by its 16 bits as an unsigned number: the nearest of the 256 values. */
const NEAREST = nearest(aLawDecode(Uint8Array.from({ length: 256 }, (_, code) => code)));

/** The samples as they come out of a line of A-law. */
export function throughALaw(samples: Int16Array): Int16Array {
  return samples.map((sample) => NEAREST[sample & 0xffff]!);
}

function nearest(values: Int16Array): Int16Array {
  const sorted = values.toSorted((a, b) => a - b);
  const table = new Int16Array(65_536);
  let at = 0;
  for (let sample = -32_768; sample < 32_768; sample += 1) {
    while (at + 1 < sorted.length && sorted[at + 1]! - sample <= sample - sorted[at]!) at += 1;
    table[sample & 0xffff] = sorted[at]!;
  }
  return table;
}
