/**
 * Discrete Fourier transform of real signals of one length, a power of two, at least 8. A spectrum is size / 2 + 1
 * bins in two arrays. Forward is unscaled, inverse divides by the size: inverse(forward(x)) = x.
 */
export class RealFft {
  readonly size: number;
  readonly #half: number;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #reversed: Uint16Array;
  /** e^(−2πik/size): every second one is a twiddle of the complex transform of half the size. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** Throws RangeError where `size` is no power of two from 8 to 131,072. */
  constructor(size: number) {
    if (size < 8 || size > 131_072 || (size & (size - 1)) !== 0)
      throw new RangeError(`A transform of ${size}: a power of two from 8 to 131072 is needed`);
    this.size = size;
    const half = (this.#half = size / 2);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
    const bits = Math.log2(half);
    this.#reversed = Uint16Array.from({ length: half }, (_, i) => {
      let reversed = 0;
      for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
      return reversed;
    });
    this.#cos = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sin = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  }

  /** `signal`: size samples; `re`, `im`: size / 2 + 1 bins, written over. */
  forward(signal: Float64Array, re: Float64Array, im: Float64Array): void {
    const half = this.#half;
    const [zRe, zIm, cos, sin] = [this.#re, this.#im, this.#cos, this.#sin];
    for (let i = 0; i < half; i++) {
      const to = this.#reversed[i]!;
      zRe[to] = signal[2 * i]!;
      zIm[to] = signal[2 * i + 1]!;
    }
    this.#transform(zRe, zIm);
    re[0] = zRe[0]! + zIm[0]!;
    im[0] = 0;
    re[half] = zRe[0]! - zIm[0]!;
    im[half] = 0;
    for (let k = 1; k < half; k++) {
      const mirror = half - k;
      const evenRe = (zRe[k]! + zRe[mirror]!) / 2;
      const evenIm = (zIm[k]! - zIm[mirror]!) / 2;
      const oddRe = (zIm[k]! + zIm[mirror]!) / 2;
      const oddIm = (zRe[mirror]! - zRe[k]!) / 2;
      re[k] = evenRe + cos[k]! * oddRe - sin[k]! * oddIm;
      im[k] = evenIm + cos[k]! * oddIm + sin[k]! * oddRe;
    }
  }

  /** The signal of a spectrum; `re` and `im` stay as they are. */
  inverse(re: Float64Array, im: Float64Array, signal: Float64Array): void {
    const half = this.#half;
    const [zRe, zIm, cos, sin] = [this.#re, this.#im, this.#cos, this.#sin];
    for (let k = 0; k < half; k++) {
      const mirror = half - k;
      const evenRe = re[k]! + re[mirror]!;
      const evenIm = im[k]! - im[mirror]!;
      const turnedRe = re[k]! - re[mirror]!;
      const turnedIm = im[k]! + im[mirror]!;
      const oddRe = turnedRe * cos[k]! + turnedIm * sin[k]!;
      const oddIm = turnedIm * cos[k]! - turnedRe * sin[k]!;
      // Real and imaginary parts change places: a forward transform of that is the inverse one, places changed.
      const to = this.#reversed[k]!;
      zIm[to] = evenRe - oddIm;
      zRe[to] = evenIm + oddRe;
    }
    this.#transform(zRe, zIm);
    const scale = 1 / this.size;
    for (let i = 0; i < half; i++) {
      signal[2 * i] = zIm[i]! * scale;
      signal[2 * i + 1] = zRe[i]! * scale;
    }
  }

  /** Decimation in time, two stages at once, of input that is in bit-reversed order. */
  #transform(re: Float64Array, im: Float64Array): void {
    const half = this.#half;
    // The first two stages have no multiplications.
    for (let i = 0; i < half; i += 4) {
      const sumRe = re[i]! + re[i + 1]!;
      const sumIm = im[i]! + im[i + 1]!;
      const diffRe = re[i]! - re[i + 1]!;
      const diffIm = im[i]! - im[i + 1]!;
      const nextSumRe = re[i + 2]! + re[i + 3]!;
      const nextSumIm = im[i + 2]! + im[i + 3]!;
      const nextDiffRe = re[i + 2]! - re[i + 3]!;
      const nextDiffIm = im[i + 2]! - im[i + 3]!;
      re[i] = sumRe + nextSumRe;
      im[i] = sumIm + nextSumIm;
      re[i + 1] = diffRe + nextDiffIm;
      im[i + 1] = diffIm - nextDiffRe;
      re[i + 2] = sumRe - nextSumRe;
      im[i + 2] = sumIm - nextSumIm;
      re[i + 3] = diffRe - nextDiffIm;
      im[i + 3] = diffIm + nextDiffRe;
    }
    let span = 4;
    for (; 4 * span <= half; span *= 4) this.#twoStages(re, im, span);
    if (span < half) this.#stage(re, im, span);
  }

  /** The stages of `span` and of twice that, in one pass over memory. */
  #twoStages(re: Float64Array, im: Float64Array, span: number): void {
    const half = this.#half;
    const cos = this.#cos;
    const sin = this.#sin;
    const step = half / (2 * span);
    for (let j = 0; j < span; j++) {
      const w1Re = cos[2 * j * step]!;
      const w1Im = sin[2 * j * step]!;
      const w2Re = cos[j * step]!;
      const w2Im = sin[j * step]!;
      for (let a = j; a < half; a += 4 * span) {
        const b = a + span;
        const c = b + span;
        const d = c + span;
        const bRe = re[b]! * w1Re - im[b]! * w1Im;
        const bIm = re[b]! * w1Im + im[b]! * w1Re;
        const dRe = re[d]! * w1Re - im[d]! * w1Im;
        const dIm = re[d]! * w1Im + im[d]! * w1Re;
        const sumRe = re[a]! + bRe;
        const sumIm = im[a]! + bIm;
        const diffRe = re[a]! - bRe;
        const diffIm = im[a]! - bIm;
        const nextRe = re[c]! + dRe;
        const nextIm = im[c]! + dIm;
        const lastRe = re[c]! - dRe;
        const lastIm = im[c]! - dIm;
        const cRe = nextRe * w2Re - nextIm * w2Im;
        const cIm = nextRe * w2Im + nextIm * w2Re;
        // A quarter turn on: times −i.
        const eRe = lastRe * w2Im + lastIm * w2Re;
        const eIm = lastIm * w2Im - lastRe * w2Re;
        re[a] = sumRe + cRe;
        im[a] = sumIm + cIm;
        re[b] = diffRe + eRe;
        im[b] = diffIm + eIm;
        re[c] = sumRe - cRe;
        im[c] = sumIm - cIm;
        re[d] = diffRe - eRe;
        im[d] = diffIm - eIm;
      }
    }
  }

  /** The last stage. */
  #stage(re: Float64Array, im: Float64Array, span: number): void {
    const cos = this.#cos;
    const sin = this.#sin;
    for (let a = 0; a < span; a++) {
      const b = a + span;
      const bRe = re[b]! * cos[2 * a]! - im[b]! * sin[2 * a]!;
      const bIm = re[b]! * sin[2 * a]! + im[b]! * cos[2 * a]!;
      re[b] = re[a]! - bRe;
      im[b] = im[a]! - bIm;
      re[a] = re[a]! + bRe;
      im[a] = im[a]! + bIm;
    }
  }
}
