import { expect, it } from 'vitest';
import { partsOf } from './parts.ts';

const stt = { stage: 'stt', arrivedMs: 1_180, answeredMs: 1_480, aborted: false, text: 'Да.' } as const;
const chat = {
  stage: 'chat',
  arrivedMs: 1_485,
  answeredMs: 1_835,
  aborted: false,
  text: 'Да.',
  clauseWords: 5,
} as const;
const tts = { stage: 'tts', arrivedMs: 1_925, answeredMs: 2_175, aborted: false, text: 'Хорошо,' } as const;

it('splits the gap into parts that make it up, beside what the provider needs', () => {
  const parts = partsOf({ stt, chat, tts }, 1_000, 2_190)!;
  expect(parts).toEqual({
    toStt: 180,
    stt: 300,
    toChat: 5,
    chat: 350,
    toTts: 90,
    tts: 250,
    toSound: 15,
    providerMs: 980,
    overheadMs: 210,
  });
  const { toStt, toChat, toTts, toSound } = parts;
  expect(toStt + parts.stt + toChat + parts.chat + toTts + parts.tts + toSound).toBe(1_190);
});

it('is negative where work was begun before the caller had finished', () => {
  expect(partsOf({ stt, chat, tts }, 1_300, 2_190)).toMatchObject({ toStt: -120, overheadMs: -90 });
});

it('knows nothing of an answer that never came', () => {
  const silent = { stage: 'tts', arrivedMs: 1_925, aborted: true, text: 'Хорошо,' } as const;
  expect(partsOf({ stt, chat, tts: silent }, 1_000, 2_190)).toBeUndefined();
});
