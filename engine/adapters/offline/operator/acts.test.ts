import { describe, expect, it } from 'vitest';
import type { Act } from './act-patterns.ts';
import { actsOf, isUnfinished } from './acts.ts';
import { readTurn, type Move } from './moves.ts';
import { whenInRussian, whenOf } from './when.ts';

describe('actsOf', () => {
  it.each<[string, readonly Act[], readonly Act[]]>([
    ['Да, это интересно.', ['yes', 'interest'], ['refusal']],
    ['Мне это не очень интересно', ['refusal'], ['interest']],
    ['Неинтересно.', ['refusal'], ['interest']],
    ['Нет, спасибо', ['refusal'], ['no']],
    ['Нет проблем, давайте', ['yes'], ['no', 'refusal']],
    ['Я не могу говорить', ['busy'], ['doubt']],
    ['Пока ничего не могу сказать.', ['doubt'], ['busy', 'bye']],
    ['Ну всё, пока!', ['bye'], []],
    ['Не звоните мне больше', ['stop'], ['later']],
    ['Я сам вам перезвоню', ['selfCall'], ['later']],
    ['Перезвоните мне потом', ['later'], ['selfCall']],
    ['Мне нужно подумать', ['doubt'], ['need']],
    ['Нам как раз нужен такой', ['need'], []],
    ['Вы знаете, некому отвечать', ['need'], ['doubt']],
    ['Не присылайте ничего', ['refusal'], ['send']],
    ['Сколько это времени займёт?', [], ['price']],
    ['А сколько?', ['price'], []],
    ['Что?', ['repeat'], []],
    ['I am not really interested', ['refusal'], ['interest']],
    ['You know, I need something', ['need'], ['doubt']],
    ["I don't know", ['doubt'], []],
    ['Please do not call me again', ['stop'], ['later', 'yes']],
  ])('«%s»', (text, has, hasNot) => {
    const acts = actsOf(text);
    for (const act of has) expect(acts, act).toContain(act);
    for (const act of hasNot) expect(acts, act).not.toContain(act);
  });
});

describe('readTurn', () => {
  it.each<[string, Parameters<typeof readTurn>[1], Move]>([
    ['Нет.', 'convenient', 'busy'],
    ['Нет.', 'interest', 'refuse'],
    ['Нет.', 'anything', 'done'],
    ['Да.', 'interest', 'yes'],
    ['Да.', 'send', 'send'],
    ['Хорошо.', 'when', 'later'],
    ['После шести.', 'when', 'later'],
    ['После шести.', 'interest', 'offTopic'],
    ['Ладно, всего доброго.', 'send', 'bye'],
    ['Пришлите подробности, я вечером прочитаю.', undefined, 'send'],
    ['[неразборчиво]', undefined, 'unclear'],
    ['', undefined, 'unclear'],
    ['Да, здравствуйте, вы знаете,', 'convenient', 'unfinished'],
    ['Какая сегодня погода?', 'interest', 'offTopic'],
  ])('«%s» after %s is %s', (text, question, move) => {
    expect(readTurn(text, question).move).toBe(move);
  });
});

describe('whenOf', () => {
  it.each([
    ['Перезвоните мне завтра после обеда.', 'завтра после обеда', 'завтра после обеда'],
    ['Давайте в пятницу в 15:30', 'в пятницу в 15:30', 'в пятницу в 15:30'],
    ['Через полчаса', 'через полчаса', 'через полчаса'],
    ['Хорошо, до завтра', 'завтра', 'завтра'],
    ['Call me back tomorrow afternoon.', 'tomorrow afternoon', 'завтра после обеда'],
    ['Call me on Monday at 3 pm', 'on monday at 3 pm', '«on monday at 3 pm»'],
  ])('«%s» → %s', (text, when, russian) => {
    expect(whenOf(text)).toBe(when);
    expect(whenInRussian(when)).toBe(russian);
  });

  it('finds none where none is named', () => {
    expect(whenOf('Как-нибудь потом')).toBeUndefined();
  });
});

describe('isUnfinished', () => {
  it.each(['Ну, в целом мне это интересно,', 'Я хотел бы и', 'but'])('«%s» is', (text) =>
    expect(isUnfinished(text)).toBe(true),
  );
  it.each(['Да.', 'Хорошо', 'Они'])('«%s» is not', (text) => expect(isUnfinished(text)).toBe(false));
});
