import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TurnDetector, type TurnEvent } from './turn-detector.ts';
import type { TurnDetectorOptions } from './turn-detector-options.ts';
import type { Vad, VadFrame } from './vad.ts';

const MS = 8;
const WINDOW = 256;
const WINDOW_MS = WINDOW / MS;

/** Says of each window what the script says, then silence. */
class ScriptedVad implements Vad {
  readonly #script: readonly number[];
  #samples = 0;

  constructor(script: readonly number[]) {
    this.#script = script;
  }

  push(samples: Int16Array): VadFrame[] {
    const from = Math.floor(this.#samples / WINDOW);
    this.#samples += samples.length;
    const to = Math.floor(this.#samples / WINDOW);
    return Array.from({ length: to - from }, (_, i) => ({
      endSample: (from + i + 1) * WINDOW,
      probability: this.#script[from + i] ?? 0,
    }));
  }

  reset(): void {
    this.#samples = 0;
  }
}

/** Windows of voice (v), of hesitation between both thresholds (h) and of silence (.), `count` of each. */
function script(text: string): number[] {
  const level = { v: 0.9, h: 0.4, '.': 0.05 } as const;
  return [...text.matchAll(/([vh.])(\d+)/g)].flatMap(([, kind, count]) =>
    Array<number>(Number(count)).fill(level[kind as keyof typeof level]),
  );
}

/** Sound to go with a script: a buzz where there is voice or hesitation, faint noise elsewhere. */
function sound(probabilities: readonly number[]): Int16Array {
  let state = 7;
  return Int16Array.from({ length: probabilities.length * WINDOW }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const voiced = probabilities[Math.floor(i / WINDOW)]! > 0.3;
    return (state / 2 ** 31 - 1) * 8 + (voiced ? 5000 * Math.sin((2 * Math.PI * 150 * i) / 8000) : 0);
  });
}

function run(
  probabilities: readonly number[],
  options?: TurnDetectorOptions,
  chunks: readonly number[] = [160],
) {
  return listen(sound(probabilities), probabilities, options, chunks);
}

/** `lost(at)`: was the frame of 20 ms that `at` lies in made up? */
function listen(
  samples: Int16Array,
  probabilities: readonly number[],
  options?: TurnDetectorOptions,
  chunks: readonly number[] = [160],
  lost: (at: number) => boolean = () => false,
) {
  const detector = new TurnDetector(new ScriptedVad(probabilities), options);
  const events: TurnEvent[] = [];
  for (let at = 0, k = 0; at < samples.length; k++) {
    const chunk = at + chunks[k % chunks.length]!;
    for (; at < Math.min(chunk, samples.length);) {
      const end = Math.min(chunk, at - (at % 160) + 160);
      events.push(...detector.push(samples.subarray(at, end), { concealed: lost(at) }));
      at = end;
    }
  }
  return { detector, events, types: events.map((e) => e.type) };
}

const sustained = (events: readonly TurnEvent[]) => events.filter((e) => e.type === 'speech.sustained');

const ended = (events: readonly TurnEvent[]) => events.filter((e) => e.type === 'turn.ended');

/** Where the script's windows lie, ms. */
const at = (windows: number) => windows * WINDOW_MS;

describe('TurnDetector', () => {
  it('tells of one turn: started, paused, ended, with the edges of the sound', () => {
    const { events, types } = run(script('.20 v30 .30'));
    expect(types).toEqual(['speech.started', 'speech.sustained', 'speech.paused', 'turn.ended']);
    const [started, , paused, end] = events;
    if (
      started?.type !== 'speech.started' ||
      paused?.type !== 'speech.paused' ||
      end?.type !== 'turn.ended'
    ) {
      throw new Error('unreachable');
    }
    expect(Math.abs(started.startSample / MS - at(20))).toBeLessThanOrEqual(16);
    expect(started.atSample).toBe((20 + 3) * WINDOW);
    expect(Math.abs(end.endSample / MS - at(50))).toBeLessThanOrEqual(16);
    expect(end).toMatchObject({ turn: 1, startSample: started.startSample, endSample: paused.endSample });
    expect(paused.atSample).toBe((50 + 3) * WINDOW);
    expect(end.atSample).toBe((50 + 20) * WINDOW);
    expect(end.by).toBe('silence');
  });

  it('does not start on clicks', () => {
    expect(run(script('.20 v1 .10 v2 .10 v1 .40')).events).toEqual([]);
  });

  it('drops a turn whose sound was too short for what the detector heard', () => {
    const probabilities = script('.20 v6 .30');
    const samples = sound(script('.20 v2 .34'));
    const detector = new TurnDetector(new ScriptedVad(probabilities));
    const types = detector.push(samples).map((e) => e.type);
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.dropped']);
  });

  it('adds up syllables before a turn starts', () => {
    const { events } = run(script('.20 v2 .3 v2 .30'));
    expect(events[0]).toMatchObject({ type: 'speech.started', atSample: 26 * WINDOW });
    expect(ended(events)).toHaveLength(1);
  });

  it('pauses and resumes inside a turn', () => {
    const { types, events } = run(script('.20 v10 .12 v10 .30'));
    expect(types).toEqual([
      'speech.started',
      'speech.sustained',
      'speech.paused',
      'speech.resumed',
      'speech.paused',
      'turn.ended',
    ]);
    expect(Math.abs(ended(events)[0]!.endSample / MS - at(52))).toBeLessThanOrEqual(16);
  });

  it('lets one crackling window in a pause neither resume nor put off the end', () => {
    const { types, events } = run(script('.20 v5 .10 v1 .30'));
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.ended']);
    expect(ended(events)[0]!.atSample).toBe((25 + 20) * WINDOW);
  });

  it('does not add up crackles', () => {
    const { types } = run(script('.20 v5 .8 v1 .2 v1 .2 v1 .30'));
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.ended']);
  });

  it('does not end while a word may be beginning', () => {
    const { types } = run(script('.20 v5 .18 v1 .30'));
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.ended']);
    expect(run(script('.20 v10 .18 v4 .30')).types).toContain('speech.resumed');
  });

  it('goes on through hesitation, but does not start on it', () => {
    expect(run(script('.20 h20 .30')).events).toEqual([]);
    expect(run(script('.20 v5 h20 .4 v2 .30')).types.filter((t) => t === 'turn.ended')).toHaveLength(1);
  });

  it('cuts a turn at its longest and goes on with the next', () => {
    const { events } = run(script('.10 v100 .30'), { maxTurnMs: 1000 });
    const turns = ended(events);
    expect(turns.map((t) => t.by)).toEqual(['length', 'length', 'length', 'silence']);
    for (const [i, turn] of turns.entries()) {
      expect(turn.endSample - turn.startSample).toBeLessThanOrEqual(1000 * MS + WINDOW);
      if (i > 0) expect(turn.startSample).toBe(turns[i - 1]!.endSample);
    }
  });

  it('knows whether the caller speaks, and what the detector thinks', () => {
    const probabilities = script('.20 v30 .30');
    const detector = new TurnDetector(new ScriptedVad(probabilities));
    const samples = sound(probabilities);
    const speakingAfter = (windows: number) => {
      detector.push(samples.subarray(detector.position, windows * WINDOW));
      return detector.speaking;
    };
    expect([speakingAfter(22), detector.probability]).toEqual([false, 0.9]);
    expect(speakingAfter(23)).toBe(true);
    expect([speakingAfter(52), detector.probability]).toEqual([true, 0.05]);
    expect(speakingAfter(53)).toBe(false);
  });

  it('ends an open turn when the line ends', () => {
    const { detector, types } = run(script('.20 v30'));
    expect(types).toEqual(['speech.started', 'speech.sustained']);
    expect(detector.flush()).toMatchObject([
      { type: 'turn.ended', turn: 1, by: 'flush', endSample: 50 * WINDOW },
    ]);
    expect(detector.flush()).toEqual([]);
    expect(detector.speaking).toBe(false);
  });

  it.each<[TurnDetectorOptions, RegExp]>([
    [{ startProbability: 0.3 }, /endProbability/],
    [{ startMs: 0 }, /startMs/],
    [{ sustainMs: -1 }, /sustainMs/],
    [{ minSpeechMs: 0 }, /minSpeechMs/],
    [{ endSilenceMs: 0 }, /pauseMs/],
    [{ maxTurnMs: 500 }, /maxTurnMs/],
  ])('refuses %o', (options, reason) => {
    expect(() => new TurnDetector(new ScriptedVad([]), options)).toThrow(reason);
  });
});

describe('speech.sustained', () => {
  const probabilities = script('.20 v30 .8 v10 .30');

  it('is told once, when there has been enough voice', () => {
    const { events } = run(probabilities);
    expect(sustained(events)).toEqual([{ type: 'speech.sustained', turn: 1, atSample: (20 + 8) * WINDOW }]);
    expect(sustained(run(probabilities, { sustainMs: 640 }).events)).toMatchObject([
      { atSample: (20 + 20) * WINDOW },
    ]);
  });

  it('is told again of the next turn', () => {
    expect(sustained(run(script('.20 v20 .30 v20 .30')).events).map((e) => e.turn)).toEqual([1, 2]);
  });

  it('adds up over the pauses of a turn', () => {
    const { types } = run(script('.20 v5 .5 v5 .30'));
    expect(types).toEqual([
      'speech.started',
      'speech.paused',
      'speech.resumed',
      'speech.sustained',
      'speech.paused',
      'turn.ended',
    ]);
  });

  it('is not told of noise that the detector takes for a voice', () => {
    let state = 3;
    const noise = sound(probabilities).map((s) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.abs(s) > 20 ? (state / 2 ** 31 - 1) * 5000 : s;
    });
    const { events } = listen(noise, probabilities);
    expect(ended(events)).toHaveLength(1);
    expect(sustained(events)).toEqual([]);
  });

  it('counts no sound that was made up in place of lost packets', () => {
    const samples = sound(probabilities);
    const halfLost = listen(samples, probabilities, {}, [160], (at) => at % (2 * WINDOW) < 160);
    const [told] = sustained(halfLost.events);
    expect(told!.atSample).toBeGreaterThanOrEqual((20 + 15) * WINDOW);
    const allLost = listen(samples, probabilities, {}, [160], () => true);
    expect(sustained(allLost.events)).toEqual([]);
    expect(ended(allLost.events)).toHaveLength(1);
  });
});

