import { expect, test } from 'vitest';
import type { CallEventDraft } from '../../../engine/contract/call-event.ts';
import type { CallId } from '../../../engine/contract/ids.ts';
import type { Store } from '../store.ts';
import { HELD_CALL, ORDER, UNANSWERED_CALL } from './test-persistence.ts';

export interface WatchedStore {
  readonly store: Pick<Store, 'createCall' | 'call' | 'watchedCalls' | 'liveMark'>;
  /** These happen next in the call. */
  readonly happen: (callId: CallId, drafts: readonly CallEventDraft[]) => Promise<void>;
}

/** What ops look at, of every store alike; `open` gives one without calls. */
export function watchedCallsContract(open: () => WatchedStore): void {
  test('watchedCalls: all that have not ended, then the last that have; new ones first', async () => {
    const { store, happen } = open();
    expect(await store.watchedCalls(5)).toEqual([]);
    const ids: CallId[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await store.createCall(ORDER));
    const [held, talking, first, second, third, queued] = ids as [
      CallId,
      CallId,
      CallId,
      CallId,
      CallId,
      CallId,
    ];
    await happen(talking, HELD_CALL.slice(0, 5));
    // In another order than they began.
    for (const callId of [second, third, first]) await happen(callId, UNANSWERED_CALL);
    await happen(held, HELD_CALL);

    const watched = await store.watchedCalls(2);
    expect(watched.map(({ callId }) => callId)).toEqual([queued, talking, third, second]);
    expect(watched.map(({ status }) => status)).toEqual(['created', 'in_progress', 'no_answer', 'no_answer']);
    for (const view of watched) expect(view).toEqual(await store.call(view.callId));
    const all = await store.watchedCalls(30);
    expect(all.map(({ callId }) => callId)).toEqual([queued, talking, third, second, first, held]);
    expect((await store.watchedCalls(0)).map(({ callId }) => callId)).toEqual([queued, talking]);
  });

  test('liveMark: another word for all that happens in a live call, the same while nothing does', async () => {
    const { store, happen } = open();
    const marks: string[] = [];
    const note = async (): Promise<void> => {
      const mark = await store.liveMark();
      expect(await store.liveMark()).toBe(mark);
      marks.push(mark);
    };
    await note();
    const [first, second] = [await store.createCall(ORDER), await store.createCall(ORDER)];
    await note();
    await happen(second, HELD_CALL.slice(0, 5));
    await note();
    await happen(first, UNANSWERED_CALL);
    await note();
    await store.createCall(ORDER);
    await note();
    marks.slice(1).forEach((mark, at) => expect(mark, `step ${at + 1}`).not.toBe(marks[at]));
  });
}
