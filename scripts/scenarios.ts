import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOfflineParts } from '../engine/testing/call-lab-offline.ts';
import { loadResampler } from '../engine/media/resampler.ts';
import { UsageError } from './lib/usage.ts';
import { htmlReport } from './scenarios/html.ts';
import { junitXml } from './scenarios/junit.ts';
import { HELP, readOptions, type ScenarioOptions } from './scenarios/options.ts';
import { readScenarios, ScenarioError, type ScenarioFile } from './scenarios/read.ts';
import { isOk, runScenarios, timesOf } from './scenarios/run.ts';
import { failureLines, plain, TABLE_HEAD, tableLine } from './scenarios/summary.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = await scenarios(options);
} catch (error) {
  if (error instanceof UsageError || error instanceof ScenarioError) {
    console.error(`${error.message}\n\nСправка: npm run scenarios -- --help`);
    process.exitCode = 2;
  } else throw error;
}

async function scenarios(options: ScenarioOptions): Promise<number> {
  const print = options.json ? (line: string) => console.error(line) : (line: string) => console.log(line);
  const files = (await readScenarios(options.paths)).filter((file) => isWanted(file, options));
  if (files.length === 0) throw new UsageError('ни один сценарий не подходит: посмотрите на --only и --ci');
  const runs = files.reduce((sum, file) => sum + timesOf(file, options), 0);
  print(
    `Сценариев ${files.length}, прогонов ${runs}, сразу по ${options.atOnce}; ${expectedLength(runs, options)}`,
  );
  const interrupt = new AbortController();
  const onSignal = (): void => {
    print('Прерываю: отчёт будет о тех, что уже кончились');
    interrupt.abort();
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const startedMs = performance.now();
  await loadResampler();
  const parts = await openOfflineParts();
  try {
    print(TABLE_HEAD);
    const results = await runScenarios(files, {
      parts,
      realTime: options.realTime,
      repeat: options.repeat,
      atOnce: options.atOnce,
      signal: interrupt.signal,
      onResult: (result) => print([tableLine(result), ...failureLines(result)].join('\n')),
    });
    const failed = results.filter(({ runs }) => !runs.every(isOk)).length;
    await mkdir(options.out, { recursive: true });
    await writeFile(join(options.out, 'junit.xml'), junitXml(results));
    if (!options.ci) {
      const report = htmlReport(results, { at: new Date(), realTime: options.realTime });
      await writeFile(join(options.out, 'report.html'), report);
    }
    const tookSec = Math.round((performance.now() - startedMs) / 1000);
    print(`\n${results.length - failed} из ${results.length} сбылись за ${tookSec} с; отчёт: ${options.out}`);
    if (options.json) console.log(JSON.stringify(plain(results)));
    // Calls that are under way hold the process until they end by themselves.
    if (interrupt.signal.aborted) process.exit(1);
    return failed === 0 ? 0 : 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await parts.close();
  }
}

/** The scenarios that ship last 28 s each on the average, and the longest are waited for at the end. */
function expectedLength(runs: number, { realTime, atOnce }: ScenarioOptions): string {
  if (!realTime) return 'время виртуальное';
  const minutes = (runs * 33) / Math.min(runs, atOnce) / 60;
  return `время настоящее, около ${Math.max(1, Math.round(minutes))} мин`;
}

function isWanted({ name, scenario }: ScenarioFile, { only, ci }: ScenarioOptions): boolean {
  if (ci && scenario.ci !== true) return false;
  return only === undefined || only.some((word) => name.includes(word) || scenario.covers.includes(word));
}
