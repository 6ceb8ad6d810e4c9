import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDER_EVENTS } from '../../contract/provider.ts';
import { endOf, foldEvent, NOTHING_HEARD, type EventFold } from './event-fold.ts';

const heard = fc.tuple(fc.constantFrom(...PROVIDER_EVENTS), fc.constantFrom('', 'a', 'b'));
type Heard = typeof heard extends fc.Arbitrary<infer T> ? T : never;
const fold = (events: readonly Heard[]): EventFold =>
  events.reduce((soFar, [event, reason]) => foldEvent(soFar, event, reason), NOTHING_HEARD);

describe('everything that was heard of a call', () => {
  it('depends neither on order nor on repetition', () => {
    fc.assert(
      fc.property(fc.array(heard), fc.array(heard), (one, other) => {
        const forth = fold([...one, ...other]);
        expect(fold([...other, ...one])).toEqual(forth);
        expect(fold([...one, ...other, ...one])).toEqual(forth);
        expect(endOf(fold([...other, ...one]))).toEqual(endOf(forth));
      }),
    );
  });

  it('is the same object when nothing is new', () => {
    const known = fold([
      ['answered', ''],
      ['hangup', 'b'],
    ]);
    expect(foldEvent(known, 'answered')).toBe(known);
    expect(foldEvent(known, 'hangup', 'a')).toBe(known);
  });

  it.each([
    [[['ringing', '']], undefined],
    [
      [
        ['ringing', ''],
        ['busy', '486'],
        ['hangup', ''],
      ],
      { outcome: 'busy', reason: 'абонент занят', cause: '486' },
    ],
    [
      [
        ['ringing', ''],
        ['no_answer', ''],
      ],
      { outcome: 'no_answer', reason: 'абонент не ответил' },
    ],
    [[['hangup', '']], { outcome: 'no_answer', reason: 'вызов завершился до ответа' }],
    [[['error', 'no money']], { outcome: 'error', reason: 'провайдер не смог позвонить', cause: 'no money' }],
    [
      [
        ['hangup', ''],
        ['answered', ''],
      ],
      { outcome: 'hangup_far', reason: 'абонент повесил трубку' },
    ],
  ] as const)('ends %j as %j', (events, end) => {
    expect(endOf(fold(events as unknown as Heard[]))).toEqual(end);
  });
});
