import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../api/config.ts';
import { openHalo, type Halo } from '../../api/halo.ts';
import { createLogger } from '../../api/logging.ts';
import { startCollector, type FakeCollector } from '../../api/observe/testing/fake-collector.ts';
import type { PersonaName } from '../../engine/contract/call-plan.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { PERSONA_DISPOSITION } from '../../engine/index.ts';
import { gapsOnRecording } from '../call/result.ts';
import { House } from './house.ts';
import { until } from '../lib/until.ts';

/** A line's number in place of an utterance's. */
const FILLER = 0;
/** V9, C4. */
const BUDGET_MS = 2_000;
const CALLS: readonly (readonly [phone: string, persona: PersonaName])[] = [
  ['+79990000002', 'not_interested'],
  ['+79990000003', 'call_later'],
  // A number that is busy by itself: the persona answers whatever the number would do.
  ['+79990000486', 'neutral'],
];

const PROMPT = 'Упомяните рассрочку и парковку';

const house = new House();
/** Everything that was logged. */
const logged: string[] = [];
let collector: FakeCollector;
let halo: Halo;
beforeAll(async () => {
  collector = await startCollector();
  const log = createLogger({
    level: 'trace',
    logPii: false,
    destination: { write: (line) => void logged.push(line) },
  });
  const config = readConfig({
    HALO_DATA_DIR: house.dataDir,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });
  halo = await openHalo(config, log);
}, 60_000);
afterAll(async () => {
  await halo.close();
  await house.close();
  await collector.close();
}, 60_000);

/** The calls as they ended; of the last try. */
let held: readonly CallView[] = [];

async function hold(phone: string, persona: PersonaName): Promise<CallView> {
  const { callId } = await halo.store.createDemoSession({
    phone,
    language: 'auto',
    voice: 'female',
    prompt: PROMPT,
    farEnd: { persona },
  });
  halo.poke();
  return until(`the call of ${persona} is finished`, 120_000, async () => {
    const view = await halo.store.call(callId);
    return view?.stepsDone.includes('row') === true ? view : undefined;
  });
}

// Once more: a shared machine may be starved for a moment; the report then says «retry x1».
const ALLOWANCE = { retry: 1, timeout: 150_000 };

it(
  'three calls at once in one process: each ends in its disposition, every reply within 2 s',
  ALLOWANCE,
  async () => {
    const views = await Promise.all(CALLS.map(([phone, persona]) => hold(phone, persona)));
    held = views;
    const answered = views.map((view) => Date.parse(view.startedAt ?? ''));
    const ended = views.map((view) => Date.parse(view.endedAt ?? ''));
    expect(Math.max(...answered)).toBeLessThan(Math.min(...ended));

    for (const [at, view] of views.entries()) {
      const persona = CALLS[at]![1];
      expect([persona, view.status, view.finalDisposition]).toEqual([
        ...[persona, 'completed', PERSONA_DISPOSITION[persona]],
      ]);
      const gaps = await gapsOnRecording(join(halo.recordingsDir, view.recording ?? ''));
      const replies = view.transcript.filter(({ gapMs }) => gapMs !== null);
      const fillers = replies.filter(({ number }) => number === FILLER);
      console.log(
        `${persona}: gaps on the recording ${gaps.map(({ gapMs }) => Math.round(gapMs)).join(', ')} ms`,
      );
      // The energy on the recording finds the same replies as the call itself knew of. A filler and the reply that
      // follows it within a moment are two lines of the transcript, and one sound.
      expect(gaps.length, persona).toBeLessThanOrEqual(replies.length);
      expect(gaps.length, persona).toBeGreaterThanOrEqual(replies.length - fillers.length);
      expect(Math.max(...gaps.map(({ gapMs }) => gapMs))).toBeLessThanOrEqual(BUDGET_MS);
    }
  },
);

it('log, metrics and traces hold neither a number nor a word of these calls', async () => {
  expect(held.length).toBe(CALLS.length);
  const { text: metrics } = await halo.ops.metrics();
  await until('the traces of every call have come', 30_000, async () => {
    const rows = collector.bodies.filter((body) => body.includes('"after-call row"')).join('');
    return held.every(({ callId }) => rows.includes(callId.replaceAll('-', ''))) ? true : undefined;
  });
  const told: Readonly<Record<string, string>> = {
    log: logged.join(''),
    // What a metric means is said in Russian, too, and is no call's word.
    metrics: metrics.replaceAll(/^# HELP .*$/gm, ''),
    traces: collector.bodies.join(''),
  };
  // They are about these calls indeed.
  for (const { callId, status } of held) {
    expect(told['log']).toContain(`"call_id":"${callId}"`);
    expect(told['traces']).toContain(callId.replaceAll('-', ''));
    expect(metrics).toMatch(new RegExp(`^halo_calls_ended_total{status="${status}"} [1-9]`, 'm'));
  }
  expect(told['log']).toContain('[masked');
  expect(metrics).toMatch(/^halo_reply_gap_seconds_count{by="reply"} [1-9]/m);
  expect(metrics).toMatch(/^halo_provider_first_seconds_count{stage="tts"} [1-9]/m);
  expect(metrics).toMatch(/^halo_rtp_packets_total [1-9]/m);

  const secrets = held.flatMap(({ phone, transcript, prompt, followUp, shortSummary, interest }) => {
    const words = [...transcript.map(({ text }) => text), prompt, followUp, shortSummary, interest];
    return [phone.slice(-10), ...words.flatMap((line) => line?.match(/[\p{L}\d]{4,}/gu) ?? [])];
  });
  expect(new Set(secrets).size).toBeGreaterThan(30);
  for (const [where, text] of Object.entries(told))
    for (const secret of new Set(secrets))
      expect([where, text.includes(secret) ? secret : '']).toEqual([where, '']);
});
