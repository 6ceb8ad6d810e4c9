import { gaussian } from './recogniser-bad-line.ts';

/** Sounds of a telephone line that are no speech. */
export function sounds(random: () => number): { name: string; pcm: Int16Array }[] {
  const make = (
    name: string,
    seconds: number,
    at: (second: number, n: number) => number,
  ): { name: string; pcm: Int16Array } => ({
    name,
    pcm: Int16Array.from({ length: seconds * 8000 }, (_, n) => Math.round(8000 * at(n / 8000, n))),
  });
  const sine = (hz: number, second: number): number => Math.sin(2 * Math.PI * hz * second);
  let pink = 0;
  const notes = Array.from({ length: 40 }, () => 220 * 2 ** (Math.floor(random() * 24) / 12));
  return [
    make('silence', 2, () => 0),
    make('white noise', 3, () => 0.3 * gaussian(random)),
    make('brown noise', 3, () => (pink = 0.97 * pink + 0.1 * gaussian(random))),
    make('hum', 3, (t) => 0.5 * sine(50, t) + 0.4 * sine(150, t) + 0.2 * sine(250, t)),
    make('ringback', 6, (t) => (t % 5 < 1 ? 0.6 * sine(425, t) : 0)),
    make('busy', 4, (t) => (t % 0.7 < 0.35 ? 0.6 * sine(425, t) : 0)),
    make('DTMF', 3, (t) => (t % 0.3 < 0.12 ? 0.4 * (sine(770, t) + sine(1336, t)) : 0)),
    make('modem', 3, (t) => 0.4 * sine(t % 0.1 < 0.05 ? 1300 : 2100, t)),
    make('sweep', 4, (t) => 0.6 * sine(200 + 400 * t, t)),
    make('bursts', 4, (t) => (t % 0.4 < 0.2 ? 0.4 * gaussian(random) : 0)),
    make('melody', 6, (t) => {
      const hz = notes[Math.floor(t / 0.25)] ?? 220;
      const fade = 1 - (t % 0.25) * 3;
      return fade * 0.3 * (sine(hz, t) + 0.5 * sine(2 * hz, t) + 0.3 * sine(3 * hz, t));
    }),
    make('chords', 6, (t) => {
      const hz = notes[Math.floor(t / 0.5)] ?? 220;
      return 0.2 * (sine(hz, t) + sine(hz * 1.26, t) + sine(hz * 1.5, t)) * (1 - (t % 0.5));
    }),
  ];
}
