import { describe, expect, it } from 'vitest';
import { operatorBrief } from '../dialogue/brief.ts';
import { saysGoodbye } from '../dialogue/farewell.ts';
import type { Operator, OperatorRequest, OperatorTask, Said } from '../ports/operator.ts';

export interface OperatorUnderTest {
  readonly operator: Operator;
  stop(): Promise<void>;
}

const GREETING: Said = {
  speaker: 'assistant',
  text: 'Здравствуйте, это компания HALO. Удобно сейчас говорить?',
};
const INTERESTED: readonly Said[] = [
  GREETING,
  { speaker: 'user', text: 'Да, мне это интересно. Пришлите, пожалуйста, подробности.' },
];

function request(task: OperatorTask, history: readonly Said[]): OperatorRequest {
  const brief = operatorBrief({ prompt: '', language: 'ru', task, remainingPairs: 5 });
  return { task, brief, prompt: '', language: 'ru', history };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** What every Operator must do. `start` makes one that works; it is stopped after each test. */
export function operatorContract(name: string, start: () => Promise<OperatorUnderTest>): void {
  const using = async (work: (operator: Operator) => Promise<void>) => {
    const { operator, stop } = await start();
    try {
      await work(operator);
    } finally {
      await stop();
    }
  };
  const live = () => new AbortController().signal;

  describe(`Operator contract: ${name}`, () => {
    it('has a name', () =>
      using((operator) => {
        expect(operator.name).not.toBe('');
        return Promise.resolve();
      }));

    it.each<[OperatorTask, readonly Said[]]>([
      ['greet', []],
      ['reply', INTERESTED],
      ['close', INTERESTED],
      ['close', [GREETING]],
    ])('has words for the task %s', (task, history) =>
      using(async (operator) => {
        const text = await textOf(operator.reply(request(task, history), live()));
        expect(text.trim()).not.toBe('');
        expect(saysGoodbye(text, 'ru')).toBe(task === 'close');
      }),
    );

    it('answers several calls at once', () =>
      using(async (operator) => {
        const replies = [1, 2, 3].map(() => textOf(operator.reply(request('reply', INTERESTED), live())));
        for (const text of await Promise.all(replies)) expect(text.trim()).not.toBe('');
      }));

    it('rejects with the reason of a signal aborted before', () =>
      using(async (operator) => {
        const reason = new Error('the caller interrupted');
        const signal = AbortSignal.abort(reason);
        await expect(textOf(operator.reply(request('greet', []), signal))).rejects.toBe(reason);
        const asked = { prompt: '', language: 'ru', transcript: INTERESTED } as const;
        await expect(operator.analyse(asked, signal)).rejects.toBe(reason);
      }));

    it('stops when the signal is aborted in the middle', () =>
      using(async (operator) => {
        const reason = new Error('the caller interrupted');
        const abort = new AbortController();
        const pieces: string[] = [];
        const reading = (async () => {
          for await (const piece of operator.reply(request('reply', INTERESTED), abort.signal)) {
            pieces.push(piece);
            abort.abort(reason);
          }
        })();
        await expect(reading).rejects.toBe(reason);
        expect(pieces).toHaveLength(1);
      }));

    it('may be left after the first piece', () =>
      using(async (operator) => {
        for await (const piece of operator.reply(request('reply', INTERESTED), live())) {
          expect(piece).not.toBe('');
          break;
        }
      }));

    it('judges a conversation and writes the message after it', () =>
      using(async (operator) => {
        const asked = { prompt: '', language: 'ru', transcript: INTERESTED } as const;
        const analysis = await operator.analyse(asked, live());
        expect(analysis.finalDisposition).toBe('interested');
        expect(analysis.shortSummary).toMatch(/[а-я]/);
        expect(analysis.interest).not.toBe('');
        expect(await operator.followUp({ ...asked, analysis }, live())).toMatch(/[а-я]/);
      }));
  });
}
