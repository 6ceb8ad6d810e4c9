import { describe, expect, it } from 'vitest';
import { parseOrUsage, UsageError } from './usage.ts';

const options = { options: { when: { type: 'string' }, json: { type: 'boolean' } } } as const;

describe('A command line', () => {
  it('is read as parseArgs reads it', () => {
    const { values, positionals } = parseOrUsage(['a', '--when', 'now', '--json'], {
      ...options,
      allowPositionals: true,
    });
    expect([values.when, values.json, positionals]).toEqual(['now', true, ['a']]);
  });

  it.each([
    [['--speed', '2'], 'нет такой настройки: --speed'],
    [['-x'], 'нет такой настройки: -x'],
    [['a.wav'], 'лишнее: a.wav'],
    [['--when'], '--when: нужно значение (начинается с «-» — пишите --when=…)'],
    [['--when', '--json'], '--when: нужно значение (начинается с «-» — пишите --when=…)'],
    [['--json=1'], '--json: значения у этой настройки нет'],
  ])('%j is refused in Russian', (args, words) => {
    expect(() => parseOrUsage(args, options)).toThrow(new UsageError(words));
  });
});
