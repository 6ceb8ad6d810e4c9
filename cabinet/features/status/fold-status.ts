import { msg, str } from '@lit/localize';
import { serverWords } from '../../i18n/server-words.ts';
import { lineWords } from '../../ui/words.ts';
import { failureOf } from './failure-words.ts';
import type { LiveView } from './live-view.ts';
import { isOver } from './session-feed.ts';

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

/** Makes the five lines of D5.2. Steps go in order: the first not done is at work. */
export function foldStatus(view: LiveView): StatusView {
  const failed = view.status === 'no_answer' || view.status === 'failed';
  const done = new Set<string>(view.stepsDone);
  if (view.status === 'completed') done.add('call');
  let active: StepName | undefined;
  const steps = titles().map(([name, title]): Step => {
    if (done.has(name)) return { name, title, state: 'done' };
    if (failed) return { name, title, state: name === 'call' ? 'failed' : 'skipped' };
    if (view.stepsFailed.includes(name)) return { name, title, state: 'failed' };
    if (active !== undefined) return { name, title, state: 'pending' };
    active = name;
    return { name, title, state: 'active' };
  });
  if (failed) return { steps, phase: 'failed', sentence: failedWords(view) };
  if (isOver(view)) {
    const whole = !steps.some(({ state }) => state === 'failed') && !view.stepsFailed.includes('chat');
    const sentence = whole
      ? msg('Готово: разговор разобран, карточка клиента в CRM.')
      : msg(str`Готово не всё. ${troubleWords(view)}`);
    return { steps, phase: 'done', sentence };
  }
  return { steps, phase: 'running', sentence: runningWords(active, steps, view) };
}

function failedWords(view: LiveView): string {
  const { why } = failureOf(view);
  return view.answeredAt === null
    ? msg(str`Звонок не состоялся: ${why}`)
    : msg(str`Разговор прервался: ${why}`);
}

function troubleWords(view: LiveView): string {
  return view.stepsFailed.includes('sms') && view.smsDetail !== null
    ? `${serverWords(view.smsDetail)}.`
    : msg('Шаг, отмеченный выше, не удался.');
}

function runningWords(active: StepName | undefined, steps: readonly Step[], view: LiveView): string {
  if (active === 'call') return view.ringing ? msg('Идут гудки, ждём ответа…') : `${lineWords(view.status)}…`;
  if (active === 'sms' && view.smsDetail !== null) return `${serverWords(view.smsDetail)}.`;
  return steps.find((step) => step.name === active)?.title ?? msg('Готовим чат…');
}
