import { join } from 'node:path';
import { ConfigError, readConfig } from '../api/config.ts';
import { openHalo, type Halo } from '../api/halo.ts';
import { createLogger } from '../api/logging.ts';
import type { CallView } from '../engine/contract/fold-call.ts';
import { numberBehaviour, PERSONA_DISPOSITION, readAudioFile } from '../engine/index.ts';
import { follow } from './call/follow.ts';
import { HELP, readOptions, type CallOptions } from './call/options.ts';
import { UsageError } from './lib/usage.ts';
import { callResult, gapsOnRecording } from './call/result.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = await call(options);
} catch (error) {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`${error.message}\n\nСправка: npm run call -- --help`);
    process.exitCode = 2;
  } else {
    const debug = process.env['LOG_LEVEL'] === 'debug';
    console.error(error instanceof Error && !debug ? `halo: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function call(options: CallOptions): Promise<number> {
  for (const file of options.audioFiles) {
    await readAudioFile(file).catch((error: unknown) => {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    });
  }
  const config = readConfig({
    LOG_LEVEL: 'silent',
    ...process.env,
    ...(options.via === undefined ? {} : { HALO_TELEPHONY: options.via }),
  });
  if (config.telephony.kind === 'provider') {
    throw new UsageError(
      'провайдеру телефонии нужен работающий сервер: запустите npm start и звоните через POST /call, или дайте --via',
    );
  }
  const log = createLogger({ level: config.logLevel, logPii: config.logPii });
  const halo = await openHalo(config, log, { takesCalls: false });
  let interrupted = false;
  const interrupt = (): void => void (interrupted = true);
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { telephony, speech } = halo.engine.describe();
    if (telephony.away !== undefined) throw new Error(`звонить нельзя: ${telephony.away}`);
    console.log(
      `Звоню ${options.order.phone}: телефония ${telephony.name}, речь ${speech.set} (${speech.synthesiser})`,
    );
    const { callId } = await halo.store.createDemoSession(options.order, {
      dial: false,
      guards: config.guards,
    });
    halo.engine.place({ callId, ...options.order });
    const view = await follow(halo, callId, () => interrupted, console.log);
    if (view !== undefined) return await report(view, halo, options, telephony.simulated);
    console.log('Звонок прерван');
    return 1;
  } finally {
    await halo.close();
  }
}

async function report(view: CallView, halo: Halo, options: CallOptions, simulated: boolean): Promise<number> {
  const recording = view.recording === null ? null : join(halo.recordingsDir, view.recording);
  const gaps = recording === null ? [] : await gapsOnRecording(recording);
  const result = callResult(view, recording, gaps);
  const expected = simulated ? expectedDisposition(options) : undefined;
  const ok = view.status === 'completed' && (expected === undefined || view.finalDisposition === expected);

  console.log(
    `\nИтог: ${view.status}, ${view.finalDisposition}${expected === undefined ? '' : ` (ожидалось ${expected})`}`,
  );
  if (view.shortSummary !== null) console.log(`Кратко: ${view.shortSummary}`);
  if (view.followUp !== null) console.log(`Follow-up: ${view.followUp}`);
  const heard = result.turns.flatMap((turn) => (turn.gap_ms === null ? [] : [turn.gap_ms]));
  if (heard.length > 0)
    console.log(`Паузы на записи, мс: ${heard.join(', ')} (наибольшая ${Math.max(...heard)})`);
  if (recording !== null) console.log(`Запись: ${recording}`);
  if (options.json) console.log(JSON.stringify(result));
  return ok ? 0 : 1;
}

/** Of a simulated subscriber. With a tester's own recordings there is no persona to judge by. */
function expectedDisposition({ order, persona, audioFiles }: CallOptions): string | undefined {
  if (persona !== undefined) return PERSONA_DISPOSITION[persona];
  if (audioFiles.length > 0) return undefined;
  const who = numberBehaviour(order.phone);
  return who.kind === 'answers' ? PERSONA_DISPOSITION[who.persona] : undefined;
}
