import type { Product } from './product.ts';

/** Questions the operator puts; the caller's «да» and «нет» mean what the last one asked. */
export const QUESTIONS = ['convenient', 'interest', 'send', 'when', 'anything'] as const;
export type Question = (typeof QUESTIONS)[number];

/** What a line may need besides its words. */
export interface Slots {
  readonly product: Product;
  readonly when: string;
}

/** One sentence each, without the speaker's gender. */
export interface Statements {
  readonly greet: Line;
  readonly pitch: Line;
  readonly who: Line;
  readonly how: Line;
  readonly robot: Line;
  readonly number: Line;
  readonly price: Line;
  readonly trial: Line;
  readonly great: Line;
  readonly sendOk: Line;
  readonly busy: Line;
  readonly okLater: Line;
  readonly laterWhen: Line;
  readonly laterNoWhen: Line;
  readonly selfCall: Line;
  readonly refused: Line;
  readonly stop: Line;
  readonly wrong: Line;
  readonly doubt: Line;
  readonly doubtAgain: Line;
  readonly expensive: Line;
  readonly have: Line;
  readonly offTopic: Line;
  readonly wait: Line;
  readonly goOn: Line;
  readonly listen: Line;
  readonly welcome: Line;
  readonly here: Line;
  readonly unclear: Line;
  readonly unclearAgain: Line;
  readonly noSound: Line;
  readonly byeInterested: Line;
  readonly byeLater: Line;
  readonly byeNeutral: Line;
}
export type StatementId = keyof Statements;
export type Line = readonly ((slots: Slots) => string)[];

export interface LineBook {
  readonly statements: Statements;
  readonly questions: Readonly<Record<Question, readonly string[]>>;
  readonly sayAgain: readonly string[];
  readonly farewells: readonly string[];
}
