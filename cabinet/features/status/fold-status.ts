import { msg, str } from '@lit/localize';
import type { DemoResult, DemoSessionStatus } from '../../api/types.ts';
import { serverWords } from '../../i18n/server-words.ts';
import { lineWords } from '../../ui/words.ts';

/** `skipped`: it will not come to this, because the call did not take place. */
export type StepState = 'pending' | 'active' | 'done' | 'failed' | 'skipped';
export type StepName = 'call' | 'analysis' | 'followup' | 'sms' | 'crm';

export interface Step {
  readonly name: StepName;
  /** D5.2's words. */
  readonly title: string;
  readonly state: StepState;
}

export interface StatusView {
  readonly steps: readonly Step[];
  /** `done`: nothing more will happen, though a step may have failed for good. `failed`: the call did not take place. */
  readonly phase: 'running' | 'done' | 'failed';
  /** What is happening now, in a sentence, for a screen reader and under the heading. */
  readonly sentence: string;
}

const titles = (): readonly (readonly [StepName, string])[] => [
  ['call', msg('Выполняем звонок…')],
  ['analysis', msg('Анализируем разговор…')],
  ['followup', msg('Готовим follow-up…')],
  ['sms', msg('Отправляем SMS…')],
  ['crm', msg('Добавляем в CRM…')],
];

export const stateWords = (): Readonly<Record<StepState, string>> => ({
  pending: msg('ожидает'),
  active: msg('выполняется'),
  done: msg('готово'),
  failed: msg('не удалось'),
  skipped: msg('не нужно'),
});

/** Before the first answer: everything waits for the call. */
export const NOTHING_YET: DemoSessionStatus = {
  call_status: 'pending',
  analysis_status: 'pending',
  followup_status: 'pending',
  sms_status: 'pending',
  crm_status: 'pending',
  chat_ready: false,
};

const doneWords = (): string => msg('Готово: итог звонка на экране аналитики.');

/** Makes the five lines of D5.2 from the six fields of D4.2. Steps go in order: the first not done is at work. */
export function foldStatus(session: DemoSessionStatus, result?: DemoResult): StatusView {
  const failed = session.call_status === 'failed';
  const done: Readonly<Record<StepName, boolean>> = {
    call: session.call_status === 'completed',
    analysis: session.analysis_status === 'done',
    followup: session.followup_status === 'done',
    sms: session.sms_status === 'sent',
    crm: session.crm_status === 'added',
  };
  const stumbled = new Set<string>(result?.failed_steps ?? []);
  let active: StepName | undefined;
  const steps = titles().map(([name, title]): Step => {
    if (done[name]) return { name, title, state: 'done' };
    if (failed) return { name, title, state: name === 'call' ? 'failed' : 'skipped' };
    if (stumbled.has(name)) return { name, title, state: 'failed' };
    if (active !== undefined) return { name, title, state: 'pending' };
    active = name;
    return { name, title, state: 'active' };
  });
  if (failed) return { steps, phase: 'failed', sentence: failureWords(result) };
  if (active === undefined && (session.chat_ready || stumbled.has('chat'))) {
    const whole = !steps.some((step) => step.state === 'failed') && !stumbled.has('chat');
    return {
      steps,
      phase: 'done',
      sentence: whole ? doneWords() : msg(str`Готово не всё. ${troubleWords(result)}`),
    };
  }
  return { steps, phase: 'running', sentence: runningWords(active, steps, result) };
}

/** Why the call did not take place, in words. */
export function failureWords(result: DemoResult | undefined): string {
  if (result === undefined) return msg('Звонок не состоялся.');
  const reason = result.call_status_text?.trim() ?? '';
  if (reason !== '') return msg(str`Звонок не состоялся: ${serverWords(reason.replace(/[.\s]+$/, ''))}.`);
  const { status } = result.live;
  return status === 'no_answer' || status === 'failed'
    ? `${lineWords(status)}.`
    : msg('Звонок не состоялся.');
}

function troubleWords(result: DemoResult | undefined): string {
  const sms = result?.failed_steps.includes('sms') === true ? result.sms_delivery : null;
  return sms === null ? msg('Шаг, отмеченный выше, не удался.') : `${serverWords(sms.detail)}.`;
}

function runningWords(
  active: StepName | undefined,
  steps: readonly Step[],
  result: DemoResult | undefined,
): string {
  if (active === 'call') return `${lineWords(result?.live.status ?? 'created')}…`;
  if (active === 'sms' && result !== undefined && result.sms_delivery !== null)
    return `${serverWords(result.sms_delivery.detail)}.`;
  return steps.find((step) => step.name === active)?.title ?? msg('Готовим чат…');
}
