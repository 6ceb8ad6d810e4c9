import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { Log } from '../log.ts';
import { callSpans } from './call-spans.ts';
import { startCollector, type FakeCollector, type ReceivedSpan } from './testing/fake-collector.ts';
import { ANSWERED_MS, CALL_ID, SECRETS, WHOLE_CALL } from './testing/whole-call.ts';
import { startTraces, type Traces } from './traces.ts';

let collector: FakeCollector;
let lines: string[];
const log: Log = {
  info: (_fields, message) => void lines.push(`info ${message}`),
  warn: (_fields, message) => void lines.push(`warn ${message}`),
  error: (_fields, message) => void lines.push(`error ${message}`),
};
beforeEach(async () => {
  lines = [];
  collector = await startCollector();
});
afterEach(() => collector.close());

function open(events: readonly CallEvent[] = WHOLE_CALL, endpoint = collector.endpoint): Promise<Traces> {
  return startTraces({ endpoint, log, gatherMs: 10, events: async () => events });
}

/** Its path of names, and when it was, ms after the answer. */
function told(spans: readonly ReceivedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const path = ({ name, parentSpanId }: ReceivedSpan): string => {
    const parent = parentSpanId === undefined ? undefined : byId.get(parentSpanId);
    return parent === undefined ? name : `${path(parent)}/${name}`;
  };
  const ms = (nano: string): number => Number(BigInt(nano) / 1_000_000n) - ANSWERED_MS;
  return spans
    .map((span) => `${path(span)} ${ms(span.startTimeUnixNano)}…${ms(span.endTimeUnixNano)}`)
    .sort();
}

describe('traces', () => {
  it('are the call, its stages and the steps after it, one trace by the call’s own id', async () => {
    const traces = await open(WHOLE_CALL, `${collector.endpoint}/`);
    for (const event of WHOLE_CALL) traces.note(event);
    await traces.stop();
    expect(told(collector.spans)).toEqual(
      [
        'call -10000…25050',
        'call/dial -9000…-6000',
        'call/ring -6000…0',
        'call/conversation 0…25000',
        'call/conversation/utterance 300…2000',
        'call/conversation/turn 2450…4000',
        'call/conversation/reply 4000…5500',
        'call/conversation/reply/endpointing 4000…4600',
        'call/conversation/reply/recognition 4600…4900',
        'call/conversation/reply/answer 4900…5500',
        'call/conversation/utterance 5500…6000',
        'call/conversation/turn 5950…7000',
        'call/conversation/reply 7000…9400',
        'call/conversation/reply/endpointing 7000…7400',
        'call/conversation/reply/recognition 7400…7900',
        'call/conversation/reply/answer 7900…9400',
        'call/after-call analysis 25050…26000',
        'call/after-call followup 26000…26500',
        'call/after-call sms 26500…28000',
        'call/after-call chat 28000…28010',
        'call/after-call crm 28010…28020',
        'call/after-call row 28020…28500',
      ].sort(),
    );
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(
      new Set([CALL_ID.replaceAll('-', '')]),
    );
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(collector.spans.length);
    const crm = collector.spans.find(({ name }) => name === 'after-call crm');
    expect(crm?.status).toMatchObject({ code: 2, message: 'step.failed' });
    const root = collector.spans.find(({ name }) => name === 'call');
    expect(root?.events.map(({ name }) => name)).toEqual(Array(3).fill('provider.failed'));
    // The call's own id is the trace's, and may be there: it is no person's.
    expect(collector.bodies.join('').replaceAll(/0d9a2a4c/g, '')).not.toMatch(SECRETS);
    expect(lines).toEqual([]);
  });

  it('say once that the collector is away, and once that it is back; the call hears nothing of it', async () => {
    collector.status = 400;
    const traces = await open();
    const end = WHOLE_CALL.find(({ type }) => type === 'call.ended')!;
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    traces.note(end);
    await until(() => lines.length > 0);
    for (let n = 0; n < 3; n += 1) {
      traces.note(end);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(lines).toEqual([expect.stringMatching(/^warn .*OTEL_EXPORTER_OTLP_ENDPOINT/)]);
    collector.status = 200;
    traces.note(end);
    await until(() => lines.length > 1);
    expect(lines.slice(1)).toEqual(['info the collector of traces takes traces again']);
    await traces.stop();
    expect(collector.spans.length).toBeGreaterThan(0);
  });

  it('hold nobody up at the end where nobody listens', async () => {
    await collector.close();
    const traces = await startTraces({
      endpoint: collector.endpoint,
      log,
      stopMs: 100,
      events: async () => WHOLE_CALL,
    });
    for (const event of WHOLE_CALL) traces.note(event);
    const startedMs = performance.now();
    await traces.stop();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    traces.note(WHOLE_CALL[0]!);
    expect(lines.length).toBeLessThanOrEqual(1);
  });

  it('are made of a call that nobody answered, and of none that has not ended', () => {
    const names = (events: readonly CallEvent[]): string[] => callSpans(events).map(({ name }) => name);
    const unanswered = WHOLE_CALL.filter(({ type }) =>
      ['call.created', 'line.dialling', 'line.ended', 'call.ended'].includes(type),
    );
    expect(names(unanswered)).toEqual(['call', 'dial']);
    expect(names(WHOLE_CALL.slice(0, 20))).toEqual([]);
    expect(names([])).toEqual([]);
  });
});
