import { beforeAll, describe, expect, it } from 'vitest';
import { loadResampler } from '../media/resampler.ts';
import { AssistantVoice } from './assistant-voice.ts';
import type { PlayoutMeaning } from './call-events.ts';

const RATE_HZ = 8000;
const loud = (ms: number) => ({ rateHz: RATE_HZ, samples: new Int16Array(ms * 8).fill(5000) });
const isSilent = (samples: Int16Array) => samples.every((sample) => sample === 0);

function voice() {
  const told: PlayoutMeaning[] = [];
  const assistant = new AssistantVoice((meanings) => told.push(...meanings));
  /** Plays frames; what they mean, and what was told beside them. */
  const play = (frames: number) => {
    const sound: Int16Array[] = [];
    for (let i = 0; i < frames; i += 1) {
      const { samples, meanings } = assistant.frame();
      sound.push(samples);
      told.push(...meanings);
    }
    return sound;
  };
  const say = (utterance: number, text: string, ms: number, replyTo?: { turn: number; endMs: number }) => {
    const sink = assistant.say({ utterance, kind: 'reply', ...(replyTo && { replyTo }) });
    sink.sentence(text);
    sink.sound(loud(ms));
    sink.end();
    return sink;
  };
  return { assistant, told, play, say };
}

describe('AssistantVoice', () => {
  beforeAll(() => loadResampler());

  it('held, is silent from the next frame on, and goes on from where it was', () => {
    const { assistant, told, play, say } = voice();
    say(1, 'раз два три четыре', 400);
    play(5);
    assistant.hold();
    const [fading, ...rest] = play(10);
    expect(Math.abs(fading!.at(-1)!)).toBe(0);
    expect(fading!.subarray(40).every((sample) => sample === 0)).toBe(true);
    expect(rest.every(isSilent)).toBe(true);
    assistant.release();
    play(16);
    expect(told.map(({ type }) => type)).toEqual([
      'utterance.started',
      'utterance.sentence',
      'utterance.held',
      'utterance.resumed',
      'utterance.finished',
    ]);
    // Nothing was lost: 400 ms of sound in 400 + 200 ms.
    expect(told.at(-1)).toMatchObject({ complete: true, text: 'раз два три четыре', endMs: 600 });
    expect(told[2]).toEqual({ type: 'utterance.held', utterance: 1, atMs: 100 });
    expect(told[3]).toEqual({ type: 'utterance.resumed', utterance: 1, atMs: 300 });
  });

  it('cut off while it is held, has said only what was heard before', () => {
    const { assistant, told, play, say } = voice();
    const sink = say(1, 'раз два три четыре', 400);
    play(10);
    assistant.hold();
    play(50);
    sink.cancel();
    expect(told.at(-1)).toMatchObject({ type: 'utterance.finished', complete: false, text: 'раз два…' });
    expect(play(3).every(isSilent)).toBe(true);
  });

  it('says a filler where nothing is said, and the reply behind it', () => {
    const { assistant, told, play, say } = voice();
    play(50);
    const replyTo = { turn: 1, endMs: 200 };
    assistant.interject({ text: 'Так…', sound: [loud(200)] }, replyTo);
    // There is a filler already.
    assistant.interject({ text: 'Секунду…', sound: [loud(200)] }, replyTo);
    play(5);
    say(2, 'Да.', 100, replyTo);
    play(20);
    expect(told).toEqual([
      {
        type: 'filler.said',
        startMs: 1000,
        endMs: 1200,
        text: 'Так…',
        complete: true,
        replyTo: 1,
        gapMs: 800,
      },
      { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 1200, replyTo: 1, gapMs: 0 },
      { type: 'utterance.sentence', utterance: 2, text: 'Да.' },
      { type: 'utterance.finished', utterance: 2, endMs: 1300, text: 'Да.', complete: true },
    ]);
  });

  it('does not step with a filler into what is being said or held', () => {
    const { assistant, told, play, say } = voice();
    say(1, 'Да.', 200);
    assistant.interject({ text: 'Так…', sound: [loud(200)] }, undefined);
    play(3);
    assistant.hold();
    assistant.interject({ text: 'Так…', sound: [loud(200)] }, undefined);
    play(3);
    assistant.release();
    play(20);
    expect(told.some(({ type }) => type === 'filler.said')).toBe(false);
  });

  it('lets a filler end when an utterance that nobody heard gives way to another', () => {
    const { assistant, told, play, say } = voice();
    const unheard = assistant.say({ utterance: 1, kind: 'reply' });
    assistant.interject({ text: 'Так…', sound: [loud(200)] }, undefined);
    play(5);
    unheard.cancel();
    say(2, 'Извините.', 100);
    play(20);
    expect(told[0]).toMatchObject({ type: 'filler.said', complete: true, endMs: 200 });
    expect(told.at(-1)).toMatchObject({ type: 'utterance.finished', utterance: 2, complete: true });
  });

  it('lets a filler end when the reply comes, whatever was said before it', () => {
    const { assistant, told, play, say } = voice();
    say(1, 'раз', 100);
    play(8);
    assistant.interject({ text: 'Секундочку.', sound: [loud(200)] }, undefined);
    play(3);
    say(2, 'два', 100);
    play(20);
    expect(told.filter(({ type }) => type === 'filler.said')).toMatchObject([{ complete: true }]);
    expect(told.at(-1)).toMatchObject({ type: 'utterance.finished', text: 'два', complete: true });
  });

  it('is held no longer when what it held is given up, heard or not', () => {
    const { assistant, told, play } = voice();
    const unheard = assistant.say({ utterance: 1, kind: 'reply' });
    assistant.hold();
    unheard.cancel();
    assistant.interject({ text: 'Так…', sound: [loud(100)] }, undefined);
    play(10);
    expect(told).toMatchObject([{ type: 'filler.said', complete: true }]);
  });

  it('hushed, forgets all it had to say', () => {
    const { assistant, told, play } = voice();
    assistant.interject({ text: 'Так…', sound: [loud(400)] }, undefined);
    play(5);
    assistant.hush();
    expect(told).toEqual([{ type: 'filler.said', startMs: 0, endMs: 100, text: 'Так…', complete: false }]);
    const [tail, ...rest] = play(5);
    expect(tail!.subarray(40).every((sample) => sample === 0)).toBe(true);
    expect(rest.every(isSilent)).toBe(true);
  });
});
