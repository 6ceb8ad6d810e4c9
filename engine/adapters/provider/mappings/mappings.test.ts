import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDER_MAPPINGS, type ProviderConfig } from '../../../contract/provider-config.ts';
import { FAKE_PROVIDER } from '../../../testing/fake-provider.ts';
import { chooseMapping } from './choose-mapping.ts';

const NOW_MS = Date.parse('2025-11-17T16:10:05Z');
const SECRET = FAKE_PROVIDER.eventSecret;
const CALL_ID = 'a7d0c2a2-7a0e-4b8e-9d53-3f8a6c1f0b11';
const ORDER = {
  call_id: CALL_ID,
  phone: '+79161234567',
  audio_url: 'wss://halo.example/telephony/audio/x?token=y',
  events_url: 'https://halo.example/telephony/events',
  ring_timeout_sec: 30,
  language: 'ru',
};

const mapping = (config: Partial<ProviderConfig> = {}) => chooseMapping({ ...FAKE_PROVIDER, ...config });
const body = (text: string) => Buffer.from(text);

describe('the unified JSON of V4.2', () => {
  const read = (text: string, secret = SECRET) =>
    mapping().read({ headers: { 'x-telephony-secret': secret }, body: body(text) }, NOW_MS);
  /** The document's example, byte for byte, with a call's id where it writes `uuid-v4`. */
  const EXAMPLE = `{
  "call_id": "${CALL_ID}",
  "event": "answered", 
  "timestamp": "2025-11-17T16:10:00Z",
  "reason": null
}
`;

  it('is read as the document writes it', () => {
    expect(read(EXAMPLE)).toEqual({ kind: 'event', call: { callId: CALL_ID }, event: 'answered' });
  });

  it.each(['ringing', 'answered', 'hangup', 'busy', 'no_answer', 'error'])('knows %s', (event) => {
    const text = EXAMPLE.replace('"answered"', `"${event}"`).replace('null', '"486 Busy Here"');
    expect(read(text)).toEqual({ kind: 'event', call: { callId: CALL_ID }, event, reason: '486 Busy Here' });
  });

  it.each([
    ['another event', EXAMPLE.replace('answered', 'transferred')],
    ['no call', '{"event":"answered","timestamp":"2025-11-17T16:10:00Z","reason":null}'],
    ['no UUID', EXAMPLE.replace(CALL_ID, 'seven')],
    ['no time', EXAMPLE.replace('2025-11-17T16:10:00Z', 'yesterday')],
    ['a reason that is no text', EXAMPLE.replace('null', '{}')],
    ['a list', '[]'],
    ['nothing', ''],
    ['half of it', EXAMPLE.slice(0, 40)],
  ])('says what is wrong with %s', (_what, text) => {
    expect(read(text).kind).toBe('malformed');
  });

  it('looks at nothing that is forged', () => {
    expect(read(EXAMPLE, 'guess')).toEqual({ kind: 'forged' });
    expect(read('not even JSON', 'guess')).toEqual({ kind: 'forged' });
  });

  it('asks for a call with the key, once', () => {
    expect(mapping().dial(ORDER)).toEqual({
      url: FAKE_PROVIDER.dialUrl,
      headers: {
        authorization: `Bearer ${FAKE_PROVIDER.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': CALL_ID,
      },
      body: JSON.stringify(ORDER),
    });
    expect(mapping().dialled({ provider_call_id: 'p-1' })).toBe('p-1');
    expect([undefined, null, [], { provider_call_id: 7 }].map((one) => mapping().dialled(one))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('Voximplant', () => {
  const subject = mapping({
    mapping: 'voximplant',
    dialUrl: 'https://api.voximplant.com/platform_api/StartScenarios/',
    voximplant: { accountId: '12', ruleId: '34' },
  });

  it('starts a scenario with the order in its custom data', () => {
    const { url, headers, body: form } = subject.dial(ORDER);
    expect(url).toBe('https://api.voximplant.com/platform_api/StartScenarios/');
    expect(headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
    const { script_custom_data: data, ...rest } = Object.fromEntries(new URLSearchParams(form));
    expect(rest).toEqual({ account_id: '12', rule_id: '34', api_key: FAKE_PROVIDER.apiKey });
    expect(JSON.parse(data ?? '')).toEqual(ORDER);
  });

  it('hears a refusal that comes as a success', () => {
    expect(subject.dialled({ result: 1, media_session_access_url: 'https://x.example' })).toBeUndefined();
    expect(() => subject.dialled({ error: { code: 100, msg: 'Authorization failed.' } })).toThrow(
      'Voximplant: 100 Authorization failed.',
    );
  });
});

describe('Zadarma', () => {
  const subject = mapping({ mapping: 'zadarma' });
  const START = {
    event: 'NOTIFY_OUT_START',
    call_start: '2025-11-17 19:10:00',
    pbx_call_id: 'out_1',
    destination: '79161234567',
    internal: '100',
  };
  const END = {
    ...START,
    event: 'NOTIFY_OUT_END',
    duration: '5',
    disposition: 'answered',
    status_code: '16',
  };

  function notify(fields: Record<string, string>, secret = SECRET) {
    const text = `${fields['internal'] ?? ''}${fields['destination'] ?? ''}${fields['call_start'] ?? ''}`;
    const hex = createHmac('sha1', secret).update(text).digest('hex');
    return subject.read(
      {
        headers: { signature: Buffer.from(hex).toString('base64') },
        body: body(new URLSearchParams(fields).toString()),
      },
      NOW_MS,
    );
  }

  it('knows an outgoing call by its number and its own id', () => {
    expect(notify(START)).toEqual({
      kind: 'event',
      call: { providerCallId: 'out_1', phone: '79161234567' },
      event: 'ringing',
    });
  });

  it.each([
    ['answered', 'hangup'],
    ['busy', 'busy'],
    ['no answer', 'no_answer'],
    ['cancel', 'no_answer'],
    ['no money', 'error'],
    ['unallocated number', 'error'],
  ])('ends a call of disposition «%s» with %s', (disposition, event) => {
    expect(notify({ ...END, disposition })).toMatchObject({ kind: 'event', event, reason: disposition });
  });

  it('refuses another signature, and minds no other notifications', () => {
    expect(notify(END, 'another-secret')).toEqual({ kind: 'forged' });
    expect(notify({ ...END, event: 'NOTIFY_RECORD' })).toEqual({ kind: 'beside' });
  });

  it('echoes the check of the address', () => {
    expect(subject.probe({ zd_echo: 'abc' })).toBe('abc');
    expect([{}, { zd_echo: ['a'] }].map((query) => subject.probe(query))).toEqual([undefined, undefined]);
  });
});

describe('Mango Office', () => {
  const KEY = 'the-key-of-the-pbx';
  const subject = mapping({ mapping: 'mango', mangoKey: KEY });
  const CALL = {
    entry_id: 'e-1',
    call_id: 'leg-1',
    timestamp: 1763395800,
    seq: 1,
    call_state: 'Appeared',
    location: 'abonent',
    from: { extension: '101', number: 'sip:user101@vpbx.mangosip.ru' },
    to: { number: '79161234567', line_number: '74951234567' },
    command_id: CALL_ID,
  };

  function notify(call: object, { salt = SECRET, key = KEY } = {}) {
    const json = JSON.stringify(call);
    const sign = createHash('sha256').update(`${key}${json}${salt}`).digest('hex');
    return subject.read(
      { headers: {}, body: body(new URLSearchParams({ vpbx_api_key: key, sign, json }).toString()) },
      NOW_MS,
    );
  }

  it.each([
    ['Appeared', undefined, 'ringing'],
    ['Connected', undefined, 'answered'],
    ['Disconnected', 1110, 'hangup'],
    ['Disconnected', 4201, 'no_answer'],
    ['Disconnected', 2211, 'error'],
    ['Disconnected', 5001, 'error'],
  ])('brings %s (%s) to %s', (state, reason, event) => {
    expect(notify({ ...CALL, call_state: state, disconnect_reason: reason })).toMatchObject({
      kind: 'event',
      call: { callId: CALL_ID, providerCallId: 'e-1', phone: '79161234567' },
      event,
    });
  });

  it('minds neither the employee’s leg nor what is no change', () => {
    expect(notify({ ...CALL, call_state: 'OnHold' })).toEqual({ kind: 'beside' });
    expect(notify({ ...CALL, to: { extension: '101', number: 'sip:user101@vpbx.mangosip.ru' } })).toEqual({
      kind: 'beside',
    });
    expect(notify({ call_state: 'Connected' })).toEqual({ kind: 'beside' });
  });

  it('refuses another salt and another key', () => {
    expect(notify(CALL, { salt: 'another-salt' })).toEqual({ kind: 'forged' });
    expect(notify(CALL, { key: 'another-key' })).toEqual({ kind: 'forged' });
  });
});

describe('every mapping', () => {
  it.each(PROVIDER_MAPPINGS)('survives whatever arrives, and believes none of it: %s', (name) => {
    const subject = mapping({ mapping: name });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.dictionary(
          fc.constantFrom('signature', 'x-telephony-secret', 'x-telephony-signature'),
          fc.string(),
        ),
        (bytes, headers) => {
          expect(['forged', 'beside']).toContain(subject.read({ headers, body: bytes }, NOW_MS).kind);
        },
      ),
    );
  });
});
