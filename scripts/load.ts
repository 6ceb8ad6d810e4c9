import { machine } from './latency/report.ts';
import { UsageError } from './lib/usage.ts';
import { LiveTable } from './load/live-table.ts';
import { HELP, readOptions, type LoadOptions } from './load/options.ts';
import { runLoad } from './load/run.ts';
import { ScenarioError } from './scenarios/read.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = await load(options);
} catch (error) {
  if (error instanceof UsageError || error instanceof ScenarioError) {
    console.error(`${error.message}\n\nСправка: npm run load -- --help`);
    process.exitCode = 2;
  } else {
    const debug = process.env['LOG_LEVEL'] === 'debug';
    console.error(error instanceof Error && !debug ? `halo: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function load(options: LoadOptions): Promise<number> {
  const table = new LiveTable(process.stdout);
  const print = (line: string): void => {
    table.clear();
    console.log(line);
  };
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      // The product sees its channel close, and ends by itself.
      process.exit(130);
    }
    stop.abort();
    print('Завершаю звонки; ещё раз Ctrl-C — сразу.');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const { ok } = await runLoad(options, machine(), {
      stop: stop.signal,
      print,
      onState: (state) => table.show(state),
    });
    return ok ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
