import type { OperatorTask, Said } from '../../../ports/operator.ts';
import type { Line, LineBook, Question, Slots, StatementId } from './line-book.ts';
import type { Product } from './product.ts';
import { situationOf, type Situation } from './situation.ts';
import { hash } from './words.ts';

/** One answer: a statement, and behind it a question or a goodbye, or nothing. */
interface Answer {
  readonly statement?: StatementId;
  readonly tail?: Question | 'farewell' | 'sayAgain';
}

/** V6: an answer is at most this long; two sentences. */
const MAX_REPLY_CHARS = 220;

/** How often a caller who stops in mid-sentence is just listened to. */
const MAX_UNFINISHED = 3;
const MAX_UNCLEAR = 3;
const MAX_OFF_TOPIC = 3;

interface ReplyOrder {
  readonly task: OperatorTask;
  readonly history: readonly Said[];
  readonly product: Product;
  readonly book: LineBook;
}

/** The operator's next words. A pure function: the same conversation always gets the same answer. */
export function replyTo({ task, history, product, book }: ReplyOrder): string {
  const situation = situationOf(history);
  const answer = task === 'greet' ? GREETING : task === 'close' ? closing(situation) : answerTo(situation);
  return wording(answer, situation, { history, product, book });
}

const GREETING: Answer = { statement: 'greet', tail: 'convenient' };

/** What to do in this situation. */
function answerTo(now: Situation): Answer {
  const move = now.last?.move;
  if (now.saidGoodbye && move !== undefined && AFTER_GOODBYE.has(move)) return { tail: 'farewell' };
  switch (move) {
    case undefined:
      return GREETING;
    case 'unclear':
      if (now.unclear >= MAX_UNCLEAR) return { statement: 'noSound', tail: 'farewell' };
      if (now.unclear === 1 || now.question === undefined) return { statement: 'unclear', tail: 'sayAgain' };
      return { statement: 'unclearAgain', tail: now.question };
    case 'wrong':
      return { statement: 'wrong', tail: 'farewell' };
    case 'stop':
      return { statement: 'stop', tail: 'farewell' };
    case 'refuse':
      return now.stance === 'interested' ? farewell(now) : { statement: 'refused', tail: 'farewell' };
    case 'later':
      if (now.when !== undefined) return { statement: 'laterWhen', tail: 'farewell' };
      if (now.put.when > 0 || leaves(now)) return { statement: 'laterNoWhen', tail: 'farewell' };
      return { statement: 'okLater', tail: 'when' };
    case 'busy':
      if (now.put.when > 0 || leaves(now)) return { statement: 'laterNoWhen', tail: 'farewell' };
      return { statement: 'busy', tail: 'when' };
    case 'selfCall':
      return { statement: 'selfCall', tail: 'farewell' };
    case 'send':
      return { statement: 'sendOk', tail: now.put.anything > 0 || leaves(now) ? 'farewell' : 'anything' };
    case 'number':
    case 'robot':
    case 'who':
    case 'how':
      return { statement: move, tail: nextQuestion(now) };
    case 'price':
    case 'trial':
      return { statement: move, tail: now.wantsDetails ? 'anything' : 'send' };
    case 'expensive':
    case 'have':
      return { statement: move, tail: now.put.send > 0 ? 'farewell' : 'send' };
    case 'doubt':
      if (now.doubts === 1 && now.put.send === 0 && !leaves(now)) return { statement: 'doubt', tail: 'send' };
      return { statement: 'doubtAgain', tail: 'farewell' };
    case 'interest':
      return interested(now);
    case 'bye':
    case 'done':
      return farewell(now);
    case 'repeat':
      return !pitched(now)
        ? { statement: 'who', tail: now.question ?? 'convenient' }
        : { statement: 'pitch', tail: now.question ?? 'interest' };
    case 'wait':
      return { statement: 'wait' };
    case 'unfinished':
      if (now.unfinished <= MAX_UNFINISHED) return { statement: 'goOn' };
      return !pitched(now) ? PITCH : { statement: 'here', tail: nextQuestion(now) };
    case 'yes':
      if (now.question === 'anything') return { statement: 'listen' };
      if (now.question === 'interest') return interested(now);
      return !pitched(now) ? PITCH : { statement: 'here', tail: nextQuestion(now) };
    case 'greeting':
      return !pitched(now) ? PITCH : { statement: 'here', tail: nextQuestion(now) };
    case 'thanks':
      return now.question === 'anything' ? farewell(now) : { statement: 'welcome', tail: nextQuestion(now) };
    case 'offTopic':
      if (now.offTopic >= MAX_OFF_TOPIC || now.wantsDetails) return farewell(now);
      return !pitched(now) ? PITCH : { statement: 'offTopic', tail: nextQuestion(now) };
    default:
      return move satisfies never;
  }
}

