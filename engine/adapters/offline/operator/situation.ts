import type { Said } from '../../../ports/operator.ts';
import type { Act } from './act-patterns.ts';
import { QUESTIONS, type LineBook, type Question } from './line-book.ts';
import { ENGLISH } from './lines-en.ts';
import { RUSSIAN } from './lines-ru.ts';
import { readTurn, type Turn } from './moves.ts';

/** Where the caller stands, by his last decisive words. */
export type Stance = 'none' | 'curious' | 'interested' | 'doubt' | 'refused' | 'later';

/** A conversation as the rules understand it: a fold of its words and of nothing else. */
export interface Situation {
  readonly stance: Stance;
  /** What he asked for or told us along the way. */
  readonly acts: ReadonlySet<Act>;
  /** He wants the details sent. */
  readonly wantsDetails: boolean;
  readonly when?: string;
  readonly doubts: number;
  /** Turns with words, and the last turns in a row without. */
  readonly heard: number;
  readonly unclear: number;
  readonly offTopic: number;
  /** The last turns in a row that stopped in the middle. */
  readonly unfinished: number;
  /** How often each question was put, and the last one. */
  readonly put: Readonly<Record<Question, number>>;
  readonly question?: Question;
  /** The assistant's last words were a goodbye. */
  readonly saidGoodbye: boolean;
  /** The caller cannot talk now; `hurry` when he only said that it was a bad moment. */
  readonly busy?: 'busy' | 'hurry';
  readonly last?: Turn;
}

const START: Situation = {
  stance: 'none',
  acts: new Set(),
  wantsDetails: false,
  doubts: 0,
  heard: 0,
  unclear: 0,
  offTopic: 0,
  unfinished: 0,
  put: { convenient: 0, interest: 0, send: 0, when: 0, anything: 0 },
  saidGoodbye: false,
};

const BOOKS: readonly LineBook[] = [RUSSIAN, ENGLISH];

/** Folds a conversation. Turns of the caller with nothing of ours between them are one turn. */
export function situationOf(history: readonly Said[]): Situation {
  let situation = START;
  let pieces: string[] = [];
  const take = () => {
    if (pieces.length > 0) situation = withCaller(situation, pieces.join(' '));
    pieces = [];
  };
  for (const { speaker, text } of history) {
    if (speaker === 'user') {
      pieces.push(text);
    } else if (text.trim() !== '') {
      take();
      situation = withAssistant(situation, text);
    }
  }
  take();
  return situation;
}

function withAssistant(before: Situation, text: string): Situation {
  const saidGoodbye = BOOKS.some((book) => book.farewells.some((farewell) => text.includes(farewell)));
  const question = QUESTIONS.find((id) =>
    BOOKS.some((book) => book.questions[id].some((line) => text.includes(line))),
  );
  if (question === undefined) return { ...before, saidGoodbye };
  return { ...before, saidGoodbye, question, put: { ...before.put, [question]: before.put[question] + 1 } };
}

function withCaller(before: Situation, text: string): Situation {
  const turn = readTurn(text, before.question);
  if (turn.move === 'unclear') return { ...before, last: turn, unclear: before.unclear + 1 };
  const wantsDetails = before.wantsDetails || turn.move === 'send';
  const when = turn.when ?? before.when;
  const busy = turn.acts.has('busy') ? 'busy' : turn.acts.has('inHurry') ? 'hurry' : before.busy;
  return {
    ...before,
    last: turn,
    stance: stanceAfter(before, turn),
    acts: new Set([...before.acts, ...turn.acts]),
    wantsDetails,
    doubts: before.doubts + (turn.move === 'doubt' ? 1 : 0),
    heard: before.heard + 1,
    unclear: 0,
    offTopic: before.offTopic + (turn.move === 'offTopic' ? 1 : 0),
    unfinished: turn.move === 'unfinished' ? before.unfinished + 1 : 0,
    ...(when !== undefined && { when }),
    ...(busy !== undefined && { busy }),
  };
}

function stanceAfter({ stance, question, wantsDetails }: Situation, { move, acts }: Turn): Stance {
  if (move === 'stop') return 'refused';
  // «Нет» to the offer of details takes nothing back of an interest he has spoken of.
  if (move === 'refuse') return stance === 'interested' && !acts.has('refusal') ? stance : 'refused';
  if (move === 'later') return 'later';
  if (move === 'send') return 'interested';
  if (acts.has('interest') || acts.has('need')) return 'interested';
  if (move === 'doubt')
    return (stance === 'interested' && wantsDetails) || stance === 'later' ? stance : 'doubt';
  if (move === 'yes' && question === 'interest') return 'interested';
  if ((move === 'price' || move === 'trial') && stance === 'none') return 'curious';
  return stance;
}
