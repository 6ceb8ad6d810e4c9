import { describe, expect, it } from 'vitest';
import { Utterance } from './utterance.ts';

const sentence = (text: string) => ({ type: 'sentence', utterance: 3, text }) as const;
const end = { type: 'end', utterance: 3 } as const;
const quiet = new Int16Array(160);
const loud = new Int16Array(160).fill(2000);

function reply() {
  return new Utterance({ utterance: 3, kind: 'reply', replyTo: { turn: 2, endMs: 1000 } });
}

describe('Utterance', () => {
  it('starts with its first audible sample, and counts the gap from the last sample of the turn it answers', () => {
    const utterance = reply();
    expect(utterance.pass(sentence('Да.'), 9600)).toEqual([]);
    expect(utterance.played(quiet, 9600)).toEqual([]);
    const late = new Int16Array(160);
    late[80] = -500;
    expect(utterance.played(late, 9760)).toEqual([
      { type: 'utterance.started', utterance: 3, kind: 'reply', startMs: 1230, replyTo: 2, gapMs: 230 },
      { type: 'utterance.sentence', utterance: 3, text: 'Да.' },
    ]);
    expect(utterance.played(loud, 9920)).toEqual([]);
  });

  it('tells each sentence when its own sound begins, and the whole text at the end', () => {
    const utterance = reply();
    utterance.pass(sentence('Первое.'), 0);
    utterance.played(loud, 0);
    expect(utterance.pass(sentence('Второе.'), 800)).toEqual([
      { type: 'utterance.sentence', utterance: 3, text: 'Второе.' },
    ]);
    expect(utterance.pass(end, 1600)).toEqual([
      { type: 'utterance.finished', utterance: 3, endMs: 200, text: 'Первое. Второе.', complete: true },
    ]);
    expect(utterance.cut(1700, 0)).toEqual([]);
  });

  it('keeps only the words that were heard when it is cut off', () => {
    const utterance = reply();
    utterance.pass(sentence('Первое предложение целиком.'), 0);
    utterance.played(loud, 0);
    utterance.pass(sentence('раз два три четыре'), 800);
    expect(utterance.cut(1600, 800)).toEqual([
      {
        type: 'utterance.finished',
        utterance: 3,
        endMs: 200,
        text: 'Первое предложение целиком. раз два…',
        complete: false,
      },
    ]);
  });

  it('leaves no trace when it is dropped before it was heard', () => {
    const utterance = reply();
    utterance.pass(sentence('Не успел.'), 0);
    utterance.played(quiet, 0);
    expect(utterance.cut(160, 4000)).toEqual([]);
    expect(utterance.finished).toBe(true);
  });

  it('ignores the marks of another utterance', () => {
    const utterance = reply();
    expect(utterance.pass({ type: 'end', utterance: 2 }, 0)).toEqual([]);
    expect(utterance.finished).toBe(false);
  });
});