const PITCH: Answer = { statement: 'pitch', tail: 'interest' };

/** Moves that need no other answer once goodbye was said. */
const AFTER_GOODBYE: ReadonlySet<string> = new Set(
  'yes greeting thanks bye done doubt refuse offTopic unclear unfinished later busy interest'.split(' '),
);

function interested(now: Situation): Answer {
  if (!pitched(now)) return { statement: 'pitch', tail: 'send' };
  if (now.put.send === 0) return { statement: 'great', tail: 'send' };
  return { statement: 'sendOk', tail: now.put.anything > 0 ? 'farewell' : 'anything' };
}

/** The limit is reached, or nobody speaks: sum up and go. */
function closing(now: Situation): Answer {
  if (now.heard === 0) return { statement: 'noSound', tail: 'farewell' };
  return farewell(now);
}

function farewell(now: Situation): Answer {
  if (now.stance === 'interested') {
    return { statement: 'byeInterested', tail: 'farewell' };
  }
  if (now.stance === 'later') return { statement: 'byeLater', tail: 'farewell' };
  if (now.stance === 'refused') return { statement: 'refused', tail: 'farewell' };
  return { statement: 'byeNeutral', tail: 'farewell' };
}

/** The product was presented: every pitch ends in one of these questions. */
function pitched(now: Situation): boolean {
  return now.put.interest + now.put.send > 0;
}

function leaves(now: Situation): boolean {
  return now.last?.acts.has('bye') ?? false;
}

/** The next step of the conversation; a caller who doubts is not asked the same thing a third time. */
function nextQuestion(now: Situation): Question {
  if (now.wantsDetails) return 'anything';
  if (!pitched(now) || (now.stance === 'none' && now.put.interest < 2)) return 'interest';
  return now.put.send < 2 ? 'send' : 'anything';
}

function wording(
  answer: Answer,
  now: Situation,
  { history, product, book }: Omit<ReplyOrder, 'task'>,
): string {
  const said = history.filter((turn) => turn.speaker === 'assistant').map((turn) => turn.text);
  const seed = hash(history.map((turn) => turn.text).join('\n')) + hash(product.offer ?? '');
  const slots: Slots = { product, when: now.when ?? '' };
  const tail = answer.tail === undefined ? undefined : pick(tailOf(answer.tail, book), said, seed >>> 3);
  const room = MAX_REPLY_CHARS - (tail === undefined ? 0 : tail.length + 1);
  const statement =
    answer.statement === undefined
      ? undefined
      : statementOf(book.statements[answer.statement], slots, said, seed, room);
  return [statement, tail].filter((part) => part !== undefined).join(' ');
}

/** A variant that was not said yet and fits; failing that, one without what the customer's prompt gave. */
function statementOf(line: Line, slots: Slots, said: readonly string[], seed: number, room: number): string {
  const make = (with_: Slots) => line.map((variant) => variant(with_)).filter((text) => text.length <= room);
  const { demo, free } = slots.product;
  const texts = [slots, { ...slots, product: { demo, free } }, { product: { demo, free }, when: '' }]
    .map(make)
    .find((fitting) => fitting.length > 0);
  return pick(texts ?? [], said, seed);
}

function tailOf(tail: NonNullable<Answer['tail']>, book: LineBook): readonly string[] {
  if (tail === 'farewell') return book.farewells;
  if (tail === 'sayAgain') return book.sayAgain;
  return book.questions[tail];
}

/** One of the variants by the conversation's own number, not said before where there is such a one. */
function pick(variants: readonly string[], said: readonly string[], seed: number): string {
  const turn = variants.map((_, i) => variants[(i + seed) % variants.length] ?? '');
  return turn.find((variant) => !said.some((text) => text.includes(variant))) ?? turn[0] ?? '';
}
