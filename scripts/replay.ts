import { join } from 'node:path';
import { ConfigError, readConfig } from '../api/config.ts';
import { SILENT_LOG } from '../api/log.ts';
import { openPersistence } from '../api/persistence/open.ts';
import type { CallEvent } from '../engine/contract/call-event.ts';
import { hearAgain, NotReplayableError, replayCall } from '../engine/index.ts';
import { JournalFileError, readJournalFile } from './replay/journal-file.ts';
import { HELP, readOptions, type ReplayOptions } from './replay/options.ts';
import { UsageError } from './lib/usage.ts';
import { hearingLines, reportLines } from './replay/report.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = (await run(options)) ? 0 : 1;
} catch (error) {
  const known = [UsageError, ConfigError, JournalFileError, NotReplayableError];
  if (!known.some((kind) => error instanceof kind) && process.env['LOG_LEVEL'] === 'debug')
    console.error(error);
  else
    console.error(
      `${error instanceof Error ? error.message : String(error)}\n\nСправка: npm run replay -- --help`,
    );
  process.exitCode = 2;
}

async function run({ journal: source, json, audio }: ReplayOptions): Promise<boolean> {
  const journal = await journalOf(source);
  const machine = await replayCall(journal);
  const hearing =
    audio === undefined
      ? undefined
      : await hearAgain(journal, audio === 'own' ? recordingOf(journal) : audio.file);
  if (json) console.log(JSON.stringify({ ...machine, ...(hearing === undefined ? {} : { hearing }) }));
  else
    console.log(
      [...reportLines(machine), ...(hearing === undefined ? [] : hearingLines(hearing))].join('\n'),
    );
  return machine.difference === undefined && hearing?.difference === undefined;
}

function recordingOf(journal: readonly CallEvent[]): string {
  for (const event of journal)
    if (event.type === 'recording.saved')
      return join(readConfig(process.env).dataDir, 'recordings', event.file);
  throw new NotReplayableError('у этого звонка записи нет');
}

async function journalOf(journal: ReplayOptions['journal']): Promise<readonly CallEvent[]> {
  if ('file' in journal) return await readJournalFile(journal.file);
  const { dataDir, databaseUrl } = readConfig(process.env);
  const { store, close } = await openPersistence({ dataDir, databaseUrl, log: SILENT_LOG });
  try {
    const events = await store.events(journal.callId);
    if (events.length === 0)
      throw new UsageError(`звонка ${journal.callId} в базе нет: проверьте id и DATA_DIR или DATABASE_URL`);
    return events;
  } finally {
    await close();
  }
}
