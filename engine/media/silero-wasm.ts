/**
 * The dense kernel as a WebAssembly module (core specification 2.0, §5 binary format), put together here so that
 * no binary and no build step has to be trusted. In words, all addresses in bytes:
 *
 *   dense(w, bias, x, y, rows, cols, floor):
 *     do { acc[0…7] = bias[0…31]; end = x + 4·cols; fours = x + 4·(cols − cols mod 4); p = x
 *          step = { v = splat(p[0]); acc[k] += v · w[4k…4k+3], k = 0…7; w += 128; p += 4 }
 *          if (p < fours) do { step; step; step; step } while (p < fours)
 *          if (p < end) do { step } while (p < end)
 *          y[0…31] = max(acc, floor); bias += 128; y += 128; rows −= 32 } while (rows)
 */
export function denseModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 7, I32, I32, I32, I32, I32, I32, F32, 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('dense'), 0x00, 0]),
    ...section(10, [1, ...sized(body())]),
  ]);
}

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

// Parameters, then locals.
const W = 0;
const BIAS = 1;
const X = 2;
const Y = 3;
const ROWS = 4;
const COLS = 5;
const FLOOR = 6;
const END = 7;
const FOURS = 8;
const P = 9;
const V = 10;
const ACC = 11;
const LANES = [0, 1, 2, 3, 4, 5, 6, 7];

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const i32Const = (value: number) => [0x41, ...signedLeb(value)];
const simd = (opcode: number, ...rest: number[]) => [0xfd, ...leb(opcode), ...rest];
const load = (offset: number) => simd(0x00, 4, ...leb(offset));
const loadSplat = (offset: number) => simd(0x09, 2, ...leb(offset));
const store = (offset: number) => simd(0x0b, 4, ...leb(offset));
const splatF32 = simd(0x13);
const addF32 = simd(0xe4);
const mulF32 = simd(0xe6);
const maxF32 = simd(0xe9);
const i32Add = [0x6a];
const LOOP = [0x03, 0x40];
const IF = [0x04, 0x40];
const STOP = [0x0b];
const againIf = [0x0d, 0];
const advance = (local: number, by: number) => [...get(local), ...i32Const(by), ...i32Add, ...set(local)];

/** So many steps over columns while P is below the local `end`. The work per turn of the loop pays for its own cost. */
function columns(steps: number, end: number): number[] {
  const below = [...get(P), ...get(end), 0x49]; // i32.lt_u
  return [
    ...[...below, ...IF, ...LOOP],
    ...Array.from({ length: steps }, (_, step) => [
      ...[...get(P), ...loadSplat(4 * step), ...set(V)],
      ...LANES.flatMap((k) => [
        ...[...get(ACC + k), ...get(V), ...get(W), ...load(128 * step + 16 * k)],
        ...[...mulF32, ...addF32, ...set(ACC + k)],
      ]),
    ]).flat(),
    ...[...advance(W, 128 * steps), ...advance(P, 4 * steps)],
    ...[...below, ...againIf, ...STOP, ...STOP],
  ];
}

function body(): number[] {
  const locals = [2, 3, I32, 9, V128];
  return [
    ...locals,
    ...LOOP,
    ...LANES.flatMap((k) => [...get(BIAS), ...load(16 * k), ...set(ACC + k)]),
    ...[...get(X), ...set(P)],
    ...[...get(X), ...get(COLS), ...i32Const(2), 0x74, ...i32Add, ...set(END)], // i32.shl
    ...[...get(X), ...get(COLS), ...i32Const(-4), 0x71, ...i32Const(2), 0x74, ...i32Add, ...set(FOURS)], // i32.and
    ...columns(4, FOURS),
    ...columns(1, END),
    ...LANES.flatMap((k) => [
      ...[...get(Y), ...get(ACC + k), ...get(FLOOR)],
      ...[...splatF32, ...maxF32, ...store(16 * k)],
    ]),
    ...[...advance(BIAS, 128), ...advance(Y, 128), ...advance(ROWS, -32)],
    ...[...get(ROWS), ...againIf],
    ...STOP,
    ...STOP,
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: readonly number[]): number[] {
  return [...leb(content.length), ...content];
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)]);
}

/** LEB128, unsigned. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** LEB128, signed. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 0x7f;
    if ((rest >> 6 === 0 && rest >= 0) || (rest >> 6 === -1 && rest < 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