describe('TurnDetector.awaitEnd', () => {
  const probabilities = script('.20 v10 .60');
  const samples = sound(probabilities);
  const paused = (windows: number) => {
    const detector = new TurnDetector(new ScriptedVad(probabilities));
    detector.push(samples.subarray(0, windows * WINDOW));
    return detector;
  };
  const endWindow = (detector: TurnDetector) =>
    ended(detector.push(samples.subarray(detector.position)))[0]!.atSample / WINDOW;

  it('makes the end come later or sooner, at the pause’s edge', () => {
    const later = paused(35);
    later.awaitEnd(1, 1200);
    expect(endWindow(later)).toBe(30 + Math.ceil((1200 + 8) / WINDOW_MS));
    const sooner = paused(35);
    sooner.awaitEnd(1, 400);
    expect(endWindow(sooner)).toBe(30 + Math.ceil((400 + 8) / WINDOW_MS));
  });

  it('ends at the next window when the silence has lasted so long already', () => {
    const detector = paused(46);
    detector.awaitEnd(1, 300);
    expect(endWindow(detector)).toBe(47);
  });

  it('may be asked while he still speaks, and asked again', () => {
    const detector = paused(28);
    detector.awaitEnd(1, 1500);
    detector.awaitEnd(1, 300);
    expect(endWindow(detector)).toBe(30 + Math.ceil((300 + 8) / WINDOW_MS));
  });

  it('is forgotten when he goes on, and when the turn is over', () => {
    const resuming = script('.20 v10 .10 v10 .40 v10 .60');
    const sounds = sound(resuming);
    const detector = new TurnDetector(new ScriptedVad(resuming));
    const events: TurnEvent[] = [...detector.push(sounds.subarray(0, 35 * WINDOW))];
    detector.awaitEnd(1, 1500);
    events.push(...detector.push(sounds.subarray(35 * WINDOW)));
    expect(ended(events).map((e) => e.atSample / WINDOW)).toEqual([50 + 20, 100 + 20]);
  });

  it('leaves another turn alone', () => {
    const detector = paused(35);
    detector.awaitEnd(2, 1500);
    detector.awaitEnd(0, 300);
    expect(endWindow(detector)).toBe(30 + 20);
  });

  it.each([299, 1501, NaN])('refuses %f ms and changes nothing', (silenceMs) => {
    const detector = paused(35);
    expect(() => detector.awaitEnd(1, silenceMs)).toThrow(RangeError);
    expect(endWindow(detector)).toBe(30 + 20);
  });
});

