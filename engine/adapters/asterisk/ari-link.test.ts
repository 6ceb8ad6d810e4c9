import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { AriConnection, AriEvent, AriListener } from './ari.ts';
import { AriLink } from './ari-link.ts';

describe('The link to Asterisk', () => {
  it('survives a listener that throws, and says so', async () => {
    const clock = new VirtualClock();
    const heard: string[] = [];
    const troubles: string[] = [];
    let listener: AriListener | undefined;
    const link = new AriLink({
      clock,
      source: () => Promise.resolve({ url: 'http://127.0.0.1:1', user: 'halo', password: 'x' }),
      connect: (options) => {
        listener = options.listener;
        return Promise.resolve({
          ping: () => Promise.resolve(),
          close: () => undefined,
        } as Partial<AriConnection> as AriConnection);
      },
      application: 'halo-test',
      random: () => 0,
      onUp: () => undefined,
      onDown: () => undefined,
      onEvent: (event) => {
        heard.push(event.type);
        if (event.type === 'StasisEnd') throw new Error('a bug in one call');
      },
      onTrouble: (message) => troubles.push(message),
    });
    await clock.run(0);
    const channel = { id: 'a', state: 'Up', callerNumber: '' };
    const events: AriEvent[] = [
      { type: 'StasisEnd', channel },
      { type: 'ChannelStateChange', channel },
    ];
    for (const event of events) listener?.event(event);
    expect(heard).toEqual(['StasisEnd', 'ChannelStateChange']);
    expect(troubles).toEqual(['handling StasisEnd: a bug in one call']);
    expect(link.state.kind).toBe('up');
    link.close();
  });
});
