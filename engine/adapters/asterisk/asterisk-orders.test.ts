import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, APPLICATION, asteriskLab, closed, TWO_TRUNKS } from '../../testing/asterisk-lab.ts';
import type { Fate, FakePerson } from '../../testing/fake-ari.ts';

const fates = fc.dictionary(
  fc.integer({ min: 5, max: 25 }).map(String),
  fc.constantFrom<Fate>('done', 'unanswered', { status: 404 }, { status: 422 }, { status: 500 }),
  { maxKeys: 3 },
);
const deeds = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 200 }),
    deed: fc.constantFrom('ring', 'progress', 'answer', 'press', 'busy', 'broken', 'bye'),
  }),
  { maxLength: 6 },
);

describe('Whatever the order of things', () => {
  it('the end is told once and last, and nothing is left on Asterisk nor here', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.infiniteStream(fc.integer({ min: 0, max: 30 })),
          fates,
          deeds,
          hangUpAtMs: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
          blinkAtMs: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
          doubled: fc.boolean(),
          incoming: fc.boolean(),
        }),
        async ({ seed, fates: ends, deeds: does, hangUpAtMs, blinkAtMs, doubled, incoming }) => {
          const all = await asteriskLab({ trunks: TWO_TRUNKS, inbound: false }, () =>
            Number(seed.next().value),
          );
          const { clock, asterisk, telephony, dial } = all;
          await clock.run(2_000);
          asterisk.doubled = doubled;
          let asked = 0;
          asterisk.fate = (operation) =>
            operation === 'ping' ? 'done' : (ends[String(5 + (asked += 1))] ?? 'done');
          const behave = (person: FakePerson) => {
            for (const { atMs, deed } of does) after(clock, atMs, () => act(person, deed));
          };
          asterisk.onDial = behave;
          telephony.onIncoming(() => undefined);
          if (incoming) {
            asterisk.call(APPLICATION, '1.1', '', '7495');
            await clock.run(100);
            behave(asterisk.person('1.1'));
          }
          const { line, types } = dial({ ringTimeoutMs: 15_000, ...(incoming ? { incoming: '1.1' } : {}) });
          if (hangUpAtMs !== undefined) after(clock, hangUpAtMs, () => line.hangup());
          if (blinkAtMs !== undefined) after(clock, blinkAtMs, () => asterisk.blink());
          await clock.run(40_000);
          line.hangup();
          await clock.run(100_000);
          expect(types().filter((type) => type === 'ended')).toHaveLength(1);
          expect(types().at(-1)).toBe('ended');
          expect(types().filter((type) => type === 'answered').length).toBeLessThanOrEqual(1);
          expect(all.held()).toEqual([]);
          await closed(clock, telephony);
          expect(clock.nextDueMs()).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });
});

function act(person: FakePerson, deed: string): void {
  switch (deed) {
    case 'ring':
      return person.ring();
    case 'progress':
      return person.progress();
    case 'answer':
      return person.answer();
    case 'press':
      return person.press('1');
    case 'busy':
      return person.end(17, 486);
    case 'broken':
      return person.end(34, 503);
    default:
      return person.end(16);
  }
}
