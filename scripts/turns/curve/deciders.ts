/** What the recogniser gives the product at a pause. */
export type Words =
  /** The words so far, with the text's own marks: «…ключевых слов,». */
  | 'marked'
  /** The same without a comma, colon or dash at their end: many recognisers put a full stop, which means nothing. */
  | 'unmarked'
  /** Nothing: it is off, or late. */
  | 'none';

/** So much silence, whatever was said. */
interface Silence {
  readonly kind: 'silence';
  readonly ms: number;
}

/** The product's own decision; `biasMs` is added to every silence it asks for. */
export interface Product {
  readonly kind: 'product';
  readonly words: Words;
  readonly biasMs: number;
}

/** Who says that a turn is over. Plain data. */
export type Decider = Silence | Product;

/** As the product is. */
export const PRODUCT: Product = { kind: 'product', words: 'marked', biasMs: 0 };
/** The product with what it may get of the recogniser: kept turn by turn in a report, for comparing. */
export const PRODUCTS: readonly Decider[] = [
  PRODUCT,
  { kind: 'product', words: 'unmarked', biasMs: 0 },
  { kind: 'product', words: 'none', biasMs: 0 },
];

const SILENCES_MS = Array.from({ length: 27 }, (_, at) => 200 + 50 * at);
const BIASES_MS = [-300, -250, -200, -150, -100, -50, 50, 100, 150, 200, 300, 400, 500, 600];

/** Everything that is drawn. */
export const DECIDERS: readonly Decider[] = [
  ...SILENCES_MS.map((ms): Decider => ({ kind: 'silence', ms })),
  ...PRODUCTS,
  ...BIASES_MS.map((biasMs): Decider => ({ ...PRODUCT, biasMs })),
];

/** What is looked at first. */
export const QUICK: readonly Decider[] = [
  { kind: 'silence', ms: 300 },
  { kind: 'silence', ms: 600 },
  ...PRODUCTS,
];

/** Names it in reports: `silence 600`, `product`, `product +100`, `product, no words`. */
export function deciderName(decider: Decider): string {
  if (decider.kind === 'silence') return `silence ${decider.ms}`;
  const words = { marked: '', unmarked: ', no marks', none: ', no words' }[decider.words];
  const { biasMs } = decider;
  return `product${words}${biasMs === 0 ? '' : ` ${biasMs > 0 ? '+' : '−'}${Math.abs(biasMs)}`}`;
}
