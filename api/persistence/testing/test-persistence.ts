import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallEvent, CallEventDraft } from '../../../engine/contract/call-event.ts';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import { SILENT_LOG } from '../../log.ts';
import { startDatabase, type Database } from '../embedded-postgres.ts';
import { openOn, type Persistence } from '../open.ts';
import type { CallOrder } from '../store.ts';

/** A folder for one test file's state. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'halo-test-'));
  // As root, the server is another user and must be able to come here.
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface TestPersistence extends Persistence {
  readonly database: Database;
  readonly folder: string;
  /** One more set of connections to the same database, as another process would have. */
  another(): Promise<Persistence>;
}

/** A real PostgreSQL in a folder of its own, with HALO's tables in it. `close()` removes all of it. */
export async function openTestPersistence(): Promise<TestPersistence> {
  const folder = temporaryFolder();
  const database = await startDatabase({ dataDir: folder.path, log: SILENT_LOG });
  const borrowed: Database = { url: database.url, embedded: true, stop: async () => {} };
  const first = await openOn(borrowed, SILENT_LOG);
  const others: Persistence[] = [];
  return {
    ...first,
    database,
    folder: folder.path,
    async another() {
      const other = await openOn(borrowed, SILENT_LOG);
      others.push(other);
      return other;
    },
    async close() {
      await Promise.all([first, ...others].map((persistence) => persistence.close()));
      await database.stop();
      folder.remove();
    },
  };
}

export const ORDER: CallOrder = {
  phone: '+79990000001',
  language: 'auto',
  voice: 'female',
  prompt: 'Расскажи о продукте',
};

/** Gives drafts their numbers (from `firstSeq`) and times. */
export function numbered(
  callId: CallId | string,
  drafts: readonly CallEventDraft[],
  firstSeq = 2,
): CallEvent[] {
  return drafts.map((draft, index) => ({
    ...draft,
    callId: toCallId(callId),
    seq: firstSeq + index,
    at: new Date(1_780_000_000_000 + index).toISOString(),
  }));
}

/** A conversation from dialling to the end, after `call.created`. */
export const HELD_CALL: readonly CallEventDraft[] = [
  { type: 'line.dialling', via: 'simulator', simulated: true },
  { type: 'line.ringing' },
  { type: 'line.answered' },
  { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 200 },
  { type: 'utterance.finished', utterance: 1, endMs: 2_000, text: 'Здравствуйте!', complete: true },
  { type: 'speech.started', turn: 1, startMs: 2_500 },
  { type: 'turn.ended', turn: 1, startMs: 2_500, endMs: 4_000 },
  { type: 'turn.transcribed', turn: 1, text: 'Да, мне интересно', tookMs: 120 },
  { type: 'recording.saved', file: 'call.wav', durationMs: 60_000 },
  { type: 'call.ended', status: 'completed', reason: 'абонент повесил трубку', durationSec: 60 },
];

export const UNANSWERED_CALL: readonly CallEventDraft[] = [
  { type: 'line.dialling', via: 'simulator', simulated: true },
  { type: 'line.ringing' },
  { type: 'line.ended', outcome: 'no_answer', reason: 'абонент не ответил' },
  { type: 'call.ended', status: 'no_answer', reason: 'абонент не ответил', durationSec: 0 },
];
