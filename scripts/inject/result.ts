import { basename } from 'node:path';
import type { LineFaults } from '../../engine/contract/call-plan.ts';
import type { StereoRecording } from '../../engine/observe/gaps.ts';
import { measureStops } from '../../engine/observe/stops.ts';
import type { CallResult } from '../call/result.ts';
import { findSounds } from './find-sounds.ts';
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
    /** Where it begins on the recording; null where it is not in it. */
    readonly at_ms: number | null;
    /** How much of it was said before the call ended. */
    readonly heard_ms: number;
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

/** `caller`: that side of the recording, 8 kHz; undefined where there is none. */
export function injectedTurns(
  turns: readonly InjectedTurn[],
  pcms: readonly Int16Array[],
  caller: Int16Array | undefined,
): InjectResult['injected'] {
  const found = findSounds(caller ?? new Int16Array(0), pcms, 8000);
  return turns.map(({ file, whenText }, at) => ({
    file,
    when: whenText,
    duration_ms: Math.round((pcms[at]?.length ?? 0) / 8),
    at_ms: found[at]?.atMs ?? null,
    heard_ms: found[at]?.heardMs ?? 0,
  }));
}

/** Each time the caller spoke over the assistant. */
export function stopsOf(sides: StereoRecording): InjectResult['interruptions'] {
  return measureStops(sides).map(({ onsetMs, stoppedAfterMs }) => ({
    onset_ms: onsetMs,
    stopped_after_ms: stoppedAfterMs,
  }));
}

/** Whether the tester's order was carried out: every file is on the recording, or no longer to be known on such a line. */
export function allSaid(injected: InjectResult['injected'], faults: LineFaults = {}): boolean {
  const { loss = 0, noiseSnrDb = Infinity } = faults;
  return loss > 0.2 || noiseSnrDb < 5 || injected.every(({ at_ms: at }) => at !== null);
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
    ...result.injected.map(tellInjected),
    ...result.interruptions.map(
      ({ onset_ms: onset, stopped_after_ms: stopped }) =>
        `Перебит на ${seconds(onset)} с: замолчал через ${stopped} мс`,
    ),
    ...(result.resumed === 0 ? [] : [`Продолжил с того же места: ${result.resumed} раз`]),
    ...(result.recording === null ? [] : [`Запись: ${result.recording}`]),
  ];
}

/** The last frames may be on their way when the line goes dead. */
const CUT_OFF_MS = 300;

function tellInjected({
  file,
  when,
  at_ms: at,
  heard_ms: heard,
  duration_ms: length,
}: InjectResult['injected'][number]): string {
  const name = `${basename(file)} (${when})`;
  if (at === null) return `На записи не найдено: ${name}; видимо, его время до конца звонка не настало`;
  const cut = heard < length - CUT_OFF_MS ? ', оборвано концом звонка' : '';
  return `Прозвучало: ${name}, с ${seconds(at)} по ${seconds(at + heard)} с${cut}`;
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(1);
}
