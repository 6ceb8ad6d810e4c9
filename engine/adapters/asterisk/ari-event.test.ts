import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAriEvent } from './ari-event.ts';

const channel = { id: 'halo-1.x.t1', state: 'Up', caller: { name: '', number: '+79161234567' } };
const told = { id: 'halo-1.x.t1', state: 'Up', callerNumber: '+79161234567' };

describe('Events as Asterisk sends them', () => {
  it.each([
    [
      { type: 'StasisStart', channel, args: ['incoming', '7495'] },
      { channel: told, args: ['incoming', '7495'] },
    ],
    [{ type: 'StasisEnd', channel }, { channel: told }],
    [{ type: 'ChannelStateChange', channel }, { channel: told }],
    [
      { type: 'ChannelDtmfReceived', channel, digit: '#', duration_ms: 90 },
      { channel: told, digit: '#' },
    ],
    [
      { type: 'Dial', peer: channel, dialstatus: 'RINGING' },
      { channel: told, dialstatus: 'RINGING' },
    ],
    [
      { type: 'ChannelDestroyed', channel, cause: 17, tech_cause: 486 },
      { channel: told, cause: 17, techCause: 486 },
    ],
    [
      { type: 'ChannelDestroyed', channel, cause: 16 },
      { channel: told, cause: 16 },
    ],
  ])('%j', (event, meaning) => {
    expect(readAriEvent(JSON.stringify(event))).toEqual({ type: event.type, ...meaning });
  });

  it('reads what another HALO asks', () => {
    const event = {
      type: 'ChannelUserevent',
      eventname: 'Who',
      userevent: { eventname: 'Who', from: 'halo-2' },
    };
    expect(readAriEvent(JSON.stringify(event))).toEqual({
      type: 'UserEvent',
      name: 'Who',
      fields: { from: 'halo-2' },
    });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"type":"ChannelFromTheFuture"}',
    '{"type":"StasisStart"}',
    '{"type":"Dial"}',
  ])('passes by what it does not know: %s', (text) => {
    expect(readAriEvent(text)).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('StasisStart', 'ChannelDestroyed', 'Dial', 'ChannelUserevent', 'x'),
        fc.json(),
        fc.json(),
        (type, one, other) => {
          readAriEvent(
            `{"type":"${type}","channel":${one},"peer":${one},"args":${other},"userevent":${other}}`,
          );
        },
      ),
    );
  });
});
