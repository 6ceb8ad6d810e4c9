/** A clause shorter than this is not worth a request of its own, and sounds like a stutter. */
const MIN_WORDS = 3;
const MIN_CHARS = 12;
/** A dash often stands for "is" («Наш тариф — девятьсот рублей»): before it there must be more than a subject. */
const MIN_WORDS_BEFORE_DASH = 5;
/** A word longer than this is known well enough. */
const MAX_WORD_CHARS = 40;

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** What hangs on the words before it: the clause before such a word is not over. */
const SUBORDINATE = words(`
  что чтобы чтоб если когда потому поскольку так как каков какой какая какое какие какую какого каких каким
  который которая которое которые которого которой которых которому которым которыми которую котором
  где куда откуда зачем почему сколько чей чья чьё чьи кто кого кому чем чего чему пока хотя ли раз будто словно
  точно нежели причём притом включая кроме особенно то ведь
  that which who whom whose because if when where why how while although though since as than unless until
  whether including such like especially before after once till even
  chunki agar qachonki toki garchi ki çünki çünkü eğer əgər hansı hər sebäbi eger sebebi
  чунки агар ки зеро вақте өйткені егер себебі анткени эгер себеби
  که اگر چون زیرا وقتی تا چونکه
`);

/** Words put in between («наш сервис, кстати, умеет») and tags at the end («завтра, да?»): neither bears a pause. */
const PARENTHETIC = words(`
  например кстати конечно наверное возможно пожалуй кажется видимо впрочем вероятно действительно правда значит
  скажем допустим безусловно разумеется естественно собственно вообще
  да нет верно правильно ладно хорошо пожалуйста спасибо не
  however therefore perhaps maybe probably please right okay ok too though actually indeed yes no thanks isn don
`);

/** Before «который» and "which": the word behind decides. */
const PREPOSITIONS = words(`
  в во на с со для о об обо при из к ко от до по у за под над без через благодаря после перед между вместо среди
  in on at for of to from with by about
`);

/** A sentence that begins so is a subordinate clause up to its first comma. */
const OPENS_SUBORDINATE = words(`
  если когда чтобы чтоб хотя пока раз поскольку так-как потому как что кто где который судя несмотря
  if when because since although though while as unless until before after once whether given
  agar chunki əgər eğer eger агар егер эгер اگر چون وقتی
`);

const GREETINGS = words(`
  здравствуйте здравствуй добрый доброе доброго привет приветствую hello hi good salom assalomu салом сәлеметсіз
  salam merhaba سلام
`);
const HONORIFICS = words('уважаемый уважаемая уважаемые дорогой дорогая господин госпожа dear mr mrs ms');

/** «…, подключившие услугу,»: a participle belongs to the noun before it. */
const PARTICIPLE =
  /(?:[вш]ш|[уюая]щ)(?:ий|ая|ее|ие|его|ей|ему|ем|их|им|ими|ую)(?:ся)?$|[аяе]нн(?:ый|ая|ое|ые|ого|ой|ых|ым|ыми|ую)$/u;

const OPENERS = '«“„([{';
const CLOSERS = '»”)]}';
const MARKS = ',،:;—–-';

/** `length`: the clause is that many characters long, its mark with it. `unknown`: more text must be seen. */
export type ClauseEnd = 'no' | 'unknown' | { readonly length: number };

/**
 * May the text up to the mark at `at` be spoken by itself, before the rest of its sentence is known? It must be ≥ 3
 * words and ≥ 12 characters outside quotes, brackets and numbers, and neither it nor what follows may hang on the
 * other half. Tells as soon as the whole word behind the mark is there. `ended`: no more text will come.
 */
export function isClauseEnd(text: string, at: number, ended: boolean): ClauseEnd {
  const mark = text.charAt(at);
  if (mark === '' || !MARKS.includes(mark)) return 'no';
  const isDash = mark === '—' || mark === '–' || mark === '-';
  // A hyphen is a dash only between spaces.
  if (isDash && !/\s/.test(text.charAt(at - 1))) return 'no';
  const before = text.slice(0, at).trimEnd();
  if (!standsAlone(before, isDash)) return 'no';

  const behind = text.charAt(at + 1);
  if (behind === '') return ended ? 'no' : 'unknown';
  if (behind !== ' ') return 'no';
  const follows = judgeFollowing(text.slice(at + 2), ended);
  if (follows === 'clear') return { length: at + 1 };
  return follows === 'hangs' ? 'no' : 'unknown';
}

function standsAlone(before: string, isDash: boolean): boolean {
  const said = before.match(/[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’ʻʼ-]*/gu) ?? [];
  if (said.length < (isDash ? MIN_WORDS_BEFORE_DASH : MIN_WORDS) || before.length < MIN_CHARS) return false;
  if (isInside(before) || endsParenthetic(before)) return false;
  const first = said[0]?.toLowerCase() ?? '';
  if (OPENS_SUBORDINATE.has(first)) return false;
  // «Иван Петрович Иванов,», «Уважаемый Иван Петрович,» only call; «Здравствуйте, Иван Петрович,» greets.
  if (HONORIFICS.has(first)) return false;
  return GREETINGS.has(first) || !said.every((word) => /^\p{Lu}/u.test(word));
}

/** The mark closes a word put in between: «…, кстати,». */
function endsParenthetic(before: string): boolean {
  const last = /[,،]\s+([\p{L}\p{M}]+)$/u.exec(before)?.[1];
  return last !== undefined && PARENTHETIC.has(last.toLowerCase());
}

/** Inside quotes or brackets that have not closed. */
function isInside(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (OPENERS.includes(char)) depth += 1;
    else if (CLOSERS.includes(char)) depth = Math.max(0, depth - 1);
  }
  return depth > 0 || quoted;
}

function judgeFollowing(rest: string, ended: boolean): 'clear' | 'hangs' | 'unknown' {
  const next = wordAt(rest, ended);
  if (next === 'unknown') return 'unknown';
  // A digit (a date, a list of numbers), a quote, a name that is spoken to: all belong to what came before.
  if (next === '' || /^\p{N}/u.test(next) || isName(next)) return 'hangs';
  const word = next.toLowerCase();
  if (SUBORDINATE.has(word) || PARENTHETIC.has(word) || PARTICIPLE.test(word)) return 'hangs';
  if (!PREPOSITIONS.has(word)) return 'clear';
  const second = wordAt(rest.slice(next.length).replace(/^\s/, ''), ended);
  if (second === 'unknown') return 'unknown';
  return SUBORDINATE.has(second.toLowerCase()) ? 'hangs' : 'clear';
}

function isName(word: string): boolean {
  return /^\p{Lu}/u.test(word) && word !== 'I' && !word.startsWith("I'") && !word.startsWith('I’');
}

/** The word that `text` begins with, '' where it begins with none; `unknown` while it may go on. */
function wordAt(text: string, ended: boolean): string {
  const word = /^[\p{L}\p{M}\p{N}'’ʻʼ-]*/u.exec(text)?.[0] ?? '';
  if (word.length >= MAX_WORD_CHARS) return word.slice(0, MAX_WORD_CHARS);
  const rest = text.slice(word.length);
  const cutInside = rest === '' || /^[\uD800-\uDBFF]$/.test(rest);
  return cutInside && !ended ? 'unknown' : word;
}
