import { readFile } from 'node:fs/promises';
import type { CallEvent } from './contract/call-event.ts';
import { NotReplayableError } from './call/replay-record.ts';
import { replayHearing, type HearingReport } from './call/replay-hearing.ts';
import { gatedSilero } from './media/gated-vad.ts';
import { loadSileroWeights } from './media/silero-weights.ts';
import { parseWav, WavError } from './media/wav.ts';

export type { HearingReport } from './call/replay-hearing.ts';

const RATE_HZ = 8000;

/** A call's recording, heard by today's ears. Throws NotReplayableError, in Russian, for a file that is not one. */
export async function hearAgain(journal: readonly CallEvent[], file: string): Promise<HearingReport> {
  const [caller, assistant] = await sidesOf(file);
  return replayHearing(journal, { caller, assistant }, gatedSilero(loadSileroWeights()));
}

async function sidesOf(file: string): Promise<readonly [caller: Int16Array, assistant: Int16Array]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new NotReplayableError(`${file}: запись не читается; укажите её: --wav файл`, { cause });
  }
  try {
    const { samples, rateHz } = parseWav(bytes);
    const [caller, assistant] = samples;
    if (rateHz === RATE_HZ && caller !== undefined && assistant !== undefined) return [caller, assistant];
  } catch (cause) {
    if (!(cause instanceof WavError)) throw cause;
  }
  throw new NotReplayableError(`${file}: это не запись разговора HALO (WAV, стерео, 8 кГц)`);
}
