import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOfflineParts } from '../engine/testing/call-lab-offline.ts';
import { loadResampler } from '../engine/media/resampler.ts';
import { UsageError } from './lib/usage.ts';
import { htmlReport } from './scenarios/html.ts';
import { junitXml } from './scenarios/junit.ts';
import { HELP, readOptions, type ScenarioOptions } from './scenarios/options.ts';
import { readScenarios, ScenarioError, type ScenarioFile } from './scenarios/read.ts';
import { isOk, runScenarios } from './scenarios/run.ts';
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
    return failed === 0 ? 0 : 1;
  } finally {
    await parts.close();
  }
}

function isWanted({ name, scenario }: ScenarioFile, { only, ci }: ScenarioOptions): boolean {
  if (ci && scenario.ci !== true) return false;
  return only === undefined || name.includes(only) || scenario.covers.includes(only);
}
