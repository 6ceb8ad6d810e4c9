import { describe, expect, it } from 'vitest';
import { SubscriberMind, type SubscriberScript } from './subscriber-mind.ts';

const QUIET = new Int16Array(160);
const VOICE = new Int16Array(160).fill(3000);
const line = (frames: number, level: number) => new Int16Array(frames * 160).fill(level);

function script(steps: SubscriberScript['steps'], over: Partial<SubscriberScript> = {}): SubscriberScript {
  return { steps, reactionMs: 100, patienceMs: 500, ...over };
}

/** Runs `ms` of the assistant being heard or quiet; returns the frames in which the person did something. */
function run(mind: SubscriberMind, heard: Int16Array, ms: number) {
  return Array.from({ length: ms / 20 }, () => mind.beat(heard)).map((frame) =>
    'hangUp' in frame ? 'hangs up' : (frame.speak[0] ?? 0),
  );
}

describe('SubscriberMind', () => {
  it('says nothing while the assistant speaks or has only paused', () => {
    const mind = new SubscriberMind(script([{ do: 'say', pcm: line(5, 7) }]));
    expect(new Set(run(mind, VOICE, 2000))).toEqual(new Set([0]));
    expect(new Set(run(mind, QUIET, 900))).toEqual(new Set([0]));
    expect(new Set(run(mind, VOICE, 400))).toEqual(new Set([0]));
  });

  it('speaks its next line once the assistant has finished, one line a time', () => {
    const mind = new SubscriberMind(
      script([
        { do: 'say', pcm: line(5, 7) },
        { do: 'say', pcm: line(3, 9) },
      ]),
    );
    run(mind, VOICE, 400);
    const first = run(mind, QUIET, 3000);
    expect(first.indexOf(7)).toBe(1000 / 20 - 1);
    expect(first.filter((sample) => sample === 7)).toHaveLength(5);
    expect(first).not.toContain(9);
    run(mind, VOICE, 400);
    expect(run(mind, QUIET, 3000).filter((sample) => sample === 9)).toHaveLength(3);
  });

  it('hangs up when it has said everything and the assistant finishes once more', () => {
    const mind = new SubscriberMind(script([]));
    run(mind, VOICE, 400);
    const after = run(mind, QUIET, 3000);
    expect(after.indexOf('hangs up')).toBe(1400 / 20 - 1);
  });

  it('hangs up in the middle of a line', () => {
    const mind = new SubscriberMind(script([{ do: 'hangUpMidLine', pcm: line(10, 7), share: 0.5 }]));
    run(mind, VOICE, 400);
    const spoken = run(mind, QUIET, 1200);
    expect(spoken.slice(0, spoken.indexOf('hangs up')).filter((sample) => sample === 7)).toHaveLength(4);
  });

  it('gives a dead line half a minute', () => {
    const mind = new SubscriberMind(script([{ do: 'say', pcm: line(5, 7) }]));
    const silence = run(mind, QUIET, 31_000);
    expect(silence.indexOf('hangs up')).toBeGreaterThan(29_000 / 20);
    expect(silence).toContain('hangs up');
  });
});
