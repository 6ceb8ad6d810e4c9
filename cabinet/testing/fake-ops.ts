import type { IncomingMessage, ServerResponse } from 'node:http';
import { callMachine } from '../../engine/call/call.machine.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { TraceStep } from '../../engine/contract/call-trace.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { listenBeat, listenBytes } from '../../engine/contract/listening.ts';
import type { StateChart } from '../../engine/contract/state-chart.ts';
import type { MediaNumbers } from '../../engine/contract/media-numbers.ts';
import { stateChart } from '../../engine/observe/state-chart.ts';
import { hands } from '../../engine/testing/call-by-hand.ts';
import type { OpsCall, OpsCallNews, OpsCalls } from '../api/types.ts';

export const OPS_KEY = 'the-key-of-those-who-watch';
export const OPS_CALL_ID = toCallId('22222222-2222-4222-8222-222222222222');

/** A frame of 500 Hz on either side. */
const TONE = Int16Array.from({ length: 320 }, (_, n) => Math.sin((Math.floor(n / 2) * Math.PI) / 8) * 9_000);

const BEGAN_MS = Date.parse('2026-11-17T12:00:00.000Z');

/** A call that the real machine has lived through, up to the caller's second turn. */
export interface LivedCall {
  readonly events: readonly CallEvent[];
  readonly steps: readonly TraceStep[];
}

/** The machine, played by hand: the same states that a call's trace has. */
export async function liveThrough(): Promise<LivedCall> {
  const call = hands();
  const at: number[] = [];
  call.actor.on('*', () => at.push(call.clock.now()));
  await call.answered();
  await call.advance(200);
  await call.assistantSays('Здравствуйте! Это Алина из компании HALO. Удобно говорить?');
  await call.advance(1_800);
  await call.callerSays('Да, удобно. А сколько это стоит?');
  await call.advance(700);
  await call.assistantSays('Первая неделя бесплатно, дальше по тарифу.');
  await call.advance(1_500);
  await call.media({ type: 'speech.started', turn: 2, startMs: call.clock.now() });
  await call.media({ type: 'speech.sustained', turn: 2 });
  const stamp = (seq: number, ms: number): Pick<CallEvent, 'callId' | 'seq' | 'at'> => ({
    callId: OPS_CALL_ID,
    seq,
    at: new Date(BEGAN_MS + ms).toISOString(),
  });
  const created: CallEvent = {
    ...stamp(1, 0),
    ...{ type: 'call.created', phone: '+7 9XX XXX-00-01', language: 'auto', voice: 'female', prompt: '' },
  };
  const rest = call.journal.map((draft, index): CallEvent => ({
    ...draft,
    ...stamp(index + 2, at[index] ?? 0),
  }));
  return { events: [created, ...rest], steps: call.recorder.steps };
}

/** A minute of a call's sound, a sample a second. */
function minuteOfSound(isPoor: boolean): readonly MediaNumbers[] {
  let [received, lost, late] = [0, 0, 0];
  return Array.from({ length: 61 }, (_, second) => {
    // A hand's breadth of disorder: never the same twice in a row, the same each time.
    const wave = (Math.sin(second * 1.7) + 1) / 2;
    const gone = isPoor ? Math.round(wave * 2) : second % 20 === 7 ? 1 : 0;
    received += 50 - gone;
    lost += gone;
    late += isPoor && second % 4 === 0 ? 1 : 0;
    const jitterMs = (isPoor ? 34 : 2) + wave * (isPoor ? 9 : 1.5);
    const maxMs = (isPoor ? 12 : 1) + wave * (isPoor ? 14 : 0.8);
    const p99Ms = isPoor ? 24.5 : 1.7;
    return {
      ...{ received, lost, late, reordered: isPoor ? second : 0, duplicate: 0, strangers: 0 },
      ...{ concealedFrames: lost + late, jitterMs, bufferMs: isPoor ? 104 : 26, sent: (second + 1) * 50 },
      lateness: { p50Ms: 0.4, p99Ms, maxMs, lastSecondMaxMs: maxMs, worstMs: isPoor ? 31 : 4.2 },
      loopback: true,
    };
  });
}

