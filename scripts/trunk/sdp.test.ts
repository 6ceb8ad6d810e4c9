import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSdp, sdpOffer } from './sdp.ts';

describe('SDP', () => {
  it('offers the codecs in their order and is read back', () => {
    const text = sdpOffer({
      address: '203.0.113.7',
      port: 20_002,
      codecs: ['alaw', 'ulaw', 'g722'],
      sessionId: 1,
    });
    expect(text).toContain('m=audio 20002 RTP/AVP 8 0 9 101\r\n');
    expect(parseSdp(text)).toEqual({
      address: '203.0.113.7',
      port: 20_002,
      protocol: 'RTP/AVP',
      formats: [
        { payloadType: 8, name: 'PCMA/8000' },
        { payloadType: 0, name: 'PCMU/8000' },
        { payloadType: 9, name: 'G722/8000' },
      ],
      direction: 'sendrecv',
    });
  });

  it("takes the audio's own address, and the session's where it has none", () => {
    const session = 'v=0\r\nc=IN IP4 192.0.2.1\r\na=sendonly\r\n';
    const video = 'm=video 4000 RTP/AVP 96\r\nc=IN IP4 192.0.2.9\r\n';
    expect(parseSdp(`${session}${video}m=audio 5000 RTP/AVP 0\r\n`)).toMatchObject({
      address: '192.0.2.1',
      port: 5_000,
      direction: 'sendonly',
    });
    expect(parseSdp(`${session}m=audio 0 RTP/SAVP 18\nc=IN IP4 192.0.2.2/127\na=inactive\n${video}`)).toEqual(
      {
        address: '192.0.2.2',
        port: 0,
        protocol: 'RTP/SAVP',
        formats: [{ payloadType: 18, name: 'G729/8000' }],
        direction: 'inactive',
      },
    );
  });

  it('has no audio in other texts, and never throws', () => {
    expect(parseSdp('')).toBeUndefined();
    expect(parseSdp('m=video 1 RTP/AVP 96')).toBeUndefined();
    expect(parseSdp('m=audio 99999 RTP/AVP 0')).toBeUndefined();
    const line = fc.constantFrom(
      'm=audio 1 RTP/AVP 0',
      'm=',
      'c=IN IP4',
      'a=rtpmap:999 x',
      'a=rtpmap:1',
      'x',
    );
    fc.assert(fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => void parseSdp(lines.join('\n'))));
  });
});
