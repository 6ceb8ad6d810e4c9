/**
 * Small arrays cut from shared memory. A typed array of 20 ms costs half a microsecond and a malloc when made by itself
 * (V8 keeps more than 64 bytes outside its heap), a view costs a tenth. Nothing is ever handed out twice: memory goes
 * when the last view of its slab does.
 */
const SLAB_BYTES = 32_768;
/** Longer arrays would waste the rest of their slab. */
const LONGEST_BYTES = SLAB_BYTES / 8;

let slab = new ArrayBuffer(SLAB_BYTES);
let used = 0;

/** Zeros, as `new Int16Array(count)`; `buffer` holds others' samples too. */
export function newSamples(count: number): Int16Array {
  const bytes = 2 * count;
  if (bytes > LONGEST_BYTES) return new Int16Array(count);
  const at = place(bytes);
  return new Int16Array(slab, at, count);
}

/** Zeros, as `new Uint8Array(count)`; `buffer` holds others' bytes too. */
export function newBytes(count: number): Uint8Array {
  if (count > LONGEST_BYTES) return new Uint8Array(count);
  const at = place(count);
  return new Uint8Array(slab, at, count);
}

/** Finds room, in a new slab where there is none; aligned for samples too. */
function place(bytes: number): number {
  if (used + bytes > SLAB_BYTES) {
    slab = new ArrayBuffer(SLAB_BYTES);
    used = 0;
  }
  const at = used;
  used += (bytes + 3) & ~3;
  return at;
}
