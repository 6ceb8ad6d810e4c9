/**
 * The kernel as a WebAssembly module (core specification 2.0, §5 binary format), put together here so that no binary and
 * no build step has to be trusted. In words, all addresses in bytes:
 *
 *   dense(w, x, scale, bias, y, rows, pairs, unit, floor):
 *     do { acc[0…7] = 0; end = x + 4·pairs; fours = x + 4·(pairs − pairs mod 4); p = x
 *          step = { v = splat32(p[0]); acc[k] += dot16(v, w[8k…8k+7]), k = 0…7; w += 128; p += 4 }
 *          if (p < fours) do { step; step; step; step } while (p < fours)
 *          if (p < end) do { step } while (p < end)
 *          y[0…31] = max(acc · unit · scale[0…31] + bias[0…31], floor)
 *          scale, bias, y += 128; rows −= 32 } while (rows)
 *
 *   shrink(x, to, count, most):
 *     end = x + 4·count; acc[0] = 1e-30; p = x
 *     do { acc[0] = max(acc[0], |p[0…3]|); p += 16 } while (p < end)
 *     largest = max of acc[0]; p = x
 *     do { to[0…7] = round(p[0…7] · most / largest); p += 32; to += 16 } while (p < end)
 *     return largest / most
 */
export function kernelModule(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [
      2,
      ...[0x60, 9, I32, I32, I32, I32, I32, I32, I32, F32, F32, 0],
      ...[0x60, 4, I32, I32, I32, F32, 1, F32],
    ]),
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [2, 0, 1]),
    ...section(7, [2, ...name('dense'), 0x00, 0, ...name('shrink'), 0x00, 1]),
    ...section(10, [2, ...sized(denseBody()), ...sized(shrinkBody())]),
  ]);
}

const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const i32Const = (value: number) => [0x41, ...signedLeb(value)];
const f32Const = (value: number) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const simd = (opcode: number, ...rest: number[]) => [0xfd, ...leb(opcode), ...rest];
const load = (offset: number) => simd(0x00, 4, ...leb(offset));
const load32Splat = (offset: number) => simd(0x09, 2, ...leb(offset));
const store = (offset: number) => simd(0x0b, 4, ...leb(offset));
const zero = simd(0x0c, ...Array<number>(16).fill(0));
const splatF32 = simd(0x13);
const laneF32 = (lane: number) => simd(0x1f, lane);
const narrowToI16 = simd(0x85);
const addI32 = simd(0xae);
const dotI16 = simd(0xba);
const absF32 = simd(0xe0);
const addF32 = simd(0xe4);
const mulF32 = simd(0xe6);
const maxF32 = simd(0xe9);
const nearestF32 = simd(0x6a);
const toF32 = simd(0xfa);
const toI32 = simd(0xf8);
const i32Add = [0x6a];
const i32Shl = [0x74];
const i32And = [0x71];
const i32Below = [0x49];
const f32Max = [0x97];
const f32Div = [0x95];
const LOOP = [0x03, 0x40];
const IF = [0x04, 0x40];
const STOP = [0x0b];
const againIf = [0x0d, 0];
const advance = (local: number, by: number) => [...get(local), ...i32Const(by), ...i32Add, ...set(local)];

function denseBody(): number[] {
  // Parameters, then locals.
  const [w, x, scale, bias, y, rows, pairs, unit, floor, end, fours, p, v, acc] = counted(14);
  const lanes = [0, 1, 2, 3, 4, 5, 6, 7];
  /** So many steps over pairs of columns while P is below the local. The work per turn of the loop pays for its own cost. */
  const columns = (steps: number, until: number): number[] => {
    const below = [...get(p), ...get(until), ...i32Below];
    return [
      ...[...below, ...IF, ...LOOP],
      ...Array.from({ length: steps }, (_, step) => [
        ...[...get(p), ...load32Splat(4 * step), ...set(v)],
        ...lanes.flatMap((k) => [
          ...[...get(acc + k), ...get(v), ...get(w), ...load(128 * step + 16 * k)],
          ...[...dotI16, ...addI32, ...set(acc + k)],
        ]),
      ]).flat(),
      ...[...advance(w, 128 * steps), ...advance(p, 4 * steps)],
      ...[...below, ...againIf, ...STOP, ...STOP],
    ];
  };
  return [
    ...[2, 3, I32, 9, V128],
    ...LOOP,
    ...lanes.flatMap((k) => [...zero, ...set(acc + k)]),
    ...[...get(x), ...set(p)],
    ...[...get(x), ...get(pairs), ...i32Const(2), ...i32Shl, ...i32Add, ...set(end)],
    ...[
      ...get(x),
      ...get(pairs),
      ...i32Const(-4),
      ...i32And,
      ...i32Const(2),
      ...i32Shl,
      ...i32Add,
      ...set(fours),
    ],
    ...columns(4, fours),
    ...columns(1, end),
    ...lanes.flatMap((k) => [
      ...[...get(y), ...get(acc + k), ...toF32],
      ...[...get(unit), ...splatF32, ...mulF32, ...get(scale), ...load(16 * k), ...mulF32],
      ...[...get(bias), ...load(16 * k), ...addF32, ...get(floor), ...splatF32, ...maxF32, ...store(16 * k)],
    ]),
    ...[...advance(scale, 128), ...advance(bias, 128), ...advance(y, 128), ...advance(rows, -32)],
    ...[...get(rows), ...againIf],
    ...STOP,
    ...STOP,
  ];
}

function shrinkBody(): number[] {
  const [x, to, count, most, end, p, largest, factor, acc] = counted(9);
  const below = [...get(p), ...get(end), ...i32Below];
  const rounded = (offset: number) => [
    ...[...get(p), ...load(offset), ...get(factor), ...splatF32, ...mulF32, ...nearestF32, ...toI32],
  ];
  return [
    ...[3, 2, I32, 2, F32, 1, V128],
    ...[...f32Const(LEAST), ...splatF32, ...set(acc)],
    ...[...get(x), ...get(count), ...i32Const(2), ...i32Shl, ...i32Add, ...set(end)],
    ...[...get(x), ...set(p)],
    ...LOOP,
    ...[...get(acc), ...get(p), ...load(0), ...absF32, ...maxF32, ...set(acc), ...advance(p, 16)],
    ...[...below, ...againIf, ...STOP],
    ...[0, 1, 2, 3].flatMap((lane) => [...get(acc), ...laneF32(lane)]),
    ...[...f32Max, ...f32Max, ...f32Max, ...set(largest)],
    ...[...get(most), ...get(largest), ...f32Div, ...set(factor)],
    ...[...get(x), ...set(p)],
    ...LOOP,
    ...[...get(to), ...rounded(0), ...rounded(16), ...narrowToI16, ...store(0)],
    ...[...advance(to, 16), ...advance(p, 32)],
    ...[...below, ...againIf, ...STOP],
    ...[...get(largest), ...get(most), ...f32Div],
    ...STOP,
  ];
}

/** What is nothing but zeros is divided by this. */
export const LEAST = 1e-30;

/** 0, 1, 2 …: the numbers of a function's locals. */
function counted<N extends number>(count: N): Locals<N> {
  return Array.from({ length: count }, (_, i) => i) as Locals<N>;
}
type Locals<N extends number, T extends number[] = []> = T['length'] extends N
  ? T
  : Locals<N, [...T, number]>;

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
