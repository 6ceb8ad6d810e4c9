import type { PromptLanguage } from './prompts.ts';

/** A reply that no other is mistaken for: its name is in every sentence. */
export interface NamedReply {
  readonly name: string;
  readonly words: readonly string[];
  /** Words up to the first comma. */
  readonly clauseWords: number;
}

const NAMES: Readonly<
  Record<PromptLanguage, { readonly first: readonly string[]; readonly second: readonly string[] }>
> = {
  ru: {
    first: [
      ...['Лунный', 'Медный', 'Тихий', 'Северный', 'Янтарный', 'Дальний', 'Яркий', 'Снежный', 'Речной'],
      ...[
        'Горный',
        'Синий',
        'Летний',
        'Ясный',
        'Мягкий',
        'Полевой',
        'Морской',
        'Зимний',
        'Верный',
        'Быстрый',
      ],
    ],
    second: [
      ...['Кедр', 'Парус', 'Берег', 'Сокол', 'Лотос', 'Маяк', 'Гранит', 'Ветер', 'Клевер', 'Феникс', 'Топаз'],
      ...['Дельфин', 'Орешник', 'Компас', 'Ручей', 'Янтарь', 'Тополь', 'Рассвет', 'Журавль', 'Остров'],
    ],
  },
  en: {
    first: [
      ...[
        'Silver',
        'Copper',
        'Quiet',
        'Northern',
        'Amber',
        'Distant',
        'Bright',
        'Snowy',
        'River',
        'Mountain',
      ],
      ...['Golden', 'Summer', 'Clear', 'Gentle', 'Meadow', 'Ocean', 'Winter', 'Faithful', 'Rapid'],
    ],
    second: [
      ...['Cedar', 'Harbor', 'Falcon', 'Lotus', 'Beacon', 'Granite', 'Breeze', 'Clover', 'Phoenix', 'Topaz'],
      ...['Dolphin', 'Hazel', 'Compass', 'Brook', 'Maple', 'Poplar', 'Sunrise', 'Heron', 'Island', 'Meteor'],
    ],
  },
};

/** First sentences have 11 words, and a comma behind the fourth or fifth. */
const REPLIES: Readonly<Record<PromptLanguage, readonly ((name: string) => string)[]>> = {
  ru: [
    (name) =>
      `По заявке ${name} понятно, сейчас я коротко отвечу на вопрос. Тариф ${name} подключается за один день без доплаты.`,
    (name) =>
      `Заявка ${name} найдена, и по ней сейчас я всё расскажу. Если ${name} подходит, оформим его прямо сегодня.`,
  ],
  en: [
    (name) =>
      `Request ${name} is clear, let me briefly answer your question. The plan ${name} starts within one day at no cost.`,
    (name) =>
      `Request ${name} found, and I will explain everything about it. If ${name} suits you, we can start it today.`,
  ],
};

const GREETINGS: Readonly<Record<PromptLanguage, string>> = {
  ru: 'Здравствуйте, это HALO. Удобно говорить?',
  en: 'Hello, this is HALO. Can you talk now?',
};
const GOODBYES: Readonly<Record<PromptLanguage, string>> = {
  ru: 'Спасибо за разговор. До свидания!',
  en: 'Thank you for your time. Goodbye!',
};

/** The nth (from 0) reply of a run. */
export function namedReply(language: PromptLanguage, nth: number): NamedReply {
  const { first, second } = NAMES[language];
  // 19 and 20 have no common divisor: 380 pairs before one comes again.
  const name = `${first[nth % first.length]!} ${second[nth % second.length]!}`;
  const replies = REPLIES[language];
  const words = replies[nth % replies.length]!(name).split(' ');
  return { name, words, clauseWords: words.findIndex((word) => word.endsWith(',')) + 1 };
}

/** What is said when nobody has asked anything: at the beginning, or at the end. */
export function fixedWords(language: PromptLanguage, what: 'greeting' | 'goodbye'): readonly string[] {
  return (what === 'greeting' ? GREETINGS : GOODBYES)[language].split(' ');
}

/** The words as a model streams them: the space goes before a word. */
export function streamed(words: readonly string[]): readonly string[] {
  return words.map((word, at) => (at === 0 ? word : ` ${word}`));
}

/**
 * What was said between two moments of a sentence, judged by how its voice is spread over its letters. Cuts move to a
 * punctuation mark next to them: people pause there.
 */
export function wordsBetween(text: string, fromShare: number, toShare: number): string {
  const words = text.split(' ');
  return words.slice(cutAt(words, fromShare), cutAt(words, toShare)).join(' ');
}

function cutAt(words: readonly string[], share: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return words.length;
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  let passed = 0;
  let cut = words.findIndex((word) => (passed += word.length) > share * letters + word.length / 2);
  if (cut === -1) cut = words.length;
  const near = [cut, cut - 1, cut + 1].find((at) => at > 0 && /[.,:;!?…-]$/.test(words[at - 1] ?? ''));
  return near ?? cut;
}
