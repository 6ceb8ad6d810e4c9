import { describe, expect, it } from 'vitest';
import type { DemoResult, DemoSessionStatus } from '../../api/types.ts';
import { fakeResult } from '../../testing/fake-data.ts';
import { NOTHING_YET, failureWords, foldStatus } from './fold-status.ts';

const COMPLETE: DemoSessionStatus = {
  call_status: 'completed',
  analysis_status: 'done',
  followup_status: 'done',
  sms_status: 'sent',
  crm_status: 'added',
  chat_ready: true,
};

const states = (session: DemoSessionStatus, result?: DemoResult): string =>
  foldStatus(session, result)
    .steps.map((step) => step.state)
    .join(' ');

const live = (status: DemoResult['live']['status']): DemoResult => {
  const result = fakeResult('talking');
  return { ...result, live: { ...result.live, status } };
};

describe('foldStatus', () => {
  it("has D5.2's five lines in their order", () => {
    expect(foldStatus(NOTHING_YET).steps.map((step) => step.title)).toEqual([
      'Выполняем звонок…',
      'Анализируем разговор…',
      'Готовим follow-up…',
      'Отправляем SMS…',
      'Добавляем в CRM…',
    ]);
  });

  it('goes through the steps one by one', () => {
    const way: DemoSessionStatus[] = [
      NOTHING_YET,
      { ...NOTHING_YET, call_status: 'completed' },
      { ...NOTHING_YET, call_status: 'completed', analysis_status: 'done' },
      { ...COMPLETE, sms_status: 'pending', crm_status: 'pending', chat_ready: false },
      { ...COMPLETE, crm_status: 'pending' },
      COMPLETE,
    ];
    expect(way.map((session) => states(session))).toEqual([
      'active pending pending pending pending',
      'done active pending pending pending',
      'done done active pending pending',
      'done done done active pending',
      'done done done done active',
      'done done done done done',
    ]);
    expect(way.map((session) => foldStatus(session).phase)).toEqual([
      ...Array<string>(5).fill('running'),
      'done',
    ]);
  });

  it('is not done before the chat is ready', () => {
    const view = foldStatus({ ...COMPLETE, chat_ready: false });
    expect([view.phase, view.sentence]).toEqual(['running', 'Готовим чат…']);
  });

  it('says what the line is doing', () => {
    expect(foldStatus(NOTHING_YET, live('created')).sentence).toBe('Ждём свободную линию…');
    expect(foldStatus(NOTHING_YET, live('dialing')).sentence).toBe('Набираем номер…');
    expect(foldStatus(NOTHING_YET, live('in_progress')).sentence).toBe('Идёт разговор…');
  });

  it('a call that failed ends the demo, and says why in words', () => {
    const session: DemoSessionStatus = { ...NOTHING_YET, call_status: 'failed' };
    const view = foldStatus(session, fakeResult('busy'));
    expect(states(session)).toBe('failed skipped skipped skipped skipped');
    expect([view.phase, view.sentence]).toEqual(['failed', 'Звонок не состоялся: абонент занят.']);
    expect(failureWords(live('no_answer'))).toBe('Абонент не ответил.');
    expect(failureWords(undefined)).toBe('Звонок не состоялся.');
  });

  it('shows a step that the server will try again', () => {
    const session: DemoSessionStatus = { ...NOTHING_YET, call_status: 'completed' };
    const result: DemoResult = { ...fakeResult('talking'), failed_steps: ['analysis'] };
    expect(states(session, result)).toBe('done failed pending pending pending');
    expect(foldStatus(session, result).phase).toBe('stuck');
  });
});
