/** What the rules know of the product: taken from the customer's prompt as far as rules can, else HALO's demo. */
export interface Product {
  readonly demo: boolean;
  /** The operator's name, when the prompt gives one. */
  readonly operatorName?: string;
  /** «компания HALO», "клиника «Белый кит»"; undefined when the prompt names nobody. */
  readonly company?: string;
  /** A clause that can stand after «хотим рассказать вам:»; undefined when none was found. */
  readonly offer?: string;
  /** «от 990 рублей в месяц». */
  readonly price?: string;
  /** The prompt speaks of something free or of a trial. */
  readonly free: boolean;
}

/**
 * Facts of HALO's own demo call; the same that dialogue/demo-product.ts tells an LLM (a test holds them together).
 * HALO is self-hosted and has no price list: nothing here may name a price.
 */
export const DEMO_FACTS = {
  company: 'HALO',
  offer: {
    ru: 'голосовой помощник для бизнеса',
    en: 'a voice assistant for business',
  },
} as const;

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/автосалон/, 'автосалон'],
  [/автосервис/, 'автосервис'],
  [/автошкол/, 'автошкола'],
  [/стоматологическ\p{L}+ клиник/u, 'стоматологическая клиника'],
  [/стоматологи/, 'стоматология'],
  [/клиник/, 'клиника'],
  [/компани/, 'компания'],
  [/фирм/, 'фирма'],
  [/магазин/, 'магазин'],
  [/школ/, 'школа'],
  [/студи/, 'студия'],
  [/салон/, 'салон'],
  [/агентств/, 'агентство'],
  [/ресторан/, 'ресторан'],
  [/фитнес-клуб/, 'фитнес-клуб'],
  [/клуб/, 'клуб'],
  [/банк/, 'банк'],
  [/сервис/, 'сервис'],
  [/центр/, 'центр'],
  [/завод/, 'завод'],
  [/отел/, 'отель'],
];

/** Words that the operator never says of itself or its product (V5.3: it does not say that it is an AI). */
const FORBIDDEN =
  /(?<!\p{L})(?:ии|ai|робот|бот|чат-бот|нейросет|искусственн|artificial|robot|bot)(?:\p{L}*)/iu;

const NAME = '([А-ЯЁ][а-яё]{2,14}|[A-Z][a-z]{2,14})';
const OPERATOR_NAME = [
  new RegExp(`(?:[Тт]ебя|[Вв]ас|[Мм]еня) зовут[ :—-]+${NAME}`, 'u'),
  new RegExp(`(?:^|[.\\n] *)(?:[Тт]ы|[Вв]ы)\\s*[—–-]\\s*${NAME}(?=[\\s,.])`, 'u'),
  new RegExp(`(?:[Тт]воё|[Тт]вое|[Вв]аше) имя[ :—-]+${NAME}`, 'u'),
  new RegExp(`(?:[Yy]our name is|[Yy]ou are called|[Mm]y name is) ${NAME}`, 'u'),
];

