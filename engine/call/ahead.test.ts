import { describe, expect, it } from 'vitest';
import { Ahead } from './ahead.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A stream that gives what it is told to, when it is told to. */
function source() {
  const given: string[] = [];
  let wake: () => void = () => undefined;
  let end: { error?: Error } | undefined;
  let stopped = false;
  async function* stream(signal: AbortSignal): AsyncGenerator<string> {
    try {
      for (;;) {
        if (given.length > 0) yield given.shift()!;
        else if (end !== undefined) {
          if (end.error !== undefined) throw end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
          if (signal.aborted) return;
        }
      }
    } finally {
      stopped = true;
    }
  }
  return {
    stream,
    give: async (...items: string[]) => {
      given.push(...items);
      wake();
      await settle();
    },
    end: async (error?: Error) => {
      end = error === undefined ? {} : { error };
      wake();
      await settle();
    },
    stopped: () => stopped,
  };
}

async function read(stream: AsyncIterable<string>, into: string[]): Promise<void> {
  for await (const item of stream) into.push(item);
}

describe('A stream that runs ahead', () => {
  it('keeps what came before its reader, and goes on with him', async () => {
    const { stream, give, end } = source();
    const ahead = new Ahead(stream);
    await give('a', 'b');
    const heard: string[] = [];
    const reading = read(ahead.take(), heard);
    await settle();
    expect(heard).toEqual(['a', 'b']);
    await give('c');
    expect(heard).toEqual(['a', 'b', 'c']);
    await end();
    await reading;
    expect(ahead.isVain).toBe(false);
  });

  it('is vain once it has failed unread, and throws to a reader who has come before', async () => {
    const unread = source();
    const one = new Ahead(unread.stream);
    await unread.give('a');
    expect(one.isVain).toBe(false);
    await unread.end(new Error('broken'));
    expect(one.isVain).toBe(true);

    const { stream, end } = source();
    const reading = expect(read(new Ahead(stream).take(), [])).rejects.toThrow('broken');
    await end(new Error('broken'));
    await reading;
  });

  it('stops the work behind it when it is abandoned, read or not', async () => {
    const unread = source();
    new Ahead(unread.stream).abandon();
    await settle();
    expect(unread.stopped()).toBe(true);

    const { stream, give, stopped } = source();
    const ahead = new Ahead(stream);
    const heard: string[] = [];
    const reading = read(ahead.take(), heard);
    await give('a');
    ahead.abandon();
    await reading;
    await settle();
    expect(stopped()).toBe(true);
    expect(heard).toEqual(['a']);
  });
});
