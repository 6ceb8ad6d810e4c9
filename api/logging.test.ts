import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../engine/contract/errors.ts';
import { errorFields } from './log.ts';
import { createLogger, maskPhone, maskPhones } from './logging.ts';

function logged(
  logPii: boolean,
  write: (log: ReturnType<typeof createLogger>) => void,
): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger({ level: 'info', logPii, destination: { write: (line) => void lines.push(line) } }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('the log', () => {
  it('masks what is personal, and only that', () => {
    const line = logged(false, (log) =>
      log.info(
        { callId: 'abc', turn: 0, 'pii.phone': '+79161234567', 'pii.text': 'Да, здравствуйте' },
        'turn transcribed',
      ),
    );
    expect(line).toMatchObject({
      level: 'info',
      msg: 'turn transcribed',
      call_id: 'abc',
      turn: 0,
      'pii.phone': '+7 *** ***-45-67',
      'pii.text': '[masked, 16 chars]',
    });
    expect(line).not.toHaveProperty('callId');
  });

  it('masks what a child logger carries, and what is no text', () => {
    const line = logged(false, (log) =>
      log
        .child({ callId: 'abc' })
        .child({ 'pii.phone': '+79161234567' }, { level: 'info' })
        .info({ 'pii.turns': ['слова'] }, 'x'),
    );
    expect(line).toMatchObject({ call_id: 'abc', 'pii.phone': '+7 *** ***-45-67', 'pii.turns': '[masked]' });
  });

  it('writes everything when asked to', () => {
    const line = logged(true, (log) => log.info({ 'pii.phone': '+79161234567', 'pii.text': 'Да' }, 'x'));
    expect(line).toMatchObject({ 'pii.phone': '+79161234567', 'pii.text': 'Да' });
  });

  it('writes of an error its type, code, text and cause, and not the row in it', () => {
    const cause = Object.assign(new Error('no space for +7 (916) 123-45-67'), { code: '53100' });
    const error = Object.assign(new Error('insert failed', { cause }), {
      code: 'E_QUERY',
      query: 'insert into calls',
      parameters: ['+79161234567', 'слова'],
      detail: 'Failing row contains (+79161234567)',
    });
    const line = logged(false, (log) => log.error({ err: error }, 'x'));
    expect(line['err']).toMatchObject({
      type: 'Error',
      code: 'E_QUERY',
      message: 'insert failed',
      cause: { code: '53100', message: 'no space for +7 *** ***-45-67' },
    });
    expect(JSON.stringify(line)).not.toMatch(/9161234567|слова|insert into/);
  });

  it('takes the fields of an error, or whatever was thrown', () => {
    const fields = { message: 'no route to +79161234567', stack: 'at x', code: 'E1', parameters: ['слова'] };
    expect(logged(false, (log) => log.error({ err: fields }, 'x'))['err']).toEqual({
      code: 'E1',
      message: 'no route to +7 *** ***-45-67',
      stack: 'at x',
    });
    expect(logged(false, (log) => log.error({ err: 'call to 89161234567' }, 'x'))['err']).toBe(
      'call to +7 *** ***-45-67',
    );
  });

  it('writes none of the words of a provider that refused, and its code', () => {
    const message = 'chat failed with HTTP 400: «Меня зовут Ольга» is not allowed';
    const error = new ProviderError('OPERATOR_FAILED', message, {
      retryable: false,
      cause: new Error('«Меня зовут Ольга»'),
    });
    for (const err of [error, errorFields(error).err]) {
      const line = logged(false, (log) => log.error({ err }, 'x'));
      expect(line['err']).toMatchObject({
        type: 'ProviderError',
        code: 'OPERATOR_FAILED',
        message: `[masked, ${message.length} chars]`,
        stack: expect.stringMatching(/^ +at /) as string,
      });
      expect(JSON.stringify(line)).not.toContain('Ольга');
      expect(JSON.stringify(logged(true, (log) => log.error({ err }, 'x')))).toContain('Ольга');
    }
  });

  it('masks phone numbers inside texts, and leaves ids and times alone', () => {
    expect(maskPhones('a 89161234567 b +7 916 123-45-67')).toBe('a +7 *** ***-45-67 b +7 *** ***-45-67');
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(maskPhones(`/call/${id}/events`)).toBe(`/call/${id}/events`);
      }),
    );
    expect(maskPhones('/84173334-4604-4473-8450-841733344604')).toBe('/84173334-4604-4473-8450-841733344604');
    expect(maskPhones('rtp 1763395800000 89161234567890')).toBe('rtp 1763395800000 89161234567890');
    expect(maskPhones('2026-11-17T16:10:00.000Z')).toBe('2026-11-17T16:10:00.000Z');
    expect(maskPhone('12')).toBe('***');
  });
});
