import type { Diagnosis } from './diagnosis-status.ts';
import type { StepName } from './diagnosis.ts';

/** `warn`: works, but look at it; `skip`: was not tried. */
export type StepStatus = 'ok' | 'warn' | 'fail' | 'skip';

export interface StepReport {
  readonly step: StepName;
  readonly status: StepStatus;
  readonly ms: number;
  /** One line, for people. */
  readonly detail: string;
  readonly diagnoses: readonly Diagnosis[];
}

export interface TrunkReport {
  readonly trunk: string;
  readonly ok: boolean;
  readonly steps: readonly StepReport[];
}

const TITLES: Readonly<Record<StepName, string>> = {
  dns: 'DNS',
  connect: 'Связь',
  options: 'OPTIONS',
  register: 'REGISTER',
  call: 'Вызов',
};
const MARKS: Readonly<Record<StepStatus, string>> = { ok: '✓', warn: '!', fail: '✗', skip: '–' };

/** The lines of one step. */
export function stepLines(report: StepReport): readonly string[] {
  const time = report.status === 'skip' ? '' : `${Math.round(report.ms)} мс`;
  const head = `  ${MARKS[report.status]} ${TITLES[report.step].padEnd(9)}${time.padStart(9)}  ${report.detail}`;
  return [
    head.trimEnd(),
    ...report.diagnoses.flatMap(({ what, change }) => [
      `      ${what}`,
      ...change.map((line) => `      → ${line}`),
    ]),
  ];
}

/** The last line about one trunk. */
export function verdict(report: TrunkReport): string {
  if (!report.ok) return `Итог ${report.trunk}: есть неполадки, см. ✗`;
  return report.steps.some(({ status }) => status === 'warn')
    ? `Итог ${report.trunk}: работает, но посмотрите на отмеченное «!»`
    : `Итог ${report.trunk}: всё в порядке`;
}

/**
 * Takes what must not be shown out of a text: the password, and all but the last four digits of whatever may be a phone
 * number (seven digits on end; dotted addresses and ports are shorter).
 */
export function discreet(text: string, password: string | undefined): string {
  const hidden = password === undefined || password.length < 4 ? text : text.replaceAll(password, '[пароль]');
  return hidden.replaceAll(
    /\+?\d{7,}/g,
    (digits) => `${digits.startsWith('+') ? '+' : ''}***${digits.slice(-4)}`,
  );
}

/** The same for everything that `--json` prints. */
export function discreetReport(report: TrunkReport, password: string | undefined): TrunkReport {
  const clean = (text: string): string => discreet(text, password);
  return {
    ...report,
    steps: report.steps.map((step) => ({
      ...step,
      ms: Math.round(step.ms),
      detail: clean(step.detail),
      diagnoses: step.diagnoses.map(({ code, what, change }) => ({
        code,
        what: clean(what),
        change: change.map(clean),
      })),
    })),
  };
}
