import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../api/config.ts';
import { openHalo, type Halo } from '../../api/halo.ts';
import { createLogger } from '../../api/logging.ts';
import type { FarEndOrder } from '../../engine/contract/call-plan.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { PERSONA_DISPOSITION, parseWav } from '../../engine/index.ts';
import { writeWav } from '../../engine/media/wav.ts';
import { measureGaps, type StereoRecording } from '../../engine/observe/gaps.ts';
import { follow } from '../call/follow.ts';
import { UsageError } from '../lib/usage.ts';
import { callResult } from '../call/result.ts';
import type { InjectOptions, InjectVia } from './options.ts';
import { allSaid, injectedTurns, stopsOf, type InjectResult } from './result.ts';

/**
 * Holds a call in which the sounds are the caller's turns, and looks at what came of it; undefined when interrupted.
 * Rejects with UsageError where the line's other end is a real person.
 */
export async function injectInCall(
  options: InjectOptions,
  telephony: Extract<InjectVia, { kind: 'halo' }>['telephony'],
  pcms: readonly Int16Array[],
  print: (line: string) => void,
): Promise<InjectResult | undefined> {
  const config = readConfig({
    LOG_LEVEL: 'silent',
    ...process.env,
    ...(telephony === undefined ? {} : { HALO_TELEPHONY: telephony }),
  });
  if (config.telephony.kind === 'provider') {
    throw new UsageError(
      'у провайдера телефонии абонент настоящий; дайте --via simulator или --via asterisk',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'halo-inject-'));
  const log = createLogger({ level: config.logLevel, logPii: config.logPii });
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    print('Прерываю: кладу трубку…');
  };
  const isInterrupted = (): boolean => interrupted;
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let halo: Halo | undefined;
  try {
    const farEnd = await orderOf(options, pcms, folder);
    halo = await openHalo(config, log, { takesCalls: false });
    const { telephony: line, speech } = halo.engine.describe();
    if (!line.simulated) {
      throw new UsageError(
        'на вашем транке отвечает настоящий человек, его голос не подменить: дайте --via simulator или rtp://хост:порт',
      );
    }
    if (line.away !== undefined) throw new Error(`звонить нельзя: ${line.away}`);
    print(`Звоню: телефония ${line.name}, речь ${speech.set} (${speech.recogniser}, ${speech.synthesiser})`);
    if (speech.set === 'offline') {
      print(
        'Без OPENAI_API_KEY распознаются только встроенные голоса; ваши слова останутся «[неразборчиво]»',
      );
    }
    if (isInterrupted()) return undefined;
    const order = { ...options.order, farEnd };
    const { callId } = await halo.store.createDemoSession(order, { dial: false, guards: config.guards });
    halo.engine.place({ callId, ...order });
    const view = await follow(halo, callId, isInterrupted, print);
    return view === undefined ? undefined : await resultOf(view, halo, options, pcms);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await halo?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The subscriber reads files: the line may be another Asterisk's. */
async function orderOf(
  { turns, faults }: InjectOptions,
  pcms: readonly Int16Array[],
  folder: string,
): Promise<FarEndOrder> {
  const steps = await Promise.all(
    turns.map(async ({ when }, at) => {
      const file = join(folder, `turn-${at + 1}.wav`);
      await writeFile(file, writeWav(8000, [pcms[at] ?? new Int16Array(0)]));
      return { do: 'say', file, when } as const;
    }),
  );
  return { steps, ...(faults !== undefined && { faults }) };
}

async function resultOf(
  view: CallView,
  { recordingsDir, store }: Halo,
  { turns, persona, faults }: InjectOptions,
  pcms: readonly Int16Array[],
): Promise<InjectResult> {
  const recording = view.recording === null ? null : join(recordingsDir, view.recording);
  const sides = recording === null ? undefined : await stereoOf(recording);
  const gaps = sides === undefined ? [] : measureGaps(sides);
  const injected = injectedTurns(turns, pcms, sides?.caller);
  const expected = persona === undefined ? null : PERSONA_DISPOSITION[persona];
  const events = await store.events(view.callId, 0);
  const { call_id, ...call } = callResult(view, recording, gaps);
  return {
    ok:
      view.status === 'completed' &&
      allSaid(injected, faults) &&
      (expected === null || view.finalDisposition === expected),
    call_id,
    reason: view.reason ?? '',
    expected_disposition: expected,
    ...call,
    injected,
    gaps_ms: gaps.map(({ gapMs }) => Math.round(gapMs)),
    interruptions: sides === undefined ? [] : stopsOf(sides),
    resumed: events.filter(({ type }) => type === 'utterance.resumed').length,
    broken_off: events.filter((event) => event.type === 'utterance.finished' && !event.complete).length,
    packets: events.find((event) => event.type === 'media.measured')?.packets ?? 0,
  };
}

async function stereoOf(path: string): Promise<StereoRecording> {
  const { rateHz, samples } = parseWav(await readFile(path));
  const [caller, assistant] = samples;
  if (caller === undefined || assistant === undefined) throw new Error(`${path} is not a stereo recording`);
  return { caller, assistant, rateHz };
}
