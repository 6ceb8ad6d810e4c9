import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../engine/contract/call-plan.ts';
import { numberBehaviour, PERSONA_DISPOSITION, personaDigits } from '../../engine/far-end/personas.ts';
import { seededRandom } from '../../engine/far-end/random.ts';
import { DEFAULT_MIX } from './options.ts';
import { LINES } from './mix-schema.ts';
import { chooseCaller, parseMix, readMix, weightOf } from './mix.ts';

const GOOD = `title: Проба
callers:
  - name: да
    weight: 2
    persona: interested
    expect: { status: completed, disposition: interested }
  - name: занято
    weight: 0.5
    line: busy
    expect: { status: no_answer, disposition: unknown }
`;
const faults = (text: string): readonly string[] => {
  const read = parseMix('смесь.yaml', text);
  return Array.isArray(read) ? read : [];
};

describe('A mix of callers', () => {
  it('is what the file says', () => {
    expect(parseMix('смесь.yaml', GOOD)).toMatchObject({
      title: 'Проба',
      callers: [
        { name: 'да', weight: 2, persona: 'interested', expect: { disposition: 'interested' } },
        { name: 'занято', weight: 0.5, line: 'busy' },
      ],
    });
  });

  it.each([
    ['no YAML', 'callers: [', /^смесь\.yaml:1: это не YAML/],
    [
      'a persona that nobody is',
      GOOD.replace('persona: interested', 'persona: angry'),
      /^смесь\.yaml:5: callers\.0\.persona: не годится; нужно: встроенный абонент: interested, not_interested/,
    ],
    [
      'a disposition that does not exist',
      GOOD.replace('disposition: interested', 'disposition: happy'),
      /^смесь\.yaml:6: callers\.0\.expect\.disposition: не годится; нужно: итог разговора: interested/,
    ],
    [
      'a negative weight',
      GOOD.replace('weight: 2', 'weight: -2'),
      /^смесь\.yaml:4: callers\.0\.weight: не годится; нужно: вес: число от 0 до 1000/,
    ],
    [
      'a weight in words',
      GOOD.replace('weight: 2', 'weight: много'),
      /^смесь\.yaml:4: callers\.0\.weight: не годится/,
    ],
    [
      'weights that come to nothing',
      GOOD.replace('weight: 2', 'weight: 0').replace('weight: 0.5', 'weight: 0'),
      /^смесь\.yaml:2: callers: сумма весов — 0/,
    ],
    [
      'two who answer one call',
      GOOD.replace('line: busy', 'line: busy\n    persona: silent'),
      /^смесь\.yaml:7: callers\.1\.name: кто отвечает\? Нужно ровно одно/,
    ],
    [
      'nobody who answers',
      GOOD.replace('    line: busy\n', ''),
      /^смесь\.yaml:7: callers\.1\.name: кто отвечает\?/,
    ],
    [
      'one name for two',
      GOOD.replace('name: занято', 'name: да'),
      /^смесь\.yaml:7: callers\.1\.name: имя «да»/,
    ],
    [
      'a verdict on a call that was not held',
      GOOD.replace('disposition: unknown', 'disposition: neutral'),
      /^смесь\.yaml:10: callers\.1\.expect: разговора не было/,
    ],
    [
      'nothing to expect',
      GOOD.replace(/ {4}expect.*\n/, ''),
      /callers\.0: нет поля expect: что должно выйти/,
    ],
    ['no caller', 'title: Пусто\ncallers: []\n', /^смесь\.yaml:2: callers: не годится; нужно: список/],
    ['a book', `${GOOD}# ${'а'.repeat(100_001)}\n`, /знаков, можно до 100000/],
  ])('refuses %s', (_, text, told) => {
    expect(faults(text)).toEqual([expect.stringMatching(told)]);
  });

  it('is read or refused in words, whatever bytes the file holds', () => {
    const line = fc.constantFrom(...GOOD.split('\n'), 'weight: .inf', 'weight: .nan', '  - &a *a', '? : -');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (content) => {
        const read = parseMix('смесь.yaml', content);
        if (!Array.isArray(read)) return weightOf(read.callers) > 0;
        return read.length > 0 && read.every((fault) => fault.startsWith('смесь.yaml:'));
      }),
    );
  });

  it('that ships is right, and its personas come to what they must', async () => {
    const { callers } = await readMix(DEFAULT_MIX);
    expect(weightOf(callers)).toBe(100);
    for (const persona of PERSONAS) {
      const own = callers.filter((caller) => caller.persona === persona);
      expect([persona, own.length > 0]).toEqual([persona, true]);
      for (const { expect: planned } of own)
        expect([persona, planned.disposition]).toEqual([persona, PERSONA_DISPOSITION[persona]]);
    }
  });

  it('dials numbers that the simulator knows', () => {
    for (const persona of PERSONAS)
      expect(numberBehaviour(`+7900000${personaDigits(persona)}`)).toEqual({ kind: 'answers', persona });
    for (const digits of Object.values(LINES))
      expect(numberBehaviour(`+7900000${digits}`).kind).not.toBe('answers');
  });
});

describe('The choice of a caller', () => {
  const weights = fc
    .array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0));
  const callersOf = (list: readonly number[]) => list.map((weight, at) => ({ weight, at }));

  it('never falls on one without weight, and always on somebody', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(fc.property(weights, random, (list, at) => chooseCaller(callersOf(list), at).weight > 0));
  });

  it('is as often as the weights say', () => {
    const callers = callersOf([6, 0, 3, 1]);
    const counts = [0, 0, 0, 0];
    const random = seededRandom(7);
    for (let n = 0; n < 20_000; n += 1) counts[chooseCaller(callers, random()).at]! += 1;
    for (const [at, share] of [0.6, 0, 0.3, 0.1].entries())
      expect(Math.abs(counts[at]! / 20_000 - share)).toBeLessThan(0.01);
  });

  it('is the same for the same seed', () => {
    const row = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 50 }, () => chooseCaller(callersOf([1, 2, 3]), random()).at);
    };
    expect(row(5)).toEqual(row(5));
    expect(row(5)).not.toEqual(row(6));
  });
});
