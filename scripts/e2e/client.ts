import type { TSchema, Static } from 'typebox';
import { Value } from 'typebox/value';
import { CallCreated, CallEvents, CallSessionAnswer } from '../../api/schemas/call.ts';
import { DemoResult, DemoSessionCreated, DemoSessionStatus } from '../../api/schemas/demo.ts';
import { InteractionList } from '../../api/schemas/interactions.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallStatus } from '../../engine/contract/call-session.ts';
import type { HaloProcess } from '../lib/halo-process.ts';
import { until } from '../lib/until.ts';

const REQUEST_TIMEOUT_MS = 20_000;

/** An order as a client sends it. */
export interface Order {
  readonly phone: string;
  readonly language?: string;
  readonly voice?: string;
  readonly prompt?: string;
}

/** The API over HTTP, as another program uses it; every answer is checked against its schema. */
export class Client {
  readonly #origin: string;
  readonly #apiKey: string;

  constructor({ origin, apiKey }: Pick<HaloProcess, 'origin' | 'apiKey'>) {
    this.#origin = origin;
    this.#apiKey = apiKey;
  }

  /** V1. Returns the call's id. */
  async call(order: Order): Promise<string> {
    return (await this.#ask(CallCreated, '/call', order)).call_id;
  }

  /** D1. Returns the session's id. */
  async demo(order: Order): Promise<string> {
    return (await this.#ask(DemoSessionCreated, '/demo/session', order)).demo_session_id;
  }

  session(callId: string): Promise<CallSessionAnswer> {
    return this.#ask(CallSessionAnswer, `/call/${callId}`);
  }

  async events(callId: string): Promise<readonly CallEvent[]> {
    return (await this.#ask(CallEvents, `/call/${callId}/events`)).events;
  }

  demoStatus(sessionId: string): Promise<DemoSessionStatus> {
    return this.#ask(DemoSessionStatus, `/demo/session/${sessionId}`);
  }

  demoResult(sessionId: string): Promise<DemoResult> {
    return this.#ask(DemoResult, `/demo/session/${sessionId}/result`);
  }

  async realInteractions(): Promise<InteractionList['items']> {
    return (await this.#ask(InteractionList, '/demo/interactions')).items.filter((item) => !item.is_demo);
  }

  /** Waits until the call has this status. */
  reaches(callId: string, status: CallStatus, timeoutMs = 60_000): Promise<CallSessionAnswer> {
    return until(`call ${callId} is ${status}`, timeoutMs, async () => {
      const session = await this.session(callId);
      return session.status === status ? session : undefined;
    });
  }

  /** Waits for the last step of the call, its row. Returns the whole journal. */
  finished(callId: string, timeoutMs = 60_000): Promise<readonly CallEvent[]> {
    return until(`call ${callId} is finished`, timeoutMs, async () => {
      const events = await this.events(callId);
      return events.some((event) => event.type === 'row.done') ? events : undefined;
    });
  }

  /** One request of any form. */
  send(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#origin}${path}`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...init });
  }

  async #ask<Schema extends TSchema>(schema: Schema, path: string, body?: unknown): Promise<Static<Schema>> {
    const key = { 'x-api-key': this.#apiKey };
    const response = await this.send(path, {
      ...(body === undefined
        ? { headers: key }
        : {
            method: 'POST',
            headers: { ...key, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${JSON.stringify(answer)}`);
    if (!Value.Check(schema, answer)) {
      throw new Error(
        `${path} is not of its schema: ${JSON.stringify(Value.Errors(schema, answer).slice(0, 3))}`,
      );
    }
    return answer;
  }
}
