import { describe, expect, it } from 'vitest';
import { EchoLagSearch, HEARD_SAMPLES, SENT_SAMPLES } from './echo-lag.ts';
import { LagVote } from './echo-lag-vote.ts';

let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
const noise = (length: number) => Float64Array.from({ length }, () => 1000 * random());

describe('EchoLagSearch', () => {
  it.each([0, 1, 160, 1777, 4800])('finds a delay of %i samples', (lag) => {
    const sent = noise(SENT_SAMPLES);
    const heard = Float64Array.from(
      { length: HEARD_SAMPLES },
      (_, i) => -0.1 * sent[SENT_SAMPLES - HEARD_SAMPLES - lag + i]! + 30 * random(),
    );
    const found = new EchoLagSearch().find(sent, heard);
    expect(found?.lagSamples).toBe(lag);
    expect(found?.likeness).toBeGreaterThan(0.7);
  });

  it('finds little likeness between sounds that have nothing to do with each other', () => {
    for (let i = 0; i < 10; i++)
      expect(new EchoLagSearch().find(noise(SENT_SAMPLES), noise(HEARD_SAMPLES))?.likeness).toBeLessThan(0.2);
  });

  it('finds nothing in silence', () => {
    const search = new EchoLagSearch();
    expect(search.find(new Float64Array(SENT_SAMPLES), noise(HEARD_SAMPLES))).toBeUndefined();
    expect(search.find(noise(SENT_SAMPLES), new Float64Array(HEARD_SAMPLES))).toBeUndefined();
  });
});

describe('LagVote', () => {
  it('takes one sure find, two likely ones that agree, or three weak ones over a while', () => {
    const find = (lagSamples: number, likeness: number) => ({ lagSamples, likeness });
    expect(new LagVote().add(find(800, 0.5), 0)).toBe(800);

    const likely = new LagVote();
    expect(likely.add(find(800, 0.3), 0)).toBeUndefined();
    expect(likely.add(find(900, 0.3), 160)).toBeUndefined();
    expect(likely.add(find(802, 0.3), 320)).toBe(802);

    const weak = new LagVote();
    expect(weak.add(find(800, 0.16), 0)).toBeUndefined();
    expect(weak.add(find(800, 0.16), 160)).toBeUndefined();
    expect(weak.add(find(800, 0.16), 320)).toBeUndefined();
    expect(weak.add(find(800, 0.16), 1600)).toBe(800);
  });

  it('forgets', () => {
    const vote = new LagVote();
    vote.add({ lagSamples: 800, likeness: 0.3 }, 0);
    expect(vote.add({ lagSamples: 800, likeness: 0.3 }, 8 * 8001)).toBeUndefined();
  });
});
