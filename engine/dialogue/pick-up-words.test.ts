import { describe, expect, it } from 'vitest';
import { answersThePhone } from './pick-up-words.ts';

describe('answersThePhone', () => {
  it.each([
    'Алло?',
    'Да, слушаю вас.',
    'алё, да',
    'Hello?',
    'Yes, hello.',
    'Efendim?',
    'Бале',
    'Иә, тыңдап тұрмын',
  ])('knows «%s»', (text) => expect(answersThePhone(text)).toBe(true));
  it.each(['Да, это интересно.', 'Нет.', 'Кто это?', 'Стоп, подождите', '', 'да да да да да да'])(
    'takes «%s» for something else',
    (text) => expect(answersThePhone(text)).toBe(false),
  );
});