/** The imaginary API's ops side: one live call, told as far as a test wants. */
export class FakeOps {
  chart: StateChart = stateChart(callMachine);
  readonly hungUp: string[] = [];
  /** How the call's sound fares; `elsewhere`: another process holds it. */
  network: 'even' | 'poor' | 'elsewhere' = 'even';
  /** X-API-Key of each request; what stands in an address would be seen in `addresses`. */
  readonly addresses: string[] = [];
  /** Numbers of the frames that whoever listens in is given at once, one of a tone; then the call is over. */
  sound: readonly number[] = Array.from({ length: 60 }, (_, nth) => nth);
  #lived: Promise<LivedCall> | undefined;
  #steps: number | undefined;
  readonly #streams = new Set<ServerResponse>();

  /** From now on the call has come as far as this step; undefined: to its last. */
  comeTo(steps: number | undefined): void {
    this.#steps = steps;
    for (const stream of this.#streams) void this.#tell(stream);
  }

  async lived(): Promise<LivedCall> {
    this.#lived ??= liveThrough();
    const { events, steps } = await this.#lived;
    if (this.#steps === undefined) return { events, steps };
    const some = steps.slice(0, this.#steps);
    const lastSeq = some.at(-1)?.seq ?? 1;
    return { events: events.filter(({ seq }) => seq <= lastSeq), steps: some };
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch(() => response.destroy());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = request.url ?? '';
    this.addresses.push(address);
    if (request.headers['x-api-key'] !== OPS_KEY) {
      json(response, 401, { error: { code: 'UNAUTHORIZED', message: 'Нужен ключ.' } });
      return;
    }
    const { pathname } = new URL(address, 'http://localhost');
    if (pathname === '/ops/chart') {
      json(response, 200, { chart: this.chart });
      return;
    }
    if (request.method === 'POST') {
      this.hungUp.push(pathname);
      json(response, 200, { call_id: OPS_CALL_ID });
      return;
    }
    if (pathname.endsWith('/listen')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
      response.write(listenBeat());
      response.end(listenBytes(this.sound.map((nth) => ({ nth, samples: TONE }))));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    if (pathname === '/ops/events') {
      response.write(`event: calls\ndata: ${JSON.stringify(await this.#calls())}\n\n`);
      return;
    }
    response.write('event: hello\ndata: {}\n\n');
    await this.#tell(response);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  async #calls(): Promise<OpsCalls> {
    const { steps } = await this.lived();
    const call: OpsCall = {
      ...{ call_id: OPS_CALL_ID, phone: '+7 9XX XXX-00-01', status: 'in_progress', language: 'auto' },
      ...{ spoken_language: 'ru', created_at: new Date(Date.now() - 50_000).toISOString() },
      ...{ started_at: new Date(Date.now() - 44_000).toISOString(), ended_at: null, duration_sec: null },
      ...{ reason: null, disposition: 'unknown', last_gap_ms: 700, here: true },
      states: steps.findLast(({ states }) => states !== undefined)?.states ?? [],
    };
    const ended: OpsCall = {
      ...{ ...call, call_id: '33333333-3333-4333-8333-333333333333', status: 'completed', duration_sec: 104 },
      ...{ ended_at: new Date(Date.now() - 600_000).toISOString(), reason: 'разговор завершён', states: [] },
      ...{ here: false, last_gap_ms: 940, disposition: 'interested' },
    };
    return { now: new Date().toISOString(), calls: [call, ended] };
  }

  async #tell(stream: ServerResponse): Promise<void> {
    const { events, steps } = await this.lived();
    const news: OpsCallNews[] = [
      { kind: 'steps', first: 0, steps: [...steps] },
      ...events.map((event): OpsCallNews => ({ kind: 'event', event })),
    ];
    const here = this.network !== 'elsewhere';
    const numbers = here ? minuteOfSound(this.network === 'poor') : [null];
    if (events.some(({ type }) => type === 'line.answered'))
      news.push(...numbers.map((one): OpsCallNews => ({ kind: 'media', here, numbers: one })));
    for (const one of news) stream.write(`data: ${JSON.stringify(one)}\n\n`);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
