import { readFile } from 'node:fs/promises';
import { checkedYaml, ScenarioError, type Fault } from '../scenarios/read.ts';
import { Mix, type MixCaller } from './mix-schema.ts';

/** A mix is a page, not a book. */
const LARGEST_CHARS = 100_000;

/** Rejects with ScenarioError that tells all faults of the file, each with its line. */
export async function readMix(file: string): Promise<Mix> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ScenarioError([`${file}: нет такого файла; готовая смесь — seeds/load/personas.yaml`]);
  });
  const mix = parseMix(file, text);
  if (Array.isArray(mix)) throw new ScenarioError(mix);
  return mix;
}

/** The mix, or its faults. */
export function parseMix(file: string, text: string): Mix | string[] {
  if (text.length > LARGEST_CHARS)
    return [`${file}: ${text.length} знаков, можно до ${LARGEST_CHARS}: это не смесь абонентов`];
  return checkedYaml(Mix, file, text, faultsOf);
}

/** What a schema cannot say. */
function faultsOf({ callers }: Mix): readonly Fault[] {
  const faults: Fault[] = [];
  const tell = (at: number, field: string, what: string) =>
    faults.push({ path: ['callers', String(at), field], what });
  for (const [at, { name, persona, line, scenario, expect }] of callers.entries()) {
    if ([persona, line, scenario].filter((one) => one !== undefined).length !== 1)
      tell(at, 'name', 'кто отвечает? Нужно ровно одно из persona, line, scenario');
    if (callers.findIndex((one) => one.name === name) !== at)
      tell(at, 'name', `имя «${name}» уже есть: в отчёте их было бы не различить`);
    if (expect.status !== 'completed' && expect.disposition !== 'unknown')
      tell(at, 'expect', 'разговора не было — судить не о чем: при таком status итог всегда unknown');
  }
  if (weightOf(callers) <= 0)
    faults.push({ path: ['callers'], what: 'сумма весов — 0: звонить некому; дайте кому-нибудь weight: 1' });
  return faults;
}

/** The sum of the weights. */
export function weightOf(callers: readonly Pick<MixCaller, 'weight'>[]): number {
  return callers.reduce((sum, { weight }) => sum + weight, 0);
}

/** Who it is, for a random number in [0, 1): each as often as his weight says. `callers` have a weight among them. */
export function chooseCaller<Caller extends Pick<MixCaller, 'weight'>>(
  callers: readonly Caller[],
  random: number,
): Caller {
  let left = random * weightOf(callers);
  const wanted = callers.filter(({ weight }) => weight > 0);
  const chosen = wanted.find(({ weight }) => (left -= weight) < 0) ?? wanted.at(-1);
  if (chosen === undefined) throw new RangeError('nobody in the mix has a weight');
  return chosen;
}
