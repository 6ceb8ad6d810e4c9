import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../run.mjs', import.meta.url));
const ANSWERS_WITHIN_MS = 30_000;
/** How long a process may take to end in good order (a CPU profile is written then). */
const ENDS_WITHIN_MS = 10_000;

interface Message {
  readonly type: string;
}

/** A process of the bench and the talk with it. It ends when its channel closes, so also when the bench is killed. */
export class Child<Order extends Message, News extends Message> {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;

  /** Runs one of the programs (lib/programs.mjs) as users do, with `setup` as its one argument. */
  constructor(program: string, setup: unknown, execArgv: readonly string[] = []) {
    this.#name = program;
    this.#process = fork(RUN, [program, JSON.stringify(setup)], {
      execArgv: [...execArgv],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#gone = new Promise((resolve) => this.#process.once('exit', () => resolve()));
  }

  /** Sets one more listener to everything that is said. */
  onNews(listener: (news: News) => void): void {
    this.#process.on('message', (news) => listener(news as News));
  }

  tell(order: Order): void {
    if (this.#process.connected) this.#process.send(order);
  }

  /** Tells it and waits for an answer of a type. Rejects when the process ends, or says nothing for 30 s (or `withinMs`). */
  async ask<T extends News['type']>(
    order: Order,
    type: T,
    withinMs = ANSWERS_WITHIN_MS,
  ): Promise<Extract<News, { type: T }>> {
    const answer = this.hear(type, withinMs);
    this.tell(order);
    return answer;
  }

  hear<T extends News['type']>(type: T, withinMs = ANSWERS_WITHIN_MS): Promise<Extract<News, { type: T }>> {
    return new Promise((resolve, reject) => {
      const child = this.#process;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.off('message', listen).off('exit', end);
        act();
      };
      const listen = (news: unknown): void => {
        if ((news as News).type === type) settle(() => resolve(news as Extract<News, { type: T }>));
      };
      const end = (): void => settle(() => reject(new Error(`${this.#name} has ended: see its words above`)));
      const timer = setTimeout(
        () =>
          settle(() => reject(new Error(`${this.#name} did not say «${type}»: is the machine overloaded?`))),
        withinMs,
      );
      child.on('message', listen).once('exit', end);
    });
  }

  /** Lets it end; kills it when it does not. */
  async close(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), ENDS_WITHIN_MS);
    await this.#gone;
    clearTimeout(timer);
  }
}
