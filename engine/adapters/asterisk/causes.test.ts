import { describe, expect, it } from 'vitest';
import { AriError } from './ari.ts';
import { endOfTalk, failureOf, failureOfRequest, failureOfTimeout } from './causes.ts';

describe('Why nobody answered', () => {
  // The first six rows are what Asterisk 22.10.1 was measured to tell.
  it.each([
    { cause: 17, techCause: 486, rang: false, outcome: 'busy', reason: 'абонент занят', trunkFault: false },
    { cause: 34, techCause: 503, rang: false, outcome: 'error', reason: /сеть оператора/, trunkFault: true },
    {
      cause: 1,
      techCause: 404,
      rang: false,
      outcome: 'error',
      reason: 'номер не существует',
      trunkFault: false,
    },
    {
      cause: 19,
      techCause: 480,
      rang: true,
      outcome: 'no_answer',
      reason: 'абонент не ответил',
      trunkFault: false,
    },
    {
      cause: 18,
      techCause: 408,
      rang: false,
      outcome: 'error',
      reason: 'транк не отвечает',
      trunkFault: true,
    },
    {
      cause: 18,
      techCause: 408,
      rang: true,
      outcome: 'no_answer',
      reason: 'абонент не ответил',
      trunkFault: false,
    },
    {
      cause: 19,
      techCause: 480,
      rang: false,
      outcome: 'no_answer',
      reason: 'абонент недоступен',
      trunkFault: false,
    },
    { cause: 17, techCause: 600, rang: true, outcome: 'busy', reason: 'абонент занят', trunkFault: false },
    {
      cause: 21,
      techCause: 603,
      rang: true,
      outcome: 'busy',
      reason: 'абонент отклонил вызов',
      trunkFault: false,
    },
    {
      cause: 21,
      techCause: 403,
      rang: false,
      outcome: 'error',
      reason: /транк отклонил вызов/,
      trunkFault: true,
    },
    {
      cause: 21,
      techCause: 401,
      rang: false,
      outcome: 'error',
      reason: /логин или пароль/,
      trunkFault: true,
    },
    {
      cause: 21,
      techCause: 407,
      rang: false,
      outcome: 'error',
      reason: /логин или пароль/,
      trunkFault: true,
    },
    {
      cause: 58,
      techCause: 488,
      rang: false,
      outcome: 'error',
      reason: 'не подошёл кодек',
      trunkFault: true,
    },
    {
      cause: 79,
      techCause: 415,
      rang: false,
      outcome: 'error',
      reason: 'не подошёл кодек',
      trunkFault: true,
    },
    {
      cause: 28,
      techCause: 484,
      rang: false,
      outcome: 'error',
      reason: 'номер не существует',
      trunkFault: false,
    },
    {
      cause: 1,
      techCause: 604,
      rang: false,
      outcome: 'error',
      reason: 'номер не существует',
      trunkFault: false,
    },
    { cause: 127, techCause: 500, rang: false, outcome: 'error', reason: /сеть оператора/, trunkFault: true },
    // Without a SIP status the Q.850 cause decides; so does it for a status that says nothing.
    { cause: 17, rang: false, outcome: 'busy', reason: 'абонент занят', trunkFault: false },
    { cause: 1, rang: false, outcome: 'error', reason: 'номер не существует', trunkFault: false },
    { cause: 28, rang: false, outcome: 'error', reason: 'номер не существует', trunkFault: false },
    { cause: 19, rang: true, outcome: 'no_answer', reason: 'абонент не ответил', trunkFault: false },
    { cause: 19, rang: false, outcome: 'error', reason: 'транк не отвечает', trunkFault: true },
    { cause: 20, rang: false, outcome: 'no_answer', reason: 'абонент недоступен', trunkFault: false },
    { cause: 3, rang: false, outcome: 'error', reason: 'транк не отвечает', trunkFault: true },
    { cause: 34, rang: false, outcome: 'error', reason: /сеть оператора/, trunkFault: true },
    { cause: 38, rang: true, outcome: 'error', reason: /сеть оператора/, trunkFault: true },
    { cause: 42, rang: false, outcome: 'error', reason: /сеть оператора/, trunkFault: true },
    { cause: 88, rang: false, outcome: 'error', reason: 'не подошёл кодек', trunkFault: true },
    { cause: 17, techCause: 499, rang: false, outcome: 'busy', reason: 'абонент занят', trunkFault: false },
    { cause: 0, rang: false, outcome: 'error', reason: 'вызов не удался', trunkFault: false },
  ])(
    'SIP $techCause, Q.850 $cause, rang: $rang → $outcome',
    ({ rang, outcome, reason, trunkFault, ...end }) => {
      const failure = failureOf(end, rang);
      expect(failure).toMatchObject({ outcome, trunkFault });
      expect(failure.reason).toMatch(reason);
    },
  );

  it('says the technical truth beside the words', () => {
    expect(failureOf({ cause: 17, techCause: 486 }, true).cause).toBe('SIP 486, Q.850 17');
    expect(failureOf({ cause: 17 }, true).cause).toBe('Q.850 17');
    expect(failureOf({ cause: 0 }, true)).not.toHaveProperty('cause');
  });

  it('tells a phone that nobody picked up from a trunk that never spoke', () => {
    expect(failureOfTimeout(true, 30_000)).toMatchObject({ outcome: 'no_answer', trunkFault: false });
    expect(failureOfTimeout(false, 30_000)).toMatchObject({ reason: 'транк не отвечает', trunkFault: true });
  });

  it.each([
    [new AriError('refused', 'Allocation failed', { status: 500 }), 'транк не отвечает', true],
    [new AriError('timeout', 'no answer'), 'Asterisk не отвечает', false],
    [new AriError('gone', 'closed'), 'связь с Asterisk потеряна', false],
  ])('reads a request that failed: %s', (error, reason, trunkFault) => {
    expect(failureOfRequest(error)).toMatchObject({ outcome: 'error', reason, trunkFault });
  });
});

describe('How an answered line ended', () => {
  it.each([
    [{ cause: 16 }, 'абонент повесил трубку'],
    [{ cause: 0 }, 'абонент повесил трубку'],
    [{ cause: 38, techCause: 503 }, 'связь с абонентом прервалась'],
  ])('%j → %s', (end, reason) => {
    expect(endOfTalk(end)).toMatchObject({ outcome: 'hangup_far', reason });
  });
});
