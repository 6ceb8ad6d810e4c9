import { describe, expect, it } from 'vitest';
import { SearchPlan } from './echo-search-plan.ts';

describe('SearchPlan', () => {
  it.each([
    { active: true, most: 60 + Math.ceil(2940 / 8) },
    { active: false, most: 60 + Math.ceil(2820 / 20) },
  ])('searches at most $most times in a minute without echo (sound heard: $active)', ({ active, most }) => {
    const plan = new SearchPlan();
    let searches = 0;
    for (let frame = 0; frame < 3000; frame++) if (plan.next(active)) searches++;
    expect(searches).toBeGreaterThan(60);
    expect(searches).toBeLessThanOrEqual(most);
  });

  it('holds the first 60 ms of a sound, in the first 1.5 s of what is sent', () => {
    const plan = new SearchPlan();
    const held = () => {
      plan.next(true);
      plan.soundSent();
      return plan.held;
    };
    expect([held(), held(), held(), held()]).toEqual([true, true, true, false]);
    for (let frame = 0; frame < 11; frame++) plan.next(false);
    expect(plan.held).toBe(false);
    expect(held()).toBe(true);
    for (let frame = 0; frame < 75; frame++) plan.soundSent();
    for (let frame = 0; frame < 11; frame++) plan.next(false);
    expect(held()).toBe(false);
  });
});
