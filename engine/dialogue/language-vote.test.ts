import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPOKEN_LANGUAGES, type SpokenLanguage } from '../contract/languages.ts';
import { countWords, type HeardTurn, openVote, voteOnLanguage } from './language-vote.ts';

type Turn = readonly [SpokenLanguage | undefined, words: number, confidence?: number];
const ALL = [...SPOKEN_LANGUAGES];

const spokenAfter = (
  start: SpokenLanguage,
  turns: readonly Turn[],
  speakable: readonly SpokenLanguage[] = ALL,
) =>
  turns.reduce(
    (vote, [language, words, confidence]) => voteOnLanguage(vote, { language, words, confidence }, speakable),
    openVote(start),
  ).spoken;

describe('the vote on the language', () => {
  it.each<[string, SpokenLanguage, Turn[], SpokenLanguage]>([
    ['nothing was heard', 'ru', [], 'ru'],
    ['one odd word', 'ru', [['tr', 1, 0.95]], 'ru'],
    [
      'two odd words in two languages',
      'ru',
      [
        ['tr', 1],
        ['en', 1],
      ],
      'ru',
    ],
    ['a long clear sentence', 'ru', [['uz', 5, 0.85]], 'uz'],
    ['a long sentence without a confidence', 'ru', [['en', 4]], 'en'],
    ['a long sentence that is not clear', 'ru', [['en', 6, 0.7]], 'ru'],
    [
      'and once more',
      'ru',
      [
        ['en', 6, 0.7],
        ['en', 2, 0.7],
      ],
      'en',
    ],
    [
      'two short turns in a row',
      'ru',
      [
        ['uz', 1, 0.6],
        ['uz', 2, 0.6],
      ],
      'uz',
    ],
    [
      'two with the spoken language between',
      'ru',
      [
        ['uz', 1],
        ['ru', 1],
        ['uz', 1],
      ],
      'ru',
    ],
    [
      'two with another between',
      'ru',
      [
        ['uz', 1],
        ['en', 1],
        ['uz', 1],
      ],
      'ru',
    ],
    [
      'two with an unknown between',
      'ru',
      [
        ['uz', 1],
        [undefined, 3],
        ['uz', 1],
      ],
      'uz',
    ],
    [
      'unknown languages',
      'ru',
      [
        [undefined, 9],
        [undefined, 9],
        [undefined, 9],
      ],
      'ru',
    ],
    [
      'guesses of the recogniser',
      'ru',
      [
        ['en', 6, 0.2],
        ['en', 6, 0.2],
        ['en', 6, 0.39],
      ],
      'ru',
    ],
    [
      'no number',
      'ru',
      [
        ['en', 6, NaN],
        ['en', 6, NaN],
      ],
      'ru',
    ],
    ['a sentence heard as Kazakh by a Russian', 'ru', [['kk', 5, 0.9]], 'ru'],
    [
      'two of them',
      'ru',
      [
        ['kk', 5, 0.9],
        ['kk', 2, 0.9],
      ],
      'kk',
    ],
    [
      'two words heard as Kazakh',
      'ru',
      [
        ['kk', 1],
        ['kk', 1],
      ],
      'ru',
    ],
    [
      'Kyrgyz taken for Kazakh',
      'ky',
      [
        ['kk', 6, 0.9],
        ['kk', 6, 0.9],
      ],
      'ky',
    ],
    [
      'Kazakh, said three times',
      'ky',
      [
        ['kk', 6, 0.9],
        ['kk', 6, 0.9],
        ['kk', 6, 0.9],
      ],
      'kk',
    ],
    ['Kyrgyz, with a sentence of Russian', 'ky', [['ru', 6, 0.9]], 'ky'],
    ['Azerbaijani taken for Turkish', 'az', [['tr', 6, 0.9]], 'az'],
    ['Tajik taken for Dari', 'tj', [['fa-af', 6, 0.9]], 'tj'],
    [
      'there and back',
      'ru',
      [
        ['en', 5],
        ['ru', 5],
      ],
      'ru',
    ],
  ])('%s: %s …', (_, start, turns, spoken) => {
    expect(spokenAfter(start, turns)).toBe(spoken);
  });

  it('never moves to a language that cannot be spoken', () => {
    expect(
      spokenAfter(
        'ru',
        [
          ['uz', 9, 1],
          ['uz', 9, 1],
          ['uz', 9, 1],
        ],
        ['ru', 'en'],
      ),
    ).toBe('ru');
  });

  it.each([
    ['Да', 1],
    ['Мен тыңдап тұрмын, сәлеметсіз бе?', 5],
    ["Yo'q, o‘zbekcha gapiring", 4],
    ['… — !', 0],
    ['', 0],
  ])('counts the words of «%s»: %i', (text, words) => {
    expect(countWords(text)).toBe(words);
  });

  const language = fc.constantFrom(...SPOKEN_LANGUAGES);
  const heard: fc.Arbitrary<HeardTurn> = fc.record({
    language: fc.option(language, { nil: undefined }),
    confidence: fc.option(fc.double({ min: 0, max: 1 }), { nil: undefined }),
    words: fc.integer({ min: 0, max: 12 }),
  });

  it('keeps its promises for any turns', () => {
    fc.assert(
      fc.property(language, fc.array(heard, { maxLength: 20 }), fc.subarray(ALL), (start, turns, others) => {
        const speakable = [start, ...others];
        let vote = openVote(start);
        for (const turn of turns) {
          const next = voteOnLanguage(vote, turn, speakable);
          expect(speakable).toContain(next.spoken);
          expect(next.rival?.language).not.toBe(next.spoken);
          if (next.spoken !== vote.spoken) {
            expect(next.spoken).toBe(turn.language);
            // Not by a lone short word, nor by a lone guess.
            if (vote.rival?.language !== turn.language) {
              expect(turn.words).toBeGreaterThanOrEqual(4);
              expect(turn.confidence ?? 1).toBeGreaterThanOrEqual(0.8);
            }
          }
          vote = next;
        }
      }),
    );
  });

  it('follows a caller who stays with his language, whichever it is', () => {
    fc.assert(
      fc.property(language, language, fc.integer({ min: 2, max: 9 }), (start, theirs, words) => {
        const turn: Turn = [theirs, words, 0.8];
        expect(spokenAfter(start, [turn, turn, turn])).toBe(theirs);
      }),
    );
  });
});
