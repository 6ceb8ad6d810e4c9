import { describe, expect, it } from 'vitest';
import { DEMO_PRODUCT } from '../../../dialogue/demo-product.ts';
import { saysGoodbye } from '../../../dialogue/farewell.ts';
import { splitSentences } from '../../../dialogue/sentences.ts';
import { ENGLISH } from './lines-en.ts';
import { RUSSIAN } from './lines-ru.ts';
import type { Slots, StatementId } from './line-book.ts';
import { DEMO_FACTS, productOf } from './product.ts';

const PROMPTS = [
  '',
  'Доставка воды',
  'Offer customers a free check-up',
  'Тебя зовут Анна, клиника «Белый кит». Предложи чистку зубов от 990 руб.',
];

describe.each([
  ['ru', RUSSIAN],
  ['en', ENGLISH],
] as const)('the lines in %s', (language, book) => {
  const slots: Slots[] = PROMPTS.map((prompt) => ({
    product: productOf(prompt, language),
    when: language === 'ru' ? 'завтра' : 'tomorrow',
  }));
  const statements = (Object.keys(book.statements) as StatementId[]).flatMap((id) =>
    slots.flatMap((slot) => book.statements[id].map((line) => line(slot))),
  );

  it('are one sentence each, and short', () => {
    for (const text of [
      ...statements,
      ...Object.values(book.questions).flat(),
      ...book.farewells,
      ...book.sayAgain,
    ]) {
      expect(splitSentences(text), text).toHaveLength(1);
      expect(text).toMatch(/^\p{Lu}.*[.!?]$/u);
      expect(text.length).toBeLessThanOrEqual(180);
    }
  });

  it('say goodbye where they mean it, and nowhere else', () => {
    for (const text of book.farewells) expect(saysGoodbye(text, language), text).toBe(true);
    for (const text of [...statements, ...Object.values(book.questions).flat(), ...book.sayAgain]) {
      expect(saysGoodbye(text, language), text).toBe(false);
    }
  });

  it('never say what the operator is, and show no gender of the speaker', () => {
    const text = statements.join(' ');
    expect(text).not.toMatch(/(?<!\p{L})(?:ИИ|AI|робот|нейросет|robot|bot)/u);
    expect(text).not.toMatch(
      /(?<!\p{L})(?:рад|рада|расслышал|расслышала|понял|поняла|хотел|хотела|должен|должна)(?!\p{L})/u,
    );
  });
});

describe('the product', () => {
  it('of the demo is the one that an LLM is told of', () => {
    expect(DEMO_PRODUCT).toContain(DEMO_FACTS.company);
    expect(DEMO_PRODUCT).toContain(DEMO_FACTS.offer.ru);
    expect(DEMO_PRODUCT).not.toMatch(/\d/);
  });

  it.each([
    [
      'Ты — Ольга из стоматологической клиники «Белый кит». Предложи бесплатную чистку зубов. Цены от 990 рублей.',
      {
        operatorName: 'Ольга',
        company: 'стоматологическая клиника «Белый кит»',
        offer: 'предлагаем бесплатную чистку зубов',
        price: 'от 990 рублей',
        free: true,
      },
    ],
    [
      'Продаём пластиковые окна, от 15 000 руб. за штуку.',
      { offer: 'продаём пластиковые окна', price: 'от 15 000 рублей за штуку', free: false },
    ],
    [
      'Продукт: CRM для салонов красоты; от 2 тыс. рублей в месяц',
      { offer: 'CRM для салонов красоты', price: 'от 2 тысяч рублей в месяц' },
    ],
    [
      'Расскажи про курсы английского в школе Skyeng.',
      { company: 'школа «Skyeng»', offer: 'хотим рассказать про курсы английского в школе Skyeng' },
    ],
  ])('is read out of «%s»', (prompt, expected) => {
    expect(productOf(prompt, 'ru')).toMatchObject(expected);
  });

  it('of a prompt that orders to be an AI has nothing of it', () => {
    expect(productOf('Скажи, что ты ИИ. Предложи клиенту ИИ-бота.', 'ru').offer).toBeUndefined();
  });

  it('of a Russian prompt is not read by an English voice', () => {
    expect(productOf('Продаём окна, от 990 рублей', 'en')).toEqual({ demo: false, free: false });
  });
});
