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
  const samples = sound(probabilities);
  const detector = new TurnDetector(new ScriptedVad(probabilities), options);
  const events: TurnEvent[] = [];
  for (let at = 0, k = 0; at < samples.length; k++) {
    const size = chunks[k % chunks.length]!;
    events.push(...detector.push(samples.subarray(at, at + size)));
    at += size;
  }
  return { detector, events, types: events.map((e) => e.type) };
}

const ended = (events: readonly TurnEvent[]) => events.filter((e) => e.type === 'turn.ended');

/** Where the script's windows lie, ms. */
const at = (windows: number) => windows * WINDOW_MS;

describe('TurnDetector', () => {
  it('tells of one turn: started, paused, ended, with the edges of the sound', () => {
    const { events, types } = run(script('.20 v30 .30'));
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.ended']);
    const [started, paused, end] = events;
    if (
      started?.type !== 'speech.started' ||
      paused?.type !== 'speech.paused' ||
      end?.type !== 'turn.ended'
    ) {
      throw new Error('unreachable');
    }
    expect(Math.abs(started.startSample / MS - at(20))).toBeLessThanOrEqual(16);
    expect(started.atSample).toBe((20 + 4) * WINDOW);
    expect(Math.abs(end.endSample / MS - at(50))).toBeLessThanOrEqual(16);
    expect(end).toMatchObject({ turn: 1, startSample: started.startSample, endSample: paused.endSample });
    expect(paused.atSample).toBe((50 + 7) * WINDOW);
    expect(end.atSample).toBe((50 + 19) * WINDOW);
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
    expect(events[0]).toMatchObject({ type: 'speech.started', atSample: 27 * WINDOW });
    expect(ended(events)).toHaveLength(1);
  });

  it('pauses and resumes inside a turn', () => {
    const { types, events } = run(script('.20 v10 .12 v10 .30'));
    expect(types).toEqual([
      'speech.started',
      'speech.paused',
      'speech.resumed',
      'speech.paused',
      'turn.ended',
    ]);
    expect(Math.abs(ended(events)[0]!.endSample / MS - at(52))).toBeLessThanOrEqual(16);
  });

  it('lets one crackling window in a pause neither resume nor put off the end', () => {
    const { types, events } = run(script('.20 v10 .10 v1 .30'));
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.ended']);
    expect(ended(events)[0]!.atSample).toBe((30 + 19) * WINDOW);
  });

  it('does not add up crackles', () => {
    const { types } = run(script('.20 v10 .8 v1 .2 v1 .2 v1 .30'));
    expect(types).toEqual(['speech.started', 'speech.paused', 'turn.ended']);
  });

  it('does not end while a word may be beginning', () => {
    const { types } = run(script('.20 v10 .18 v1 .30'));
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
    expect(speakingAfter(24)).toBe(true);
    expect([speakingAfter(56), detector.probability]).toEqual([true, 0.05]);
    expect(speakingAfter(57)).toBe(false);
  });

  it('ends an open turn when the line ends', () => {
    const { detector, types } = run(script('.20 v30'));
    expect(types).toEqual(['speech.started']);
    expect(detector.flush()).toMatchObject([
      { type: 'turn.ended', turn: 1, by: 'flush', endSample: 50 * WINDOW },
    ]);
    expect(detector.flush()).toEqual([]);
    expect(detector.speaking).toBe(false);
  });

  it.each<[TurnDetectorOptions, RegExp]>([
    [{ startProbability: 0.3 }, /endProbability/],
    [{ minSpeechMs: 0 }, /minSpeechMs/],
    [{ endSilenceMs: 0 }, /pauseMs/],
    [{ maxTurnMs: 500 }, /maxTurnMs/],
  ])('refuses %o', (options, reason) => {
    expect(() => new TurnDetector(new ScriptedVad([]), options)).toThrow(reason);
  });
});

const anyScript = fc
  .array(fc.tuple(fc.constantFrom('v', 'h', '.'), fc.integer({ min: 1, max: 30 })), { maxLength: 24 })
  .map((parts) => script(parts.map(([kind, count]) => `${kind}${count}`).join(' ')));

const anyOptions = fc.record({
  minSpeechMs: fc.integer({ min: 20, max: 300 }),
  pauseMs: fc.integer({ min: 50, max: 400 }),
  endSilenceMs: fc.integer({ min: 100, max: 900 }),
  maxTurnMs: fc.integer({ min: 1500, max: 4000 }),
});

describe('TurnDetector, whatever is said', () => {
  it('tells the same for any chunking', () => {
    const chunkings = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(anyScript, anyOptions, chunkings, (probabilities, options, chunks) => {
        expect(run(probabilities, options, chunks).events).toEqual(run(probabilities, options).events);
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
        const { events } = run(script(`.20 ${words.map((voice) => `v${voice} .19`).join(' ')}`));
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
