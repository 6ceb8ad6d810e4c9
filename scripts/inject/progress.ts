import { basename } from 'node:path';
import type { InjectedTurn } from './options.ts';

const SILENT_FOR_MS = 5_000;

/** What a tester is told while sound goes to and fro without a call's events: each thing once, when it happens. */
export class Progress {
  readonly #turns: readonly InjectedTurn[];
  readonly #print: (line: string) => void;
  #told = 0;
  #heard = false;
  #warned = false;

  constructor(turns: readonly InjectedTurn[], print: (line: string) => void) {
    this.#turns = turns;
    this.#print = print;
  }

  /** `begun`: how many of the turns have begun to sound. */
  beat(atMs: number, packets: number, begun: number): void {
    if (packets > 0 && !this.#heard) {
      this.#heard = true;
      this.#say(atMs, 'пришёл первый RTP-пакет');
    }
    if (atMs >= SILENT_FOR_MS && !this.#heard && !this.#warned) {
      this.#warned = true;
      this.#say(atMs, 'ни одного RTP-пакета в ответ; жду до 30 с тишины');
    }
    for (const { file, whenText } of this.#turns.slice(this.#told, begun))
      this.#say(atMs, `играю ${basename(file)} (${whenText})`);
    this.#told = Math.max(this.#told, begun);
  }

  #say(atMs: number, what: string): void {
    this.#print(`  ${(atMs / 1000).toFixed(1).padStart(5)} с  ${what}`);
  }
}
