import { makeLibrary } from '../../engine/adapters/offline/known-lines/library.ts';
import type { CallerLine } from '../../engine/far-end/caller-voices.ts';

/** A piece of a line as a turn detector may cut it, and what may be heard in it. */
export interface Piece {
  readonly name: string;
  readonly pcm: Int16Array;
  readonly shown: string;
  /** The words that are (nearly) whole in the piece, in order. */
  readonly must: readonly string[];
  /** Those and the ones that are cut: a recogniser may hear them or not. */
  readonly may: readonly string[];
}

/** True when all words that are whole in the piece were heard, in order, and none that is not in it. */
export function rightAnswer({ must, may }: Piece, text: string | undefined): boolean {
  const heard = text?.split(' ') ?? [];
  if (must.length === 0 && heard.length === 0) return true;
  return subsequence(must, heard) && subsequence(heard, may);
}

function subsequence(few: readonly string[], many: readonly string[]): boolean {
  let at = 0;
  for (const one of few) {
    at = many.indexOf(one, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Every way of cutting that is measured. */
export function piecesOf(
  lines: readonly CallerLine[],
  random: () => number,
): Record<string, readonly Piece[]> {
  const cut = cutter(lines);
  const between = (from: number, to: number): number => from + random() * (to - from);
  const endMs = (line: CallerLine): number => line.pcm.length / 8;
  const long = lines.filter((line) => line.phrases.length > 1);
  return {
    'whole line': lines.map((line) => cut(line, 0, endMs(line))),
    'one phrase': long.flatMap((line) =>
      line.phrases.map(({ startMs, endMs: to }) => cut(line, startMs - 100, to + 100)),
    ),
    'last two phrases': long.map((line) => cut(line, line.phrases.at(-2)!.startMs - 100, endMs(line))),
    'all but the last': long.map((line) => cut(line, 0, line.phrases.at(-2)!.endMs + 100)),
    'edges 200 ms cut': lines.map((line) => {
      const edge = Math.min(200, endMs(line) / 6);
      return cut(line, line.phrases[0]!.startMs + edge, line.phrases.at(-1)!.endMs - edge);
    }),
    'half a phrase': lines.flatMap((line) =>
      line.phrases
        .filter((phrase) => phrase.endMs - phrase.startMs > 900)
        .flatMap(({ startMs, endMs: to }) => {
          const middle = between(startMs + 450, to - 450);
          return [cut(line, startMs - 100, middle), cut(line, middle, to + 100)];
        }),
    ),
    'cut anywhere': lines
      .filter((line) => endMs(line) > 2000)
      .flatMap((line) => {
        const from = between(100, endMs(line) - 1200);
        return [cut(line, from, between(from + 900, endMs(line)))];
      }),
    'two lines': lines.flatMap((line, n) => {
      const next = lines[n + 1];
      return next === undefined
        ? []
        : [join(cut(line, 0, endMs(line)), cut(next, 0, endMs(next)), between(0, 300))];
    }),
    'end and beginning': long.flatMap((line, n) => {
      const next = long[(n + 5) % long.length]!;
      const tail = cut(line, line.phrases.at(-1)!.startMs - 50, endMs(line));
      return [join(tail, cut(next, 0, next.phrases[0]!.endMs + 50), between(0, 300))];
    }),
  };
}

function cutter(lines: readonly CallerLine[]): (line: CallerLine, fromMs: number, toMs: number) => Piece {
  const library = makeLibrary(lines);
  return (line, fromMs, toMs) => {
    const words = library.sounds.find((sound) => sound.line.id === line.id)!.words.flat();
    const share = ({ startMs, endMs }: { startMs: number; endMs: number }): number =>
      (Math.min(endMs, toMs) - Math.max(startMs, fromMs)) / (endMs - startMs);
    const pcm = line.pcm.slice(Math.max(0, Math.round(fromMs * 8)), Math.round(toMs * 8));
    const must = words.filter((word) => share(word) > 0.75).map(({ text }) => text);
    const may = words.filter((word) => share(word) > 0.25).map(({ text }) => text);
    return {
      name: `${line.id} ${Math.round(fromMs)}–${Math.round(toMs)}`,
      pcm,
      shown: may.join(' '),
      must,
      may,
    };
  };
}

function join(a: Piece, b: Piece, gapMs: number): Piece {
  return {
    name: `${a.name} + ${b.name}`,
    pcm: Int16Array.from([...a.pcm, ...new Int16Array(Math.round(gapMs * 8)), ...b.pcm]),
    shown: `${a.shown} | ${b.shown}`,
    must: [...a.must, ...b.must],
    may: [...a.may, ...b.may],
  };
}
