import { describe, expect, it } from 'vitest';
import type { InteractionList } from '../../api/types.ts';
import { fakePage, manyItems } from '../../testing/fake-list.ts';
import { NO_FILTERS } from './item-filters.ts';
import { ItemsFeed } from './items-feed.ts';

const items = manyItems(500);

/** A feed whose every request waits to be answered; the host counts its updates. */
function openFeed() {
  const asked: { query: URLSearchParams; signal: AbortSignal; answer(): void; fail(): void }[] = [];
  const host = {
    addController: () => {},
    removeController: () => {},
    requestUpdate: () => {},
    updateComplete: Promise.resolve(true),
  };
  const feed = new ItemsFeed(
    host,
    (text, signal) =>
      new Promise<InteractionList>((resolve, reject) => {
        const query = new URLSearchParams(text);
        asked.push({
          query,
          signal,
          answer: () => resolve(fakePage(items, query)),
          fail: () => reject(new Error('нет связи')),
        });
      }),
    () => 0,
  );
  const last = () => {
    const request = asked.at(-1);
    if (request === undefined) throw new Error('nothing was asked');
    return request;
  };
  return { feed, asked, last };
}

describe('the lines of the table', () => {
  it('come page by page, each once, until there are no more', async () => {
    const { feed, asked, last } = openFeed();
    let step = feed.show(NO_FILTERS);
    expect([feed.stale, feed.loading]).toEqual([true, true]);
    last().answer();
    await step;
    expect([feed.items.length, feed.total, feed.complete]).toEqual([50, 500, false]);
    while (!feed.complete) {
      step = feed.more();
      void feed.more();
      last().answer();
      await step;
    }
    expect(feed.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(asked).toHaveLength(4);
    await feed.more();
    expect(asked).toHaveLength(4);
  });

  it('stay while others are on their way, and what comes too late is dropped', async () => {
    const { feed, asked, last } = openFeed();
    const first = feed.show(NO_FILTERS);
    last().answer();
    await first;
    const slow = feed.show({ ...NO_FILTERS, type: 'chat' });
    const [, slowRequest] = asked;
    expect([feed.stale, feed.items.length]).toEqual([true, 50]);
    const quick = feed.show({ ...NO_FILTERS, type: 'call' });
    expect(slowRequest?.signal.aborted).toBe(true);
    last().answer();
    slowRequest?.answer();
    await Promise.all([slow, quick]);
    expect(feed.items.every(({ type }) => type === 'call')).toBe(true);
    expect(feed.stale).toBe(false);
  });

  it('are kept when the next page fails, and asked for again only when told so', async () => {
    const { feed, asked, last } = openFeed();
    const first = feed.show(NO_FILTERS);
    last().answer();
    await first;
    const failing = feed.more();
    last().fail();
    await failing;
    expect([feed.error?.message, feed.items.length, feed.loading]).toEqual(['нет связи', 50, false]);
    await feed.more();
    expect(asked).toHaveLength(2);
    const again = feed.retry();
    last().answer();
    await again;
    expect([feed.error, feed.items.length]).toEqual([undefined, 250]);
  });
});