describe('a pause that is not silent', () => {
  const probabilities = script('.20 v10 .40');
  const over = (level: (samplesSince: number) => number) => {
    const voice = sound(probabilities);
    const from = 30 * WINDOW;
    return listen(
      voice.map((s, i) => (i < from ? s : level(i - from) * Math.sin((2 * Math.PI * 900 * i) / 8000))),
      probabilities,
    ).events;
  };

  it('is told all the same: a louder line is its noise', () => {
    const events = over(() => 1500);
    expect(events.find((e) => e.type === 'speech.paused')!.atSample).toBe((30 + 4) * WINDOW);
    expect(ended(events)).toHaveLength(1);
  });
});

const anyScript = fc
  .array(fc.tuple(fc.constantFrom('v', 'h', '.'), fc.integer({ min: 1, max: 30 })), { maxLength: 24 })
  .map((parts) => script(parts.map(([kind, count]) => `${kind}${count}`).join(' ')));

const anyOptions = fc.record({
  startMs: fc.integer({ min: 20, max: 200 }),
  minSpeechMs: fc.integer({ min: 20, max: 300 }),
  sustainMs: fc.integer({ min: 20, max: 600 }),
  pauseMs: fc.integer({ min: 50, max: 400 }),
  endSilenceMs: fc.integer({ min: 100, max: 900 }),
  maxTurnMs: fc.integer({ min: 1500, max: 4000 }),
});