const OFFERS: readonly (readonly [RegExp, (what: string) => string])[] = [
  [/(?:продукт|услуга|предложение|product|offer|service)\s*[:—–-]\s*([^.;!?\n]+)/iu, (what) => what],
  [
    /(?:^|[\s,(])(мы\s+)?(предлагаем|продаём|продаем|делаем|производим|поставляем|устанавливаем|доставляем|проводим|обучаем|ремонтируем|строим)\s+([^.;!?\n]+)/iu,
    (what) => what,
  ],
  [
    /(?:^|[\s,(])(?:предложи|предложить|предлагай|предлагать|продай|продавай|продавать)(?:те)?\s+(?:клиент\p{L}+\s+|людям\s+|им\s+|ему\s+)?([^.;!?\n]+)/iu,
    (what) => `предлагаем ${what}`,
  ],
  [
    /(?:расска(?:жи|зать|зывай)|узна(?:й|ть),? интересно ли)(?:те)?\s+(?:клиент\p{L}+\s+)?((?:про|об?)\s+[^.;!?\n]+)/iu,
    (what) => `хотим рассказать ${what}`,
  ],
  [/\b(?:we|they) (offer|sell|make|provide|install|deliver)\s+([^.;!?\n]+)/iu, (what) => what],
  [
    /\b(?:offer|sell|present|tell (?:them|him|her|people|clients|customers) about)\s+(?:(?:them|clients|customers|people)\s+)?([^.;!?\n]+)/iu,
    (what) => `we offer ${what}`,
  ],
];

const PRICE =
  /(?:(?:от|до|за|from|at|for)\s+)?(?:[$€£]\s?)?\d[\d\s.,]{0,12}(?:\s*(?:тысяч\p{L}*|тыс\.?|млн|миллион\p{L}*|thousand))?\s*(?:рублей|рубля|рубль|руб\.?|₽|р\.|долларов|доллара|\$|€|евро|тенге|сумов|сум|сомов|сомони|манатов|лир|dollars?|euros?|rubles?|usd|eur)?(?:\s+за\s+(?!\d)\p{L}{3,12}|\s*(?:в|за|\/|a|per)\s*(?:месяц|мес\.?|год|день|час|минуту|штуку|занятие|урок|сеанс|month|year|day|hour|minute|lesson|session))?/giu;

const CURRENCY = /рубл|руб|₽|р\.|доллар|[$€£]|евро|тенге|сум|сом|манат|лир|dollar|euro|ruble|usd|eur/iu;

const MAX_OFFER_CHARS = 80;

/** Reads the product out of the customer's prompt; empty or blank means HALO's demo. */
export function productOf(prompt: string, language: 'ru' | 'en'): Product {
  const text = prompt
    .slice(0, 4_000)
    .replace(/[\t\r ]+/g, ' ')
    .trim();
  if (text === '') {
    const company = language === 'ru' ? `компания ${DEMO_FACTS.company}` : DEMO_FACTS.company;
    return { demo: true, company, offer: DEMO_FACTS.offer[language], free: true };
  }
  const company = sayable(companyOf(text, language), language);
  const offer = sayable(offerOf(text), language);
  const price = sayable(priceOf(text), language);
  const name = OPERATOR_NAME.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  const operatorName = sayable(name, language);
  return {
    demo: false,
    free: /бесплатн|пробн|в подарок|\bfree\b|\btrial\b/iu.test(text),
    ...(operatorName !== undefined && !FORBIDDEN.test(operatorName) && { operatorName }),
    ...(company !== undefined && { company }),
    ...(offer !== undefined && { offer }),
    ...(price !== undefined && { price }),
  };
}

/** A voice of one language cannot read the other's words: a Russian prompt gives an English call no clauses. */
function sayable(text: string | undefined, language: 'ru' | 'en'): string | undefined {
  if (text === undefined) return undefined;
  const cyrillic = /\p{Script=Cyrillic}/u.test(text);
  if (language === 'en') return cyrillic ? undefined : text;
  const words = text.match(/\p{Script=Latin}+/gu) ?? [];
  return cyrillic || words.length <= 1 ? text : undefined;
}

function companyOf(text: string, language: 'ru' | 'en'): string | undefined {
  const quoted =
    /(\p{L}[\p{L}-]*(?:\s+\p{L}[\p{L}-]*)?)?\s*[«"“„]([\p{L}\p{N}](?:[\p{L}\p{N} &+'-]|\.(?=\p{L})){1,38})[»"”“]/u.exec(
      text,
    );
  if (quoted?.[2] !== undefined && !FORBIDDEN.test(quoted[2]))
    return named(quoted[1] ?? '', quoted[2].trim(), language);
  const kinds = KINDS.map(([stem]) => stem.source).join('|');
  const bare = new RegExp(
    `((?:${kinds})\\p{L}*)\\s+([A-ZА-ЯЁ][\\p{L}\\d&-]{1,20}(?:\\s+[A-ZА-ЯЁ][\\p{L}\\d&-]{1,20}){0,2})`,
    'u',
  ).exec(text);
  if (bare?.[2] !== undefined && !FORBIDDEN.test(bare[2])) return named(bare[1] ?? '', bare[2], language);
  const english =
    /\b(?:company|clinic|shop|store|from|of|for)\s+([A-Z][\w&-]{1,20}(?:\s+[A-Z][\w&-]{1,20}){0,2})/.exec(
      text,
    )?.[1];
  return english !== undefined && !FORBIDDEN.test(english) ? english : undefined;
}

/** «из стоматологической клиники», «Белый кит» → «стоматологическая клиника „Белый кит“». */
function named(before: string, name: string, language: 'ru' | 'en'): string {
  if (language === 'en') return name;
  const kind = KINDS.find(([stem]) => stem.test(before.toLowerCase()))?.[1];
  return kind === undefined ? `«${name}»` : `${kind} «${name}»`;
}

function offerOf(text: string): string | undefined {
  for (const [pattern, shape] of OFFERS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const verb =
      /предлагаем|продаём|продаем|делаем|производим|поставляем|устанавливаем|доставляем|проводим|обучаем|ремонтируем|строим|^(?:offer|sell|make|provide|install|deliver)$/iu;
    const found = match.slice(1).filter((part: string | undefined) => part !== undefined);
    const what = found.at(-1) ?? '';
    const said = found
      .slice(0, -1)
      .find((part) => verb.test(part.trim()))
      ?.trim()
      .toLowerCase();
    const prefix = said === undefined ? '' : /[a-z]/.test(said) ? `we ${said} ` : `${said} `;
    const clause = clip(prefix + shape(what.trim()));
    if (clause !== undefined) return clause;
  }
  const first = /^[^.;!?\n]+/u.exec(text)?.[0] ?? '';
  const order =
    /^(?:ты|вы|будь|говори|позвони|звони|представ|спроси|узнай|задай|веди|you|be|call|say|speak|ask|act|introduce)(?!\p{L})/iu;
  return order.test(first) ? undefined : clip(first.charAt(0).toLowerCase() + first.slice(1));
}

/** A clause short enough to be spoken, cut at a comma or a word; undefined when nothing sayable is left. */
function clip(clause: string): string | undefined {
  const money = [...clause.matchAll(PRICE)].find(([found]) => CURRENCY.test(found));
  let text = clause
    .slice(0, money?.index)
    .replace(/[.!?…؟;؛].*$/su, '')
    .replace(/[«»"“”„()[\]{}<>*_#`|\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (text.length > MAX_OFFER_CHARS) {
    const cut = text.slice(0, MAX_OFFER_CHARS);
    const comma = cut.lastIndexOf(',');
    text = comma >= 20 ? cut.slice(0, comma) : cut.replace(/\s+\S*$/, '');
  }
  text = text
    .replace(/(?:[\s,:—–-]|(?<!\p{L})(?:и|а|но|от|за|для|с|в|на|and|or|for|with|at|the|a))+$/iu, '')
    .trim();
  if (text.length < 3 || text.length > MAX_OFFER_CHARS || !/\p{L}{3}/u.test(text) || FORBIDDEN.test(text))
    return undefined;
  return text;
}

function priceOf(text: string): string | undefined {
  for (const [found] of text.matchAll(PRICE)) {
    if (!CURRENCY.test(found)) continue;
    const price = found
      .replace(/₽|руб\.?(?!л)|р\./iu, ' рублей')
      .replace(/\s*\/\s*/, ' в ')
      .replace(/мес\.?(?!яц)/iu, 'месяц')
      .replace(/тыс\.?(?!яч)/iu, ' тысяч ')
      .replace(/\s+/g, ' ')
      .trim();
    if (price.length <= 48) return price.charAt(0).toLowerCase() + price.slice(1);
  }
  return undefined;
}
