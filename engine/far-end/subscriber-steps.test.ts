import { describe, expect, it } from 'vitest';
import type { StepTime } from '../contract/call-plan.ts';
import { SubscriberMind, type SubscriberStep } from './subscriber-mind.ts';

const QUIET = new Int16Array(160);
const VOICE = new Int16Array(160).fill(3000);
const say = (level: number, when?: StepTime): SubscriberStep => ({
  do: 'say',
  pcm: new Int16Array(5 * 160).fill(level),
  ...(when !== undefined && { when }),
});
const mindOf = (...steps: SubscriberStep[]) =>
  new SubscriberMind({ steps, reactionMs: 100, patienceMs: 500 });

/** What he does, frame by frame: a level, a key, a hang-up. */
function run(mind: SubscriberMind, heard: Int16Array, ms: number) {
  return Array.from({ length: ms / 20 }, () => mind.beat(heard)).map((frame) => {
    if ('hangUp' in frame) return 'hangs up';
    return frame.press ?? frame.speak[0] ?? 0;
  });
}
/** When something begins, ms. */
const first = (frames: readonly unknown[], what: unknown) => frames.indexOf(what) * 20;

describe('Steps of a subscriber', () => {
  it('over: in the midst of the assistant’s words, counted from their first', () => {
    const mind = mindOf(say(7, { on: 'over', ms: 1000 }));
    expect(new Set(run(mind, QUIET, 2000))).toEqual(new Set([0]));
    expect(first(run(mind, VOICE, 2000), 7)).toBe(1000);
  });

  it('over again: counted from the first word after his own last', () => {
    const mind = mindOf(say(7, { on: 'over', ms: 200 }), say(9, { on: 'over', ms: 400 }));
    run(mind, VOICE, 400);
    expect(run(mind, QUIET, 1000)).not.toContain(9);
    expect(Math.abs(first(run(mind, VOICE, 1000), 9) - 400)).toBeLessThanOrEqual(20);
  });

  it('at: whatever is heard', () => {
    expect(first(run(mindOf(say(7, { on: 'at', ms: 500 })), VOICE, 1000), 7)).toBe(480);
    expect(first(run(mindOf(say(7, { on: 'at', ms: 500 })), QUIET, 1000), 7)).toBe(480);
  });

  it('after: from the end of the step before', () => {
    const mind = mindOf(say(7, { on: 'at', ms: 0 }), say(9, { on: 'after', ms: 300 }));
    const frames = run(mind, QUIET, 1000);
    expect(first(frames, 9) - frames.lastIndexOf(7) * 20).toBe(300);
  });

  it('a pause after the assistant’s end: silent for so long, then on', () => {
    const mind = mindOf({ do: 'pause', ms: 2000 }, say(7));
    run(mind, VOICE, 400);
    const atMs = first(run(mind, QUIET, 5000), 7);
    expect(Math.abs(atMs - (900 + 100 + 2000))).toBeLessThanOrEqual(40);
  });

  it('keys: one after another', () => {
    const frames = run(mindOf({ do: 'press', digits: '1#', when: { on: 'at', ms: 0 } }), QUIET, 1000);
    expect(frames.filter((frame) => typeof frame === 'string')).toEqual(['1', '#']);
    expect(first(frames, '#') - first(frames, '1')).toBe(240);
  });

  it('hangs up when it was told to', () => {
    expect(first(run(mindOf({ do: 'hangUp', when: { on: 'over', ms: 300 } }), VOICE, 1000), 'hangs up')).toBe(
      300,
    );
  });
});
