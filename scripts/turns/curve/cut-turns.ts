import type { LabelledPrompt } from '../labelled.ts';
import { deciderName, PRODUCT } from './deciders.ts';
import type { CutTurn } from './html.ts';
import { soundOf, spokenIn, type Condition } from './measure.ts';
import type { Outcome } from './outcome.ts';

const LISTED = [deciderName(PRODUCT), 'silence 600', 'silence 300'];
/** Who of them is worth the page's weight in sound. */
const HEARD = LISTED.slice(0, 2);

/** The turns of one condition that the product cut off, or plain silence of 600 or 300 ms did; the product's come first. */
export function cutTurns(
  prompts: readonly LabelledPrompt[],
  condition: Condition,
  outcomes: ReadonlyMap<string, readonly Outcome[]>,
): readonly CutTurn[] {
  const byKey = LISTED.map(
    (decider) =>
      [decider, new Map((outcomes.get(decider) ?? []).map((one) => [one.key, one.cutOffs]))] as const,
  );
  const rank = ({ cuts }: CutTurn): number => LISTED.indexOf(cuts[0]!.decider);
  return prompts
    .flatMap((recorded): readonly CutTurn[] => {
      const cuts = byKey.flatMap(([decider, all]) =>
        (all.get(recorded.key) ?? []).map((cutOff) => ({ decider, cutOff })),
      );
      if (cuts.length === 0) return [];
      const prompt = spokenIn(recorded, condition);
      const endMs = prompt.spans.at(-1)![1];
      const heard = cuts.some(({ decider }) => HEARD.includes(decider));
      return [{ key: prompt.key, cuts, endMs, ...(heard ? soundOf(prompt, condition, 1) : {}) }];
    })
    .toSorted((a, b) => rank(a) - rank(b));
}
