import { UNRECOGNISED } from '../../../contract/fold-call.ts';
import type { Act } from './act-patterns.ts';
import { actsOf, isUnfinished } from './acts.ts';
import type { Question } from './line-book.ts';
import { whenOf } from './when.ts';

/** What the operator has to react to: the one thing that counts most in a caller's turn. */
export type Move =
  | 'unclear'
  | 'wrong'
  | 'stop'
  | 'refuse'
  | 'later'
  | 'selfCall'
  | 'busy'
  | 'send'
  | 'number'
  | 'robot'
  | 'price'
  | 'trial'
  | 'how'
  | 'who'
  | 'doubt'
  | 'expensive'
  | 'have'
  | 'interest'
  | 'bye'
  | 'repeat'
  | 'done'
  | 'wait'
  | 'unfinished'
  | 'yes'
  | 'greeting'
  | 'thanks'
  | 'offTopic';

export interface Turn {
  readonly text: string;
  readonly acts: ReadonlySet<Act>;
  readonly move: Move;
  /** The time he names, where the turn is about calling back. */
  readonly when?: string;
}

/** Acts that are answered as they are, whatever was asked, the more urgent first. */
const PLAIN_MOVES: readonly (readonly [Act, Move])[] = [
  ['number', 'number'],
  ['robot', 'robot'],
  ['price', 'price'],
  ['trial', 'trial'],
  ['busy', 'busy'],
  ['inHurry', 'busy'],
  ['how', 'how'],
  ['doubt', 'doubt'],
  ['expensive', 'expensive'],
  ['have', 'have'],
];

/** Reads one turn of the caller as the answer to `question`, the last that was put to him. Pure. */
export function readTurn(text: string, question: Question | undefined): Turn {
  const words = text.replaceAll(UNRECOGNISED, ' ').trim();
  const acts = actsOf(words);
  if (!/[\p{L}\p{N}]/u.test(words)) return { text: words, acts, move: 'unclear' };
  const move = moveOf(words, acts, question);
  const when = move === 'later' ? whenOf(words) : undefined;
  return { text: words, acts, move, ...(when !== undefined && { when }) };
}

function moveOf(text: string, acts: ReadonlySet<Act>, question: Question | undefined): Move {
  if (acts.has('wrong')) return 'wrong';
  if (acts.has('stop') || acts.has('rude')) return 'stop';
  if (acts.has('later') && !acts.has('send')) return 'later';
  if (acts.has('send')) return 'send';
  if (acts.has('refusal')) return 'refuse';
  if (acts.has('selfCall')) return 'selfCall';

  const assent = acts.has('yes') || (acts.has('weakYes') && !acts.has('bye'));
  if (question === 'when' && !acts.has('no') && (whenOf(text) !== undefined || assent)) return 'later';

  const plain = PLAIN_MOVES.find(([act]) => acts.has(act));
  if (plain !== undefined) return plain[1];
  if (question === 'send' && assent && acts.has('interest')) return 'send';
  if (isUnfinished(text) && !acts.has('no') && !acts.has('bye')) return 'unfinished';
  if (acts.has('interest') || acts.has('need')) return 'interest';
  if (acts.has('no')) return refusalOf(question);
  if (acts.has('done')) return 'done';
  if (acts.has('bye')) return question === 'send' && acts.has('yes') ? 'send' : 'bye';
  if (acts.has('who')) return 'who';
  if (acts.has('repeat')) return 'repeat';
  if (acts.has('wait')) return 'wait';
  if (assent) return question === 'send' ? 'send' : 'yes';
  if (acts.has('greeting')) return 'greeting';
  if (acts.has('thanks')) return 'thanks';
  return 'offTopic';
}

/** What a bare «нет» means: it depends on what was asked. */
function refusalOf(question: Question | undefined): Move {
  if (question === 'convenient') return 'busy';
  if (question === 'anything') return 'done';
  return 'refuse';
}
