import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMsOf } from './ask.ts';
import { DELIVERY_WORDS, DeliveryError, wordsOf, type DeliveryFailure } from './delivery-error.ts';
import { NotYet } from './deliver.ts';
import type { DeliveryBook } from './delivery-book.ts';
import { PATIENCE, type Found, type Outgoing } from './delivery.ts';
import { mortalLife } from '../testing/mortal-life.ts';
import { CALL, deliveryLab, MemoryBook } from './testing/lab.ts';
import { mortalBook } from './testing/mortal-book.ts';

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

/** A process that dies at its `fatal`-th point: before and after each entry and each word with the other side. */
function mortal(book: DeliveryBook, thing: Outgoing, fatal: number) {
  const life = mortalLife(fatal);
  const { around } = life;
  const { lookup } = thing;
  return {
    signal: life.signal,
    book: mortalBook(book, life),
    thing: {
      ...thing,
      send: around(thing.send),
      ...(lookup === undefined ? {} : { lookup: { ...lookup, ask: around(lookup.ask) } }),
    },
  };
}

describe('a delivery whose processes are killed, one after the other, anywhere', () => {
  const deaths = fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 4 });
  const answers = fc.array(fc.constantFrom<DeliveryFailure | 'taken'>('taken', 'later', 'unclear'), {
    maxLength: 3,
  });
  /** What reached the other side, and what an unclear answer hid: every second one had arrived. */
  const world = (script: readonly (DeliveryFailure | 'taken')[]) => {
    const arrived: string[] = [];
    let sends = 0;
    const send: Outgoing['send'] = async (key) => {
      const step = script[sends] ?? 'taken';
      sends += 1;
      if (step === 'taken' || (step === 'unclear' && sends % 2 === 0)) arrived.push(key);
      if (step !== 'taken') throw new DeliveryError(step, 'AWAY');
      return { handle: 'h' };
    };
    return { arrived, send };
  };
  const live = async (thing: Outgoing, fatals: readonly number[]) => {
    const lab = deliveryLab();
    for (const fatal of fatals) {
      const process = mortal(lab.book, thing, fatal);
      await lab
        .make(process.book)
        .deliver(process.thing, process.signal)
        .catch((error: unknown) => {
          if (!(error instanceof NotYet) && !process.signal.aborted) throw error;
        });
    }
    return await lab.finish(thing);
  };

  it('arrives exactly once where the other side can be asked', async () => {
    await fc.assert(
      fc.asyncProperty(answers, deaths, async (script, fatals) => {
        const { arrived, send } = world(script);
        const patience = { ...PATIENCE, tries: 20 };
        const lookup = {
          settleMs: 30_000,
          ask: async (key: string): Promise<Found> =>
            arrived.includes(key) ? { found: 'yes', handle: 'h' } : { found: 'no' },
        };
        const { thing } = outgoing([], { repeatable: false, lookup, patience, send });
        expect(await live(thing, fatals)).toMatchObject({ state: 'accepted' });
        expect(arrived).toHaveLength(1);
      }),
    );
  });

  it('arrives under one key where the other side keeps to it', async () => {
    await fc.assert(
      fc.asyncProperty(answers, deaths, async (script, fatals) => {
        const { arrived, send } = world(script);
        const { thing } = outgoing([], { send, patience: { ...PATIENCE, tries: 20 } });
        expect(await live(thing, fatals)).toMatchObject({ state: 'accepted' });
        expect(new Set(arrived)).toEqual(new Set([`${CALL}:row`]));
      }),
    );
  });

  it('arrives at most once anywhere else, and is not called accepted unless it did', async () => {
    await fc.assert(
      fc.asyncProperty(answers, deaths, async (script, fatals) => {
        const { arrived, send } = world(script);
        const { thing } = outgoing([], { repeatable: false, send, patience: { ...PATIENCE, tries: 20 } });
        const { state } = await live(thing, fatals);
        expect(arrived.length).toBeLessThanOrEqual(1);
        if (state === 'accepted') expect(arrived).toHaveLength(1);
        else expect(state).toBe('unknown');
      }),
    );
  });
});

describe('an acceptance', () => {
  it('is written down although the database falters', async () => {
    const pages = new MemoryBook();
    let failures = 3;
    const book: DeliveryBook = {
      open: (...args) => pages.open(...args),
      begin: (...args) => pages.begin(...args),
      find: (...args) => pages.find(...args),
      settle: async (delivery, change) => {
        if (failures-- > 0) throw new Error('the database is away');
        return await pages.settle(delivery, change);
      },
    };
    const lab = deliveryLab(book);
    const { thing, keys } = outgoing([], { repeatable: false });
    expect(await lab.finish(thing)).toMatchObject({ state: 'accepted' });
    expect(keys).toHaveLength(1);
    expect(lab.time.pauses).toEqual([500, 1_000, 1_500]);
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
