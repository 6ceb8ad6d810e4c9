import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../lib/usage.ts';
import { DEFAULT_MIX, readOptions } from './options.ts';

function problem(args: readonly string[]): string {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}

describe('the command line of npm run load', () => {
  it('needs nothing', () => {
    expect(readOptions([])).toEqual({
      ...{ calls: 30, perSecond: 2, minutes: 10, mix: DEFAULT_MIX, seed: 1 },
      ...{ out: resolve('load-report'), json: undefined },
    });
  });

  it('takes what the issue says', () => {
    const args = [
      '--calls',
      '50',
      '--rate',
      '5/s',
      '--mix',
      'personas.yaml',
      '--minutes',
      '10',
      '--seed',
      '7',
    ];
    expect(readOptions(args)).toMatchObject({
      ...{ calls: 50, perSecond: 5, minutes: 10, mix: resolve('personas.yaml'), seed: 7 },
    });
    expect(readOptions(['--rate', '30/min'])?.perSecond).toBe(0.5);
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--calls', '0'], 'целое число от 1 до 200'],
    [['--calls', '201'], 'целое число от 1 до 200'],
    [['--calls', '2.5'], 'целое число'],
    [['--calls', ''], 'целое число'],
    [['--rate', '5'], '5/s или 30/min'],
    [['--rate', '0/s'], 'больше нуля'],
    [['--rate', '21/s'], 'не чаще 20/s'],
    [['--rate', '1201/min'], 'не чаще 20/s'],
    [['--minutes', '0'], 'от 0.1 до 1440'],
    [['--minutes', 'NaN'], 'от 0.1 до 1440'],
    [['--minutes', 'Infinity'], 'от 0.1 до 1440'],
    [['--seed=-1'], '--seed -1'],
    [['--via', 'asterisk'], '--via'],
    [['personas.yaml'], 'personas.yaml'],
  ])('refuses %j with what to change', (args, words) => {
    expect(problem(args)).toContain(words);
  });
});
