import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMsOf } from './ask.ts';
import { DELIVERY_WORDS, DeliveryError, wordsOf, type DeliveryFailure } from './delivery-error.ts';
import type { Found, Outgoing } from './delivery.ts';
import { CALL, deliveryLab, MemoryBook } from './testing/lab.ts';

/** A thing to send that goes as `script` says; then it is taken. */
function outgoing(script: readonly (DeliveryError | 'taken')[], over: Partial<Outgoing> = {}) {
  const keys: string[] = [];
  const send: Outgoing['send'] = async (key) => {
    keys.push(key);
    const step = script[keys.length - 1] ?? 'taken';
    if (step !== 'taken') throw step;
    return { handle: 'theirs' };
  };
  const thing: Outgoing = {
    callId: CALL,
    channel: 'sheet',
    purpose: 'row',
    title: 'Строка',
    gateway: 'google',
    repeatable: true,
    send,
    ...over,
  };
  return { thing, keys };
}

const away = new DeliveryError('later', 'AWAY');
const unclear = new DeliveryError('unclear', 'SERVER', { number: 502 });
const asked = (...answers: (Found | DeliveryError)[]) => ({
  settleMs: 30_000,
  ask: async (): Promise<Found> => {
    const answer = answers.shift() ?? { found: 'unsure' };
    if (answer instanceof DeliveryError) throw answer;
    return answer;
  },
});

describe('a delivery', () => {
  it('is handed over once, however often it is asked for', async () => {
    const { finish, book } = deliveryLab();
    const { thing, keys } = outgoing([]);
    for (let i = 0; i < 3; i += 1)
      expect(await finish(thing)).toMatchObject({ state: 'accepted', handle: 'theirs', attempts: 1 });
    expect(keys).toEqual([`${CALL}:row`]);
    expect(await book.find(thing)).toMatchObject({ state: 'accepted', gateway: 'google' });
  });

  it('that is repeatable is tried again with the same key and growing pauses, and then given up as unknown', async () => {
    const book = new MemoryBook();
    const { finish, time } = deliveryLab(book);
    const { thing, keys } = outgoing(Array.from({ length: 9 }, () => unclear));
    expect(await finish(thing)).toMatchObject({ state: 'unknown', attempts: 5, lastError: 'SERVER 502' });
    expect(new Set(keys)).toEqual(new Set([`${CALL}:row`]));
    expect(keys).toHaveLength(5);
    expect(time.pauses.map((ms) => Math.round(Math.log2(ms / 1_000)))).toEqual([1, 2, 3, 4]);
    expect(book.told.map(({ state }) => state)).toEqual([
      'pending',
      'pending',
      'pending',
      'pending',
      'unknown',
    ]);
  });

  it('that certainly did not go out fails in the end, and says so', async () => {
    const book = new MemoryBook();
    const { finish } = deliveryLab(book);
    const { thing } = outgoing(
      Array.from({ length: 9 }, () => away),
      { repeatable: false },
    );
    expect(await finish(thing)).toMatchObject({ state: 'failed', attempts: 5 });
    expect(book.told.at(-1)?.detail).toBe('Строка: не отправлено: нет соединения');
  });

  it('does not wait longer than it has patience, nor shorter than it is told', async () => {
    const { finish, time } = deliveryLab();
    const wait = new DeliveryError('later', 'BUSY', { retryAfterMs: 600_000 });
    expect(await finish(outgoing([wait]).thing)).toMatchObject({ state: 'accepted', attempts: 2 });
    expect(time.pauses).toEqual([600_000]);
    const tooLong = new DeliveryError('later', 'BUSY', { retryAfterMs: 3_600_000 });
    expect(await deliveryLab().finish(outgoing([tooLong]).thing)).toMatchObject({ state: 'failed' });
  });

  it('that can be asked for is asked for, after a while, and repeated only if it is certain', async () => {
    const sentThenFound = outgoing([unclear], {
      repeatable: false,
      lookup: asked({ found: 'yes', handle: 'found' }),
    });
    const lab = deliveryLab();
    expect(await lab.finish(sentThenFound.thing)).toMatchObject({ state: 'accepted', handle: 'found' });
    expect(lab.time.pauses).toEqual([30_000]);
    expect(sentThenFound.keys).toHaveLength(1);

    const absent = outgoing([unclear], { repeatable: false, lookup: asked({ found: 'no' }) });
    expect(await deliveryLab().finish(absent.thing)).toMatchObject({ state: 'accepted', handle: 'theirs' });
    expect(absent.keys).toHaveLength(2);

    const unsure = outgoing([unclear], { repeatable: false, lookup: asked({ found: 'unsure' }) });
    expect(await deliveryLab().finish(unsure.thing)).toMatchObject({ state: 'unknown' });
    expect(unsure.keys).toHaveLength(1);

    const mute = outgoing([unclear], {
      repeatable: false,
      lookup: asked(...Array.from({ length: 9 }, () => unclear)),
    });
    expect(await deliveryLab().finish(mute.thing)).toMatchObject({ state: 'unknown' });
    expect(mute.keys).toHaveLength(1);
  });

  it('whose process is being stopped stays as after a crash', async () => {
    const stop = new AbortController();
    const { deliveries, book } = deliveryLab();
    const { thing } = outgoing([], {
      repeatable: false,
      send: async () => {
        stop.abort(new Error('stopping'));
        throw new DeliveryError('unclear', 'BROKEN');
      },
    });
    await expect(deliveries.deliver(thing, stop.signal)).rejects.toThrow('stopping');
    expect(await book.find(thing)).toMatchObject({ state: 'sending' });
  });

  it('whose adapter fails unforeseen counts as unclear', async () => {
    const { finish } = deliveryLab();
    const { thing } = outgoing([], {
      repeatable: false,
      send: async () => {
        throw new TypeError('a bug');
      },
    });
    expect(await finish(thing)).toMatchObject({ state: 'unknown', lastError: 'BROKEN' });
  });

  it('through an other side that cannot be asked is never handed over again once it may have left', async () => {
    const failure = fc.constantFrom<DeliveryFailure>('refused', 'later', 'unclear');
    await fc.assert(
      fc.asyncProperty(fc.array(failure, { maxLength: 8 }), async (kinds) => {
        const { finish } = deliveryLab();
        const { thing, keys } = outgoing(
          kinds.map((kind) => new DeliveryError(kind, 'AWAY')),
          { repeatable: false },
        );
        const { state } = await finish(thing);
        const certain = kinds.findIndex((kind) => kind !== 'later');
        const tries = certain === -1 ? kinds.length + 1 : certain + 1;
        expect(keys).toHaveLength(Math.min(tries, 5));
        if (kinds[keys.length - 1] === 'unclear') expect(state).toBe('unknown');
      }),
    );
  });
});

describe('the words of errors', () => {
  it('are there for every code, with the other side’s number', () => {
    for (const [code, words] of Object.entries(DELIVERY_WORDS)) expect(wordsOf(code)).toBe(words);
    expect(wordsOf('REFUSED 8')).toBe('в приёме отказано (код 8)');
    expect(wordsOf('OLD_CODE')).toBe('OLD_CODE');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-28T17:00:00Z');
  it.each([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sat, 28 Nov 2026 17:00:30 GMT', 30_000],
    ['Sat, 28 Nov 2026 16:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s ms', (header, ms) => {
    expect(retryAfterMsOf(header, now)).toBe(ms);
  });
});