describe('TurnDetector, whatever is said', () => {
  it('tells the same for any chunking, wherever packets were lost', () => {
    const chunkings = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 8 });
    const losses = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(anyScript, anyOptions, chunkings, losses, (probabilities, options, chunks, each) => {
        const samples = sound(probabilities);
        const lost = (at: number) => Math.floor(at / 160) % each === 0;
        const heard = (sizes: readonly number[]) =>
          listen(samples, probabilities, options, sizes, lost).events;
        expect(heard(chunks)).toEqual(heard([160]));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the order of a turn, its numbers and its positions', () => {
    fc.assert(
      fc.property(anyScript, anyOptions, (probabilities, options) => {
        const { events, detector } = run(probabilities, options);
        checkStory([...events, ...detector.flush()], probabilities.length * WINDOW);
      }),
      { numRuns: 120 },
    );
  });

  it('never splits at a gap shorter than endSilenceMs', () => {
    const words = fc.array(fc.tuple(fc.integer({ min: 4, max: 20 }), fc.integer({ min: 1, max: 18 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.map(([voice, gap]) => `v${voice} .${gap}`).join(' ');
        const { events } = run(script(`.20 ${text} v4 .30`));
        expect(ended(events)).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  it('always splits at a gap of endSilenceMs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 20 }), { minLength: 1, maxLength: 8 }), (words) => {
        const { events } = run(script(`.20 ${words.map((voice) => `v${voice} .20`).join(' ')}`));
        expect(ended(events)).toHaveLength(words.length);
      }),
      { numRuns: 40 },
    );
  });
});

/** Reads the events as a story and fails where it makes no sense. */
function checkStory(events: readonly TurnEvent[], samples: number): void {
  let state: 'idle' | 'speaking' | 'paused' = 'idle';
  let turn = 0;
  let lastAt = 0;
  let lastEnd = 0;
  let start = 0;
  let pausedAt = 0;
  let isSustained = false;
  for (const event of events) {
    expect(event.atSample).toBeGreaterThanOrEqual(lastAt);
    expect(event.atSample).toBeLessThanOrEqual(samples);
    lastAt = event.atSample;
    if (event.type === 'speech.started') {
      expect(state).toBe('idle');
      expect(event.turn).toBe(++turn);
      expect(event.startSample).toBeGreaterThanOrEqual(lastEnd);
      expect(event.startSample).toBeLessThanOrEqual(event.atSample);
      start = event.startSample;
      state = 'speaking';
      isSustained = false;
      continue;
    }
    expect(event.turn).toBe(turn);
    expect(state).not.toBe('idle');
    if (event.type === 'speech.paused') {
      expect(state).toBe('speaking');
      expect(event.endSample).toBeGreaterThanOrEqual(start);
      expect(event.endSample).toBeLessThanOrEqual(event.atSample);
      pausedAt = event.endSample;
      state = 'paused';
    } else if (event.type === 'speech.resumed') {
      expect(state).toBe('paused');
      state = 'speaking';
    } else if (event.type === 'speech.sustained') {
      expect(state).toBe('speaking');
      expect(isSustained).toBe(false);
      isSustained = true;
    } else {
      if (event.type === 'turn.ended') {
        if (state === 'paused') expect(event.endSample).toBe(pausedAt);
        if (event.by === 'silence') expect(state).toBe('paused');
        expect(event.startSample).toBe(start);
        expect(event.endSample).toBeGreaterThan(start);
        expect(event.endSample).toBeLessThanOrEqual(event.atSample);
        expect(event.startSample).toBeGreaterThanOrEqual(lastEnd);
        lastEnd = event.endSample;
      }
      state = 'idle';
    }
  }
  expect(state).toBe('idle');
}
