import type { CallView } from '../../../engine/contract/fold-call.ts';

/** V8: the sheet's columns, in this order. */
export const COLUMNS = [
  'timestamp',
  'call_id',
  'phone',
  'status',
  'final_disposition',
  'duration_sec',
  'short_summary',
  'transcript',
] as const;
export type Column = (typeof COLUMNS)[number];
export type SheetRow = Readonly<Record<Column, string>>;

const TURN_SEPARATOR = ' | ';

/** The row of an ended call. `timestamp` is the call's end, UTC, ISO 8601. */
export function rowOf(view: CallView): SheetRow {
  const held = view.status === 'completed';
  return {
    timestamp: view.endedAt ?? view.createdAt,
    call_id: view.callId,
    phone: view.phone,
    status: view.status,
    final_disposition: held ? view.finalDisposition : 'unknown',
    duration_sec: String(held ? (view.durationSec ?? 0) : 0),
    short_summary: held ? (view.shortSummary ?? NOT_ANALYSED) : `Не дозвонились: статус ${view.status}`,
    transcript: view.transcript
      .filter((line) => line.text !== '')
      .map((line) => `${line.speaker === 'assistant' ? 'Ассистент' : 'Клиент'}: ${line.text}`)
      .join(TURN_SEPARATOR),
  };
}

/** The summary of a call that was held and could not be judged. */
export const NOT_ANALYSED = 'Разговор состоялся, но проанализировать его не удалось';
