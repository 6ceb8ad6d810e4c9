import { describe, expect, it } from 'vitest';
import { foldStatus } from './fold-status.ts';
import { NOTHING_YET, type LiveView } from './live-view.ts';

const COMPLETE: LiveView = {
  ...NOTHING_YET,
  status: 'completed',
  stepsDone: ['analysis', 'followup', 'sms', 'chat', 'crm'],
};
const HELD: LiveView = { ...NOTHING_YET, status: 'completed' };

const states = (view: LiveView): string =>
  foldStatus(view)
    .steps.map((step) => step.state)
    .join(' ');

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
    const way: LiveView[] = [
      NOTHING_YET,
      HELD,
      { ...HELD, stepsDone: ['analysis'] },
      { ...HELD, stepsDone: ['analysis', 'followup'] },
      { ...HELD, stepsDone: ['analysis', 'followup', 'sms'] },
      COMPLETE,
    ];
    expect(way.map(states)).toEqual([
      'active pending pending pending pending',
      'done active pending pending pending',
      'done done active pending pending',
      'done done done active pending',
      'done done done done active',
      'done done done done done',
    ]);
    expect(way.map((view) => foldStatus(view).phase)).toEqual([...Array<string>(5).fill('running'), 'done']);
  });

  it('is not done before the chat is ready', () => {
    const view = foldStatus({ ...COMPLETE, stepsDone: ['analysis', 'followup', 'sms', 'crm'] });
    expect([view.phase, view.sentence]).toEqual(['running', 'Готовим чат…']);
  });

  it('says what the line is doing', () => {
    expect(foldStatus(NOTHING_YET).sentence).toBe('Ждём свободную линию…');
    expect(foldStatus({ ...NOTHING_YET, status: 'dialing' }).sentence).toBe('Набираем номер…');
    expect(foldStatus({ ...NOTHING_YET, status: 'dialing', ringing: true }).sentence).toBe(
      'Идут гудки, ждём ответа…',
    );
    expect(foldStatus({ ...NOTHING_YET, status: 'in_progress' }).sentence).toBe('Идёт разговор…');
  });

  it('a call that failed ends the demo, and says why in words', () => {
    const busy: LiveView = { ...NOTHING_YET, status: 'no_answer', reason: 'абонент занят' };
    expect(states(busy)).toBe('failed skipped skipped skipped skipped');
    expect(foldStatus(busy)).toMatchObject({
      phase: 'failed',
      sentence: 'Звонок не состоялся: абонент занят.',
    });
    const broken: LiveView = { ...busy, status: 'failed', answeredAt: '2026-11-17T16:10:00Z' };
    expect(foldStatus({ ...broken, reason: 'связь с Asterisk потеряна' }).sentence).toBe(
      'Разговор прервался: связь с Asterisk потеряна.',
    );
  });

  it('a step that failed for good does not stop the others', () => {
    const stumbled: LiveView = { ...HELD, stepsFailed: ['analysis', 'followup'] };
    expect(states(stumbled)).toBe('done failed failed active pending');
    expect(foldStatus(stumbled).phase).toBe('running');
    const over: LiveView = {
      ...stumbled,
      stepsDone: ['sms', 'crm'],
      stepsFailed: ['analysis', 'followup', 'chat'],
    };
    expect(foldStatus(over)).toMatchObject({
      phase: 'done',
      sentence: 'Готово не всё. Шаг, отмеченный выше, не удался.',
    });
  });

  it('says of the SMS what is known of it', () => {
    const detail = 'SMS: неизвестно, отправлено ли (ответ не пришёл вовремя); не повторяем';
    const retry = 'SMS: не отправлено: нет соединения; повторим через 4 с';
    const waits: LiveView = { ...HELD, stepsDone: ['analysis', 'followup'], smsDetail: retry };
    expect(foldStatus(waits).sentence).toBe(`${retry}.`);
    const over: LiveView = {
      ...HELD,
      stepsDone: ['analysis', 'followup', 'chat', 'crm'],
      stepsFailed: ['sms'],
      smsDetail: detail,
    };
    expect(states(over)).toBe('done done done failed done');
    expect(foldStatus(over)).toMatchObject({ phase: 'done', sentence: `Готово не всё. ${detail}.` });
  });
});
