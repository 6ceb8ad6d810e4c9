import { describe, expect, it } from 'vitest';
import { SoundConnection } from './sound-connection.ts';

const FRAME = new Uint8Array(160).fill(7);

function connection() {
  const sent: (Uint8Array | string)[] = [];
  const closed: number[] = [];
  const wire = { backlog: 0 };
  const peer = {
    send: (message: Uint8Array | string) => void sent.push(message),
    backlogBytes: () => wire.backlog,
    close: (code: number) => void closed.push(code),
  };
  return { wire, sent, closed, subject: new SoundConnection(peer, { call_id: 'one' }) };
}

describe('a sound connection', () => {
  it('says what it is, then frames as bytes', () => {
    const { sent, subject } = connection();
    subject.send(FRAME);
    expect(sent).toEqual(['{"type":"start","call_id":"one"}', FRAME]);
  });

  it('leaves frames out while the provider does not read, and gives him up after ten seconds', () => {
    const { wire, sent, closed, subject } = connection();
    wire.backlog = 20_000;
    for (let n = 0; n < 499; n++) subject.send(FRAME);
    expect([sent.length, subject.skipped, closed]).toEqual([1, 499, []]);
    wire.backlog = 0;
    subject.send(FRAME);
    expect(sent.at(-1)).toBe(FRAME);
    wire.backlog = 20_000;
    for (let n = 0; n < 1_000; n++) subject.send(FRAME);
    expect(closed).toEqual([4008]);
  });

  it('reads signs, and makes nothing of nonsense', () => {
    const { subject } = connection();
    expect(subject.read('{"type":"hangup"}')).toEqual({ type: 'hangup' });
    expect(subject.read('{"type":"dtmf","digit":"#"}')).toEqual({ type: 'dtmf', digit: '#' });
    for (const text of ['', '[]', 'null', '7', '{"type":"dtmf","digit":7}', '{"event":"media"}', '{'])
      expect(subject.read(text), text).toBeUndefined();
  });

  it('speaks Voximplant’s stream with whoever begins it', () => {
    const { sent, subject } = connection();
    const start = {
      event: 'start',
      sequenceNumber: 0,
      start: { mediaFormat: { encoding: 'ULAW', sampleRate: 8000 } },
    };
    expect(subject.read(JSON.stringify(start))).toBeUndefined();
    const media = { event: 'media', sequenceNumber: 1, media: { chunk: 0, timestamp: 0, payload: 'AAEC' } };
    expect(subject.read(JSON.stringify(media))).toEqual({ type: 'sound', bytes: Buffer.from([0, 1, 2]) });
    expect(subject.read('{"event":"media","media":null}')).toBeUndefined();
    expect(subject.read('{"event":"stop"}')).toBeUndefined();
    expect(subject.read('{"type":"hangup"}')).toEqual({ type: 'hangup' });

    subject.send(FRAME);
    subject.send(FRAME);
    const messages = sent.slice(1).map((text) => JSON.parse(String(text)) as Record<string, unknown>);
    expect(messages.map(({ event, sequenceNumber }) => [event, sequenceNumber])).toEqual([
      ['start', 0],
      ['media', 1],
      ['media', 2],
    ]);
    expect(messages[2]).toEqual({
      event: 'media',
      sequenceNumber: 2,
      media: { chunk: 1, timestamp: 160, payload: Buffer.from(FRAME).toString('base64') },
    });
  });
});
