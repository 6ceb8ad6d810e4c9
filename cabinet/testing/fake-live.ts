import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveEvent } from '../api/types.ts';

type Meaning = LiveEvent extends infer E ? (E extends LiveEvent ? Omit<E, 'at'> : never) : never;

/** The imaginary API's live side: it tells what a test says, when it says so, and from where a browser left off. */
export class FakeLive {
  /** While true there is no stream to be had. */
  refused = true;
  /** How often a browser has come. */
  visits = 0;
  #told: LiveEvent[] = [];
  #over = false;
  readonly #streams = new Set<ServerResponse>();

  /** From now on there is no stream to be had. */
  refuse(): void {
    this.cut();
    this.refused = true;
  }

  /** A new demo, with nothing told of it yet. */
  begin(): void {
    this.cut();
    this.refused = false;
    this.visits = 0;
    this.#told = [];
    this.#over = false;
  }

  /** Each happened `agoMs` ago. */
  tell(meanings: readonly Meaning[], agoMs = 0): void {
    for (const meaning of meanings) {
      const event: LiveEvent = { ...meaning, at: new Date(Date.now() - agoMs).toISOString() };
      this.#told.push(event);
      for (const stream of this.#streams) this.#send(stream, event, this.#told.length);
    }
  }

  end(): void {
    this.#over = true;
    for (const stream of this.#streams) this.#leave(stream);
  }

  /** Breaks every connection. */
  cut(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.visits += 1;
    if (this.refused) {
      // For an EventSource this is the end, as an error is; but the browser logs none.
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`event: hello\ndata: ${now()}\n\n`);
    const after = Number(
      new URL(request.url ?? '/', 'http://localhost').searchParams.get('after_seq') ?? '0',
    );
    this.#told.forEach((event, index) => {
      if (index >= after) this.#send(response, event, index + 1);
    });
    if (this.#over) {
      this.#leave(response);
      return;
    }
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #send(stream: ServerResponse, event: LiveEvent, seq: number): void {
    stream.write(`id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #leave(stream: ServerResponse): void {
    stream.end(`event: over\ndata: ${now()}\n\n`);
    this.#streams.delete(stream);
  }
}

const now = (): string => JSON.stringify({ now: new Date().toISOString() });

export const DIALLED: readonly Meaning[] = [
  { type: 'call.created', language: 'auto', voice: 'female' },
  { type: 'line.dialling', simulated: true },
  { type: 'line.ringing' },
];

export const GREETED: readonly Meaning[] = [
  { type: 'line.answered' },
  { type: 'assistant.started', utterance: 1, kind: 'greeting', start_ms: 200 },
  { type: 'assistant.sentence', utterance: 1, text: 'Здравствуйте! Это Алина из компании HALO.' },
  { type: 'assistant.sentence', utterance: 1, text: 'Удобно сейчас говорить?' },
];

export const ASKED: readonly Meaning[] = [
  {
    type: 'assistant.ended',
    utterance: 1,
    end_ms: 4_000,
    text: 'Здравствуйте! Это Алина из компании HALO. Удобно сейчас говорить?',
    complete: true,
  },
  { type: 'caller.started', turn: 1, start_ms: 4_600 },
  { type: 'caller.ended', turn: 1, start_ms: 4_600, end_ms: 6_900 },
];

export const ANSWERED: readonly Meaning[] = [
  { type: 'caller.words', turn: 1, text: 'Да, удобно. А сколько это стоит?' },
  { type: 'assistant.started', utterance: 2, kind: 'reply', start_ms: 7_800, gap_ms: 860 },
  { type: 'assistant.sentence', utterance: 2, text: 'Первая неделя бесплатно, а дальше' },
  { type: 'caller.started', turn: 2, start_ms: 9_900 },
  { type: 'assistant.held', utterance: 2 },
  { type: 'assistant.ended', utterance: 2, end_ms: 9_950, text: 'Первая неделя бесплатно,', complete: false },
  { type: 'caller.ended', turn: 2, start_ms: 9_900, end_ms: 11_700 },
  { type: 'caller.words', turn: 2, text: 'Отлично, присылайте подробности.' },
  { type: 'assistant.filler', start_ms: 13_000, end_ms: 13_600, text: 'Минутку…', gap_ms: 1_300 },
  { type: 'assistant.started', utterance: 3, kind: 'closing', start_ms: 15_900, gap_ms: 2_300 },
  { type: 'assistant.sentence', utterance: 3, text: 'Договорились, пришлю в Telegram. Всего доброго!' },
];

export const HUNG_UP: readonly Meaning[] = [
  {
    type: 'assistant.ended',
    utterance: 3,
    end_ms: 18_400,
    text: 'Договорились, пришлю в Telegram. Всего доброго!',
    complete: true,
  },
  { type: 'line.ended', outcome: 'hangup_near', reason: 'разговор завершён' },
  { type: 'call.ended', status: 'completed', reason: 'разговор завершён', duration_sec: 19 },
];

export const FINISHED: readonly Meaning[] = [
  {
    type: 'analysis.done',
    disposition: 'interested',
    summary: 'Клиенту интересен HALO: он спросил о цене и попросил прислать подробности.',
    interest: 'узнать стоимость',
  },
  { type: 'step.done', step: 'followup', simulated: false },
  { type: 'step.done', step: 'sms', simulated: true },
  { type: 'step.done', step: 'chat', simulated: false },
  { type: 'step.done', step: 'crm', simulated: false },
];

export const REFUSED_BY_TRUNK: readonly Meaning[] = [
  ...DIALLED.slice(0, 2),
  { type: 'line.ended', outcome: 'error', reason: 'транк не отвечает' },
  { type: 'call.ended', status: 'failed', reason: 'транк не отвечает', duration_sec: 0 },
];
