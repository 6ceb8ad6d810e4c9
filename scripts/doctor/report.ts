import type { FindingStatus } from './check.ts';
import { isWell, type CheckReport } from './run.ts';

const MARKS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '–' };
const TITLE_WIDTH = 15;

/** One line for each finding, and one for each advice. */
export function linesOf({ title, findings }: CheckReport): readonly string[] {
  return findings.flatMap(({ status, what, advice }, index) => [
    `${MARKS[status]} ${(index === 0 ? title : '').padEnd(TITLE_WIDTH)} ${what}`,
    ...advice.map((line) => `    → ${line}`),
  ]);
}

export function verdict(reports: readonly CheckReport[]): string {
  const statuses = reports.flatMap(({ findings }) => findings.map(({ status }) => status));
  const count = (wanted: FindingStatus): number => statuses.filter((status) => status === wanted).length;
  if (!isWell(reports)) return `Итог: исправьте отмеченное ✗ (${count('fail')})`;
  return count('warn') === 0
    ? 'Итог: всё в порядке'
    : `Итог: работает; посмотрите на отмеченное «!» (${count('warn')})`;
}
