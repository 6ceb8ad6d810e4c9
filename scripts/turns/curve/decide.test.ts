import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_RHYTHM, type Rhythm } from '../../../engine/dialogue/turn-end.ts';
import { loadSileroWeights } from '../../../engine/media/silero-weights.ts';
import { TurnDetector } from '../../../engine/media/turn-detector.ts';
import { hands } from '../../../engine/testing/call-by-hand.ts';
import type { LabelledPrompt } from '../labelled.ts';
import { quietLine } from '../lines.ts';
import { decide } from './decide.ts';
import type { Decider } from './deciders.ts';
import { heardAgain, hearOnce } from './heard.ts';
import { outcomeOf } from './outcome.ts';

const FIXTURE = new URL('../../../engine/media/fixtures/speech-8k.s16', import.meta.url);
const RECOGNISER_MS = 300;

/** A person's «Здравствуйте!» and two sentences a good second later (the fixture's own labels), as one turn. */
const PROMPT: LabelledPrompt = {
  key: 'ru/fixture',
  language: 'ru',
  pcm: new Int16Array(Uint8Array.from(readFileSync(FIXTURE)).buffer),
  spans: [
    [419, 1233],
    [2318, 5696],
  ],
  words: ['Здравствуйте, и', 'пароль неверен. Введите пароль и нажмите решётку.'],
};
const heard = hearOnce(PROMPT.pcm, quietLine, loadSileroWeights(), 1);
const decided = (decider: Decider, rhythm: Rhythm = NO_RHYTHM) =>
  decide(PROMPT, heard, decider, { rhythm, recogniserMs: RECOGNISER_MS });
const product = (words: 'marked' | 'unmarked' | 'none', biasMs = 0): Decider => ({
  kind: 'product',
  words,
  biasMs,
});

describe('decide', () => {
  it('by silence alone cuts off in every pause that is longer', () => {
    const { cutOffs, delayMs } = outcomeOf(PROMPT, decided({ kind: 'silence', ms: 600 }).endsMs);
    expect(cutOffs).toEqual([
      { atMs: expect.any(Number) as number, kind: 'inside', said: 'Здравствуйте, и' },
    ]);
    expect(cutOffs[0]!.atMs - 1233).toBeGreaterThan(550);
    expect(cutOffs[0]!.atMs - 1233).toBeLessThan(720);
    expect(delayMs).toBeGreaterThan(550);
    expect(outcomeOf(PROMPT, decided({ kind: 'silence', ms: 1200 }).endsMs).cutOffs).toEqual([]);
  });

  it('by the product waits for the rest of «…, и» once it knows the words', () => {
    const cutOffs = (decider: Decider) => outcomeOf(PROMPT, decided(decider).endsMs).cutOffs.length;
    expect(cutOffs(product('marked'))).toBe(0);
    expect(cutOffs(product('unmarked'))).toBe(0);
    expect(cutOffs(product('none'))).toBe(1);
    expect(cutOffs(product('marked', -300))).toBe(1);
  });

  it('learns how the caller pauses, and decides by that', () => {
    const { rhythm, endsMs } = decided(product('marked'));
    expect(rhythm.pauses).toBeGreaterThan(0);
    const slow = { pauses: 20, meanMs: 700, spreadMs: 50 };
    expect(decided(product('none'), slow).endsMs.at(-1)! - endsMs.at(-1)!).toBeGreaterThan(100);
  });

  it.each(['marked', 'none'] as const)('does what the machine does (words: %s)', async (words) => {
    expect(await endsOfMachine(words === 'marked')).toEqual(decided(product(words)).endsMs);
  });
});

/** The same turn before the real state chart: it gets the detector's meanings, and its orders reach the detector. */
async function endsOfMachine(withWords: boolean): Promise<readonly number[]> {
  const call = hands();
  await call.answered();
  await call.assistantSays('Здравствуйте!');
  const detector = new TurnDetector(heardAgain(heard.windows));
  const ms = (sample: number) => sample / 8;
  const endsMs: number[] = [];
  let startMs = 0;
  let pausedMs = 0;
  let words: { readonly text: string; readonly turn: number; readonly atSample: number } | undefined;
  for (const { samples } of heard.frames) {
    let asked = call.asked.length;
    const obey = (): void => {
      for (; asked < call.asked.length; asked += 1) {
        const order = call.asked[asked]!;
        if (order.type === 'awaitEnd') detector.awaitEnd(order.turn, order.silenceMs);
      }
    };
    if (words !== undefined && detector.position >= words.atSample) {
      await call.media({ type: 'words.foreseen', turn: words.turn, text: words.text });
      words = undefined;
      obey();
    }
    for (const event of detector.push(samples)) {
      const { type, turn } = event;
      if (type === 'speech.started') {
        startMs = ms(event.startSample);
        await call.media({ type, turn, startMs });
      } else if (type === 'speech.paused') {
        pausedMs = ms(event.endSample);
        await call.media({ type, turn, startMs, endMs: pausedMs });
        const text = PROMPT.words[pausedMs < 3300 ? 0 : 1]!;
        // Short pauses inside the second sentence end before words can come.
        if (withWords) words = { text, turn, atSample: event.atSample + RECOGNISER_MS * 8 };
      } else if (type === 'speech.resumed') {
        words = undefined;
        await call.media({ type, turn, pausedMs: ms(event.atSample) - pausedMs });
      } else if (type === 'turn.ended') {
        words = undefined;
        endsMs.push(ms(event.atSample - heard.from));
        // What it answers is not looked at: the next turn begins as in `listening`.
        await call.media({ type, turn, startMs: ms(event.startSample), endMs: ms(event.endSample) });
      } else await call.media({ type, turn });
    }
    obey();
  }
  return endsMs;
}
