import type { CallResult } from '../call/result.ts';
import type { InjectedTurn } from './options.ts';

/** What `--json` prints. What only HALO knows (words, status, verdict) is null over `rtp://`. */
export interface InjectResult extends Omit<CallResult, 'call_id' | 'status' | 'final_disposition'> {
  readonly ok: boolean;
  readonly call_id: string | null;
  readonly status: string | null;
  readonly reason: string;
  readonly final_disposition: string | null;
  readonly expected_disposition: string | null;
  readonly injected: readonly {
    readonly file: string;
    readonly when: string;
    readonly duration_ms: number;
  }[];
  /** Each pause before a reply, on the recording. */
  readonly gaps_ms: readonly number[];
  /** Each time the caller spoke over the assistant, on the recording. */
  readonly interruptions: readonly { readonly onset_ms: number; readonly stopped_after_ms: number }[];
  /** How often the assistant went on after a sound that meant nothing, and how often he left off for good. */
  readonly resumed: number;
  readonly broken_off: number;
  /** RTP packets that came in over `rtp://`; of the caller in a call. */
  readonly packets: number;
}

export function injectedTurns(
  turns: readonly InjectedTurn[],
  pcms: readonly Int16Array[],
): InjectResult['injected'] {
  return turns.map(({ file, whenText }, at) => ({
    file,
    when: whenText,
    duration_ms: Math.round((pcms[at]?.length ?? 0) / 8),
  }));
}

/** For people. */
export function tellResult(result: InjectResult): readonly string[] {
  const verdict = result.expected_disposition === null ? '' : ` (ожидалось ${result.expected_disposition})`;
  return [
    '',
    result.status === null
      ? `Итог: ${result.reason}`
      : `Итог: ${result.status}, ${result.final_disposition ?? ''}${verdict}: ${result.reason}`,
    ...(result.short_summary === null ? [] : [`Кратко: ${result.short_summary}`]),
    result.gaps_ms.length === 0
      ? 'Пауз перед ответом не было: на реплики не ответили'
      : `Паузы на записи, мс: ${result.gaps_ms.join(', ')} (наибольшая ${Math.max(...result.gaps_ms)})`,
    ...result.interruptions.map(
      ({ onset_ms: onset, stopped_after_ms: stopped }) =>
        `Перебит на ${(onset / 1000).toFixed(1)} с: замолчал через ${stopped} мс`,
    ),
    ...(result.resumed === 0 ? [] : [`Продолжил с того же места: ${result.resumed} раз`]),
    ...(result.recording === null ? [] : [`Запись: ${result.recording}`]),
  ];
}
