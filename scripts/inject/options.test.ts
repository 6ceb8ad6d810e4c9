import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../lib/usage.ts';
import { readOptions, type InjectOptions } from './options.ts';

function options(...args: string[]): InjectOptions {
  const read = readOptions(args);
  if (typeof read === 'string') throw new Error(read);
  return read;
}
function problem(...args: string[]): string {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}

describe('the command line of npm run inject', () => {
  it('needs nothing but a file, which sounds when the assistant has finished', () => {
    expect(options('a.wav')).toMatchObject({
      turns: [{ file: resolve('a.wav'), when: { on: 'silence' }, whenText: 'silence' }],
      via: { kind: 'halo', telephony: undefined },
      order: { phone: '+79990000001', language: 'auto', voice: 'female', prompt: '' },
      persona: undefined,
      faults: undefined,
      json: false,
    });
  });

  it('lets each --when stand for the files behind it', () => {
    const { turns } = options(
      'a.wav',
      '--when',
      'over=1.5s',
      'b.mp3',
      'c.ogg',
      '--when=at=300ms',
      'd.m4a',
      '--when',
      'silence',
      'e.wav',
    );
    expect(turns.map(({ when }) => when)).toEqual([
      { on: 'silence' },
      { on: 'over', ms: 1500 },
      { on: 'over', ms: 1500 },
      { on: 'at', ms: 300 },
      { on: 'silence' },
    ]);
  });

  it.each([
    ['simulator', { kind: 'halo', telephony: 'simulator' }],
    ['Asterisk', { kind: 'halo', telephony: 'asterisk' }],
    ['rtp://127.0.0.1:40000', { kind: 'rtp', host: '127.0.0.1', port: 40_000 }],
    ['rtp://media.example:5004/', { kind: 'rtp', host: 'media.example', port: 5004 }],
    ['rtp://[::1]:5004', { kind: 'rtp', host: '::1', port: 5004 }],
  ])('goes via %s', (text, via) => {
    expect(options('a.wav', '--via', text).via).toEqual(via);
  });

  it('asks for help, or for ffmpeg, without a file', () => {
    expect(readOptions(['--help'])).toBe('help');
    expect(readOptions(['--get-ffmpeg'])).toBe('get-ffmpeg');
  });

  it.each([
    [[], 'что играть'],
    [['a.wav', '--when', 'later'], 'over=1.5s'],
    [['a.wav', '--when', 'over=1s'], 'стоит перед файлом'],
    [['--when', 'over=x', 'a.wav'], 'over=1.5s'],
    [['--when', 'at=500s', 'a.wav'], 'до 120 с'],
    [['a.wav', '--via', 'pigeon'], 'rtp://хост:порт'],
    [['a.wav', '--via', 'rtp://host'], 'нужны хост и порт'],
    [['a.wav', '--via', 'rtp://host:99999'], 'нужны хост и порт'],
    [['a.wav', '--via', 'rtp://h:5', '--persona', 'neutral'], 'не сочетается'],
    [['a.wav', '--persona', 'angry'], 'interested, not_interested'],
    [['a.wav', '--loss', '7'], 'от 0 до 0.5'],
    [['a.wav', '--speed', '2'], '--speed'],
  ])('refuses %j with what to change', (args, words) => {
    expect(problem(...args)).toContain(words);
  });
});
