import { describe, expect, it } from 'vitest';
import { ended, hands, settle } from '../testing/call-by-hand.ts';

describe('callMachine', () => {
  it('holds a conversation from dialling to goodbye, and writes it down in order', async () => {
    const call = hands();
    await call.answered();
    expect(call.orders.at(-1)).toMatchObject({ kind: 'greeting', utterance: 1, language: 'ru' });
    await call.assistantSays('Здравствуйте! Удобно говорить?');
    await call.callerSays('Да, слушаю.');
    expect(call.orders.at(-1)).toMatchObject({
      kind: 'reply',
      replyTo: { turn: 1 },
      history: [
        { speaker: 'assistant', text: 'Здравствуйте! Удобно говорить?' },
        { speaker: 'user', text: 'Да, слушаю.' },
      ],
    });
    await call.assistantSays('Спасибо за разговор, до свидания!');
    await call.advance(30_000);
    expect(call.hangups()).toBe(1);
    expect(call.done()).toBe(true);
    expect(call.types()).toEqual([
      'line.dialling',
      'line.ringing',
      'line.answered',
      'utterance.started',
      'utterance.sentence',
      'utterance.finished',
      'speech.started',
      'turn.ended',
      'turn.transcribed',
      'utterance.started',
      'utterance.sentence',
      'utterance.finished',
      'line.ended',
      'recording.saved',
      'call.ended',
    ]);
    expect(call.journal.at(-1)).toMatchObject({ status: 'completed', reason: 'конец: hangup_near' });
  });

  it.each([
    ['no_answer', 'no_answer'],
    ['busy', 'no_answer'],
    ['hangup_far', 'no_answer'],
    ['error', 'failed'],
  ] as const)('writes an unanswered line that ended with %s as %s', async (outcome, status) => {
    const call = hands();
    await settle();
    await call.line({ type: 'line.ringing' });
    await call.line(ended(outcome, 5000));
    expect(call.done()).toBe(true);
    expect(call.journal.at(-1)).toEqual({
      type: 'call.ended',
      status,
      reason: `конец: ${outcome}`,
      durationSec: 0,
    });
  });

  it('fails a call whose line was lost in the middle', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.line(ended('error', 9000));
    await call.advance(100);
    expect(call.journal.at(-1)).toMatchObject({ type: 'call.ended', status: 'failed', durationSec: 9 });
  });

  it('asks a silent caller once, then takes its leave', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.advance(6_000);
    expect(call.orders.at(-1)?.kind).toBe('reprompt');
    await call.assistantSays('Алло?');
    await call.advance(6_000);
    expect(call.orders.at(-1)?.kind).toBe('closing');
    await call.assistantSays('До свидания.');
    await call.advance(1_000);
    expect(call.done()).toBe(true);
    expect(call.orders.map((order) => order.kind)).toEqual(['greeting', 'reprompt', 'closing']);
  });

  it('recognises both pieces together when the caller goes on, and drops what it had begun', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.media({ type: 'speech.started', turn: 1, startMs: 2000 });
    await call.media({ type: 'turn.ended', turn: 1, startMs: 2000, endMs: 3000 });
    await call.media({ type: 'speech.started', turn: 2, startMs: 3700 });
    expect(call.recognising[0]?.signal.aborted).toBe(true);
    await call.media({ type: 'turn.ended', turn: 2, startMs: 3700, endMs: 5000 });
    expect(call.recognising[1]?.spans).toEqual([
      { turn: 1, startMs: 2000, endMs: 3000 },
      { turn: 2, startMs: 3700, endMs: 5000 },
    ]);
  });

  it('holds a reply that nobody has heard while the caller makes a sound, and drops it when he goes on', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.callerSays('Да.');
    const reply = call.orders.at(-1)!.utterance;
    await call.media({ type: 'speech.started', turn: 2, startMs: 9000 });
    expect(call.asked.at(-1)).toEqual({ type: 'hold' });
    await call.media({ type: 'turn.dropped', turn: 2 });
    expect(call.asked.at(-1)).toEqual({ type: 'release' });
    expect(call.cancelled).not.toContain(reply);
    await call.media({ type: 'speech.started', turn: 3, startMs: 9500 });
    await call.media({ type: 'speech.sustained', turn: 3 });
    expect(call.cancelled).toContain(reply);
    expect(call.state()).toContain('hearing');
  });

  it('stops when the caller takes the floor, and remembers only what he heard', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.callerSays('Расскажите.');
    const { utterance } = call.orders.at(-1)!;
    await call.media({ type: 'utterance.started', utterance, kind: 'reply', startMs: 5000 });
    await call.media({ type: 'speech.started', turn: 2, startMs: 6000 });
    expect(call.cancelled).not.toContain(utterance);
    await call.media({ type: 'speech.sustained', turn: 2 });
    expect(call.cancelled).toContain(utterance);
    await call.media({
      type: 'utterance.finished',
      utterance,
      endMs: 6500,
      text: 'Мы делаем…',
      complete: false,
    });
    await call.media({ type: 'turn.ended', turn: 2, startMs: 6000, endMs: 7000 });
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Подождите.' });
    await settle();
    expect(call.orders.at(-1)?.history.slice(-2)).toEqual([
      { speaker: 'assistant', text: 'Мы делаем…' },
      { speaker: 'user', text: 'Подождите.' },
    ]);
  });

  it('is not stopped by a cough or «угу», and answers only what came at its end', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.callerSays('Расскажите.');
    const { utterance } = call.orders.at(-1)!;
    await call.media({ type: 'utterance.started', utterance, kind: 'reply', startMs: 5000 });
    await call.media({ type: 'speech.started', turn: 2, startMs: 5500 });
    expect(call.asked.at(-1)).toEqual({ type: 'hold' });
    await call.media({ type: 'turn.dropped', turn: 2 });
    expect(call.asked.at(-1)).toEqual({ type: 'release' });
    await call.media({ type: 'speech.started', turn: 3, startMs: 6000 });
    await call.media({ type: 'turn.ended', turn: 3, startMs: 6000, endMs: 6300 });
    expect(call.asked.at(-1)).toEqual({ type: 'hold' });
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Угу.' });
    await settle();
    expect(call.asked.at(-1)).toEqual({ type: 'release' });
    expect(call.cancelled).not.toContain(utterance);
    const heard = call.recognising.length;
    await call.media({ type: 'utterance.finished', utterance, endMs: 9000, text: 'Всё.', complete: true });
    expect(call.recognising).toHaveLength(heard);
    expect(call.state()).toContain('listening');
  });

  it('is stopped by a few words that mean something, however short, and answers them', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.callerSays('Расскажите.');
    const { utterance } = call.orders.at(-1)!;
    await call.media({ type: 'utterance.started', utterance, kind: 'reply', startMs: 5000 });
    await call.media({ type: 'speech.started', turn: 2, startMs: 6000 });
    await call.media({ type: 'turn.ended', turn: 2, startMs: 6000, endMs: 6300 });
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Стоп!' });
    await settle();
    expect(call.cancelled).toContain(utterance);
    const cut = {
      type: 'utterance.finished',
      utterance,
      endMs: 9_000,
      text: 'Мы…',
      complete: false,
    } as const;
    await call.media(cut);
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Стоп!' });
    await settle();
    expect(call.orders.at(-1)).toMatchObject({ kind: 'reply', replyTo: { turn: 2 } });
    expect(call.orders.at(-1)?.history.slice(-2)).toEqual([
      { speaker: 'assistant', text: 'Мы…' },
      { speaker: 'user', text: 'Стоп!' },
    ]);
  });

  it('goes on while a few words over it take long to be recognised', async () => {
    const call = hands();
    await call.answered();
    await call.media({ type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 0 });
    await call.media({ type: 'speech.started', turn: 1, startMs: 500 });
    await call.media({ type: 'turn.ended', turn: 1, startMs: 500, endMs: 900 });
    await call.advance(300);
    expect(call.asked.at(-1)).toEqual({ type: 'release' });
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Алло?' });
    await settle();
    expect(call.cancelled).toEqual([]);
    expect(call.types()).toContain('turn.transcribed');
    // His «алло» is no turn of the conversation: it was said before he knew who calls.
    expect(call.actor.getSnapshot().context.history).toEqual([]);
  });

  it('bridges the silence while it owes words, and only then', async () => {
    const call = hands();
    const quiet = () => call.media({ type: 'line.quiet', quietMs: 1_400 });
    const fills = () => call.asked.filter(({ type }) => type === 'fill').length;
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await quiet();
    expect(fills()).toBe(0);
    await call.media({ type: 'speech.started', turn: 1, startMs: 2000 });
    await call.media({ type: 'turn.ended', turn: 1, startMs: 2000, endMs: 3000 });
    await quiet();
    expect(call.asked.at(-1)).toEqual({
      type: 'fill',
      language: 'ru',
      nth: 0,
      replyTo: { turn: 1, startMs: 2000, endMs: 3000 },
    });
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Да.' });
    await settle();
    await quiet();
    expect(fills()).toBe(2);
  });

  it('closes after twelve answers at the most', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    for (let pair = 1; pair < 12; pair += 1) {
      await call.callerSays(`вопрос ${pair}`);
      expect(call.orders.at(-1)?.kind).toBe('reply');
      await call.assistantSays(`ответ ${pair}`);
    }
    await call.callerSays('ещё вопрос');
    expect(call.orders.at(-1)?.kind).toBe('closing');
    expect(call.types()).toContain('limit.reached');
  });

  it('begins to close at 105 s, lets a reply end until 111 s, and is off the line by 120 s whatever happens', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    for (let at = 0; at < 100; at += 5) {
      await call.advance(5_000);
      await call.callerSays('да');
      if (call.orders.at(-1)?.kind !== 'reply') break;
      await call.assistantSays('хорошо');
      if (call.orders.length > 10) break;
    }
    await call.callerSays('да');
    const { utterance } = call.orders.at(-1)!;
    await call.media({ type: 'utterance.started', utterance, kind: 'reply', startMs: 0 });
    await call.advance(105_000 - call.clock.now());
    expect(call.orders.at(-1)?.kind).toBe('reply');
    await call.advance(6_000);
    expect(call.orders.at(-1)?.kind).toBe('closing');
    await call.advance(8_500);
    expect(call.hangups()).toBe(1);
    expect(call.clock.now()).toBeLessThanOrEqual(120_000);
    await call.advance(100);
    expect(call.done()).toBe(true);
  });

  it('asks again twice in a row when it did not understand, then takes its leave', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    for (const next of ['clarify', 'clarify', 'closing']) {
      await call.callerSays(undefined);
      expect(call.orders.at(-1)?.kind).toBe(next);
      await call.assistantSays('Повторите, пожалуйста.');
    }
    expect(call.types().filter((type) => type === 'turn.unrecognised')).toHaveLength(3);
  });

  it('apologises when recognition fails, and closes when it fails again and again', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    const failing = async (turn: number) => {
      await call.media({ type: 'speech.started', turn, startMs: call.clock.now() });
      await call.media({ type: 'turn.ended', turn, startMs: call.clock.now(), endMs: call.clock.now() + 1 });
      call.recognising.at(-1)?.answer(new Error('no answer'));
      await settle();
    };
    await failing(1);
    expect(call.orders.at(-1)?.kind).toBe('apology');
    await call.assistantSays('Извините.');
    await failing(2);
    await call.assistantSays('Извините.');
    await failing(3);
    expect(call.orders.at(-1)?.kind).toBe('closing');
    expect(call.types().filter((type) => type === 'provider.failed')).toHaveLength(3);
  });

  it('greets anew when its voice fails, and fails the call when it fails again', async () => {
    const call = hands();
    await call.answered();
    const failure = { stage: 'tts', code: 'TTS_FAILED', message: 'x' } as const;
    await call.utterFails({ type: 'utterance.failed', utterance: 1, ...failure });
    expect(call.orders.at(-1)).toMatchObject({ kind: 'greeting', utterance: 2 });
    await call.utterFails({ type: 'utterance.failed', utterance: 2, ...failure });
    await call.advance(1_000);
    expect(call.done()).toBe(true);
    expect(call.journal.at(-1)).toMatchObject({
      type: 'call.ended',
      status: 'failed',
      reason: 'синтез речи недоступен',
    });
  });

  it('hangs up when asked to, at any moment', async () => {
    const call = hands();
    await call.answered();
    call.actor.send({ type: 'hangup' });
    await call.advance(1_000);
    expect(call.done()).toBe(true);
    expect(call.hangups()).toBe(1);
    const early = hands();
    early.actor.send({ type: 'hangup' });
    await early.advance(1_000);
    expect(early.done()).toBe(true);
    expect(early.journal.at(-1)).toMatchObject({ status: 'failed', reason: 'звонок отменён' });
  });

  it('still understands what was said last when the caller hangs up with it', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.media({ type: 'speech.started', turn: 1, startMs: 2000 });
    await call.line(ended('hangup_far', 4000));
    await call.media({ type: 'turn.ended', turn: 1, startMs: 2000, endMs: 3900 });
    call.recognising.at(-1)?.answer({ kind: 'recognised', text: 'Пришлите мне подроб' });
    await settle();
    await call.advance(100);
    expect(call.done()).toBe(true);
    expect(call.types().slice(-5)).toEqual([
      'line.ended',
      'turn.ended',
      'turn.transcribed',
      'recording.saved',
      'call.ended',
    ]);
    expect(call.journal.at(-1)).toMatchObject({ status: 'completed', durationSec: 4 });
  });

  it('does not wait for last words that nobody recognises', async () => {
    const call = hands();
    await call.answered();
    await call.assistantSays('Здравствуйте!');
    await call.media({ type: 'speech.started', turn: 1, startMs: 2000 });
    await call.line(ended('hangup_far', 4000));
    await call.advance(6_000);
    expect(call.done()).toBe(true);
  });
});
