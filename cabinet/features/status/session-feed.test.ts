import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/api-error.ts';
import { BUSY_DEMO, GOOD_DEMO } from '../../testing/fake-api.ts';
import { FakeSource } from '../../testing/fake-source.ts';
import { SessionFeed, type Answers } from './session-feed.ts';

const NOW = '2026-11-17T16:10:00.000Z';
const RINGING = { type: 'line.ringing', at: NOW };
const ANSWERED = { type: 'line.answered', at: NOW };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const time = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A feed, with its connections, and with the answers its polling gets; the last stays. */
function openFeed(answers: readonly (Answers | ApiError)[]) {
  const sources: FakeSource[] = [];
  const left = [...answers];
  const polls = { count: 0 };
  const feed = new SessionFeed({
    sessionId: 'x',
    load: async () => {
      polls.count += 1;
      const answer = left.length > 1 ? left.shift() : left[0];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing to answer');
      return answer;
    },
    onChange: () => undefined,
    open: (url) => {
      const source = new FakeSource(url);
      sources.push(source);
      return source;
    },
  });
  feed.start();
  return { feed, polls, last: () => sources.at(-1) ?? new FakeSource('') };
}

describe('SessionFeed', () => {
  it('does not poll while there is a stream, nor for one hiccup', async () => {
    const { feed, polls, last } = openFeed(GOOD_DEMO);
    last().say('hello');
    last().say('message', RINGING, '3');
    last().say('error');
    await time(300);
    expect(last().afterSeq).toBe(3);
    last().say('hello');
    last().say('message', ANSWERED, '4');
    await time(20_000);
    expect([feed.view.status, polls.count, feed.trouble]).toEqual(['in_progress', 0, undefined]);
    feed.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('polls while there is none, and goes on from where the stream was', async () => {
    const { feed, polls, last } = openFeed(GOOD_DEMO.slice(1, 2));
    last().say('hello');
    last().say('message', RINGING, '3');
    last().say('error');
    await time(300);
    last().say('error');
    await time(0);
    expect([feed.view.lines.length, polls.count]).toEqual([6, 1]);
    await time(1_000);
    last().say('hello');
    const polled = polls.count;
    last().say('message', ANSWERED, '4');
    expect([feed.view.status, feed.view.lines]).toEqual(['in_progress', []]);
    await time(5_000);
    expect(polls.count).toBe(polled);
    feed.stop();
  });

  it('says that both ways are lost, keeps what it knows, and recovers', async () => {
    const lost = new ApiError('network', 'Нет связи с сервером.');
    const { feed, last } = openFeed([lost]);
    last().say('hello');
    last().say('message', RINGING, '3');
    last().say('error');
    await time(300);
    last().say('error');
    await time(0);
    expect([feed.trouble, feed.view.ringing]).toEqual([lost, true]);
    feed.hurry();
    last().say('hello');
    expect(feed.trouble).toBeUndefined();
    feed.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends by itself: over the stream, over the answers, and where there is no such session', async () => {
    const streamed = openFeed(GOOD_DEMO);
    streamed.last().say('hello');
    streamed.last().say('over');
    expect(streamed.feed.over).toBe(true);
    for (const answers of [GOOD_DEMO, BUSY_DEMO]) {
      const { feed, last } = openFeed(answers);
      last().say('error');
      await time(300);
      last().say('error');
      await time(5_000);
      expect([feed.over, feed.trouble]).toEqual([true, undefined]);
    }
    const gone = openFeed([new ApiError('http', 'Такой демо-сессии нет.', { status: 404 })]);
    gone.last().say('error');
    await time(300);
    gone.last().say('error');
    await time(0);
    expect([gone.feed.trouble?.isGone, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('knows how far the server’s clock is ahead', () => {
    vi.setSystemTime('2026-11-17T16:09:30.000Z');
    const { feed, last } = openFeed(GOOD_DEMO);
    last().say('hello', { now: NOW });
    expect(feed.clockAheadMs).toBe(30_000);
    feed.stop();
  });
});
