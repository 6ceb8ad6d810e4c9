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

  it('a step that failed for good does not stop the others', () => {
    const session: DemoSessionStatus = { ...NOTHING_YET, call_status: 'completed' };
    const result: DemoResult = { ...fakeResult('talking'), failed_steps: ['analysis', 'followup'] };
    expect(states(session, result)).toBe('done failed failed active pending');
    expect(foldStatus(session, result).phase).toBe('running');
    const over: DemoSessionStatus = { ...session, sms_status: 'sent', crm_status: 'added' };
    const all: DemoResult = { ...result, failed_steps: ['analysis', 'followup', 'chat'] };
    expect(foldStatus(over, all)).toMatchObject({
      phase: 'done',
      sentence: 'Готово не всё. Шаг, отмеченный выше, не удался.',
    });
  });

  it('says of the SMS what is known of it', () => {
    const detail = 'SMS: неизвестно, отправлено ли (ответ не пришёл вовремя); не повторяем';
    const told = (state: 'pending' | 'unknown', words: string): DemoResult => ({
      ...fakeResult('talking'),
      failed_steps: state === 'unknown' ? ['sms'] : [],
      sms_delivery: { state, gateway: 'smsru', detail: words },
    });
    const waits: DemoSessionStatus = { ...COMPLETE, sms_status: 'pending', crm_status: 'pending' };
    const retry = 'SMS: не отправлено: нет соединения; повторим через 4 с';
    expect(foldStatus(waits, told('pending', retry)).sentence).toBe(`${retry}.`);
    const over: DemoSessionStatus = { ...COMPLETE, sms_status: 'pending' };
    expect(states(over, told('unknown', detail))).toBe('done done done failed done');
    expect(foldStatus(over, told('unknown', detail))).toMatchObject({
      phase: 'done',
      sentence: `Готово не всё. ${detail}.`,
    });
  });
});
