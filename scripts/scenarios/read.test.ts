import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS_DIR } from './options.ts';
import { parseScenario, readScenarios, ScenarioError } from './read.ts';
import { FAILURES, STAGES } from './schema.ts';

const GOOD = `title: Проба
covers: [V5]
steps:
  - say: { line: interested-ru-1 }
expect:
  status: completed
`;
const faults = (text: string): readonly string[] => {
  const read = parseScenario('проба.yaml', text);
  return Array.isArray(read) ? read : [];
};

describe('A scenario that is read', () => {
  it('is what the file says', () => {
    expect(parseScenario('проба.yaml', GOOD)).toEqual({
      title: 'Проба',
      covers: ['V5'],
      steps: [{ say: { line: 'interested-ru-1' } }],
      expect: { status: 'completed' },
    });
  });

  it.each([
    ['no YAML', 'title: [', /^проба\.yaml:1: это не YAML/],
    [
      'a field that is not there',
      GOOD.replace('covers: [V5]\n', ''),
      /^проба\.yaml:1: нет поля covers: какие пункты/,
    ],
    [
      'a field that does not exist',
      `${GOOD}colour: red\n`,
      /^проба\.yaml:7: colour: такого поля нет; нужно: сценарий: title/,
    ],
    [
      'a status that does not exist',
      GOOD.replace('completed', 'done'),
      /^проба\.yaml:6: expect\.status: не годится; нужно: created, dialing/,
    ],
    [
      'a time without a unit',
      `${GOOD}  reply: { within: 2 }\n`,
      /^проба\.yaml:7: expect\.reply\.within: не годится; нужно: время с единицей: 300ms/,
    ],
    [
      'a step that nobody can do',
      GOOD.replace('say: { line: interested-ru-1 }', 'dance: tango'),
      /^проба\.yaml:4: steps\.0: непонятно; нужно: шаг: say, interrupt/,
    ],
    [
      'a wrong time in a step',
      GOOD.replace('expect:', '  - wait: long\nexpect:'),
      /^проба\.yaml:5: steps\.1\.wait: не годится; нужно: время с единицей/,
    ],
    [
      'a loss beyond all packets',
      `${GOOD}line: { loss: 5 }\n`,
      /^проба\.yaml:7: line\.loss: не годится; нужно: доля от 0 до 1/,
    ],
    [
      'a broken regular expression',
      `${GOOD}  says: ['(']\n`,
      /^проба\.yaml:7: expect\.says\.0: «\(» — не регулярное выражение/,
    ],
    [
      'nothing that is expected',
      GOOD.replace('expect:\n  status: completed', 'expect: {}'),
      /^проба\.yaml:5: expect: ничего не ожидается/,
    ],
    ['a persona and steps', `${GOOD}persona: silent\n`, /^проба\.yaml:7: persona: абонент либо/],
  ])('%s: refused with the line and what to write', (_what, text, words) => {
    const [first, ...others] = faults(text);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });
});

describe('Scenario files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halo-scenarios-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are told of all at once when several are wrong', async () => {
    await writeFile(join(folder, 'a.yaml'), GOOD.replace('completed', 'done'));
    await writeFile(join(folder, 'b.yaml'), `${GOOD}colour: red\n`);
    const error: unknown = await readScenarios([folder]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ScenarioError);
    expect((error as Error).message.split('\n')).toHaveLength(2);
    expect((error as Error).message).toContain(join(folder, 'b.yaml:7'));
  });

  it('that are not there are named', async () => {
    await expect(readScenarios([join(folder, 'lost.yaml')])).rejects.toThrow('нет такого файла');
  });

  it('ship: thirty at the least, V1 to V10 and every failure of every stage among them', async () => {
    const all = await readScenarios([SCENARIOS_DIR]);
    expect(all.length).toBeGreaterThanOrEqual(30);
    const covered = new Set(all.flatMap(({ scenario }) => scenario.covers));
    for (let n = 1; n <= 10; n += 1) expect(covered).toContain(`V${n}`);
    const failing = new Set(
      all.map(({ scenario: { provider } }) => `${provider?.fail?.stage ?? ''} ${provider?.fail?.how ?? ''}`),
    );
    for (const stage of STAGES)
      for (const how of FAILURES.filter((one) => !['cut', 'html', 'silence'].includes(one)))
        expect(failing).toContain(`${stage} ${how}`);
    expect(failing).toContain('tts silence');
  });
});
