import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../engine/contract/call-plan.ts';
import { HELP, readOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';

const TO = ['--to', '+79990000001'];

function problem(args: readonly string[]): string {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}

describe('the command line of npm run call', () => {
  it('needs nothing but a number', () => {
    expect(readOptions(TO)).toEqual({
      order: { phone: '+79990000001', language: 'auto', voice: 'female', prompt: '', farEnd: {} },
      via: undefined,
      persona: undefined,
      audioFiles: [],
      json: false,
    });
  });

  it('takes everything at once', () => {
    const options = readOptions([
      ...['--to', '8 (999) 000-04-86', '--persona', 'call_later', '--language', 'EN', '--voice', 'Male'],
      ...['--prompt', 'Кофе в зёрнах', '--loss', '0.05', '--jitter=40', '--noise=-3', '--json'],
      ...['--via', 'Asterisk'],
    ]);
    expect(options).toEqual({
      order: {
        phone: '+79990000486',
        language: 'en',
        voice: 'male',
        prompt: 'Кофе в зёрнах',
        // The persona answers whatever the number would do.
        farEnd: { persona: 'call_later', faults: { loss: 0.05, jitterMs: 40, noiseSnrDb: -3 } },
      },
      via: 'asterisk',
      persona: 'call_later',
      audioFiles: [],
      json: true,
    });
  });

  it('keeps a fault of zero apart from none', () => {
    expect(readOptions([...TO, '--loss', '0'])?.order.farEnd).toEqual({ faults: { loss: 0 } });
  });

  it.each([
    ['after one --audio', ['--audio', 'a.wav', 'b.wav']],
    ['each after its own', ['--audio', 'a.wav', '--audio', 'b.wav']],
  ])('takes several recordings, %s, in their order', (_, args) => {
    const files = [resolve('a.wav'), resolve('b.wav')];
    const options = readOptions([...TO, ...args]);
    expect(options?.audioFiles).toEqual(files);
    expect(options?.order.farEnd).toEqual({ audioFiles: files });
  });

  it('asks for help with no number at hand', () => {
    expect(readOptions(['--help'])).toBeUndefined();
    for (const persona of PERSONAS) expect(HELP).toContain(persona);
  });

  it.each([
    ['+79990000001', '+79990000001'],
    ['89990000001', '+79990000001'],
    ['8-999-000-00-01', '+79990000001'],
  ])('reads the number %s', (text, phone) => {
    expect(readOptions(['--to', text])?.order.phone).toBe(phone);
  });

  it.each([
    '',
    '79990000001',
    '+7999000000',
    '+799900000011',
    '+7999000000x',
    '+１２３４５６７８９０１',
    '911',
  ])('refuses the number «%s»', (text) => {
    expect(problem(['--to', text])).toContain('+79XXXXXXXXX');
  });

  it('refuses a prompt that the API would refuse', () => {
    expect(readOptions([...TO, '--prompt', '😀'.repeat(4_000)])?.order.prompt).toHaveLength(8_000);
    expect(problem([...TO, '--prompt', 'п'.repeat(4_001)])).toBe('--prompt: 4001 знаков, можно до 4000');
  });

  it.each([
    [[], 'кому звонить'],
    [[...TO, '--persona', 'angry'], 'interested, not_interested'],
    [[...TO, '--persona', ''], 'interested, not_interested'],
    [[...TO, '--via', 'pigeon'], 'auto, asterisk, simulator'],
    [[...TO, '--language', 'de'], 'auto, ru'],
    [[...TO, '--voice', 'robot'], 'male, female, neutral'],
    [[...TO, '--loss', '0.9'], 'от 0 до 0.5'],
    [[...TO, '--loss', 'much'], 'от 0 до 0.5'],
    [[...TO, '--loss', ''], 'от 0 до 0.5'],
    [[...TO, '--jitter', 'NaN'], 'от 0 до 500'],
    [[...TO, '--noise', 'Infinity'], 'от -10 до 60'],
    [[...TO, 'a.wav'], 'после --audio'],
    [['--phone', '+79990000001'], '--phone'],
    [[...TO, '--audio'], '--audio'],
  ])('refuses %j with what to change', (args, words) => {
    expect(problem(args)).toContain(words);
  });
});
