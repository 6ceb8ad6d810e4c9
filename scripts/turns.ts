import { writeFile } from 'node:fs/promises';
import { loadSileroWeights } from '../engine/media/silero-weights.ts';
import { fetchPrompts, soundsDir } from './latency/prompt-store.ts';
import { PackagesError } from './lib/debian-packages.mjs';
import { compareReports, worsened } from './turns/curve/compare.ts';
import { cutTurns } from './turns/curve/cut-turns.ts';
import { DECIDERS, QUICK } from './turns/curve/deciders.ts';
import { htmlPage } from './turns/curve/html.ts';
import { CONDITIONS, measureCurve } from './turns/curve/measure.ts';
import { CurveReportError, readReport, reportOf, type CurveReport } from './turns/curve/report.ts';
import { reportLines } from './turns/curve/tables.ts';
import { priceLines } from './turns/curve/words.ts';
import { readLabelled } from './turns/labelled.ts';
import { HELP, readOptions, UsageError, type TurnsOptions } from './turns/options.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = await turns(options);
} catch (error) {
  // What a person can do something about is said in a line.
  const expected = [UsageError, CurveReportError, PackagesError, RangeError].some(
    (kind) => error instanceof kind,
  );
  console.error(expected ? `${(error as Error).message}\n\nСправка: npm run turns -- --help` : error);
  process.exitCode = 2;
}

async function turns(options: TurnsOptions): Promise<number> {
  const { recogniserMs, seed, quick } = options;
  const before = options.compare === undefined ? undefined : await readReport(options.compare);
  const root = options.sounds ?? (await fetchPrompts(soundsDir(), console.log));
  const prompts = await readLabelled(root);
  const weights = loadSileroWeights();
  const measured = new Map(
    CONDITIONS.map((condition) => [
      condition.name,
      measureCurve(prompts, condition, quick ? QUICK : DECIDERS, { weights, recogniserMs, seed }),
    ]),
  );
  const report = reportOf(measured, { prompts: prompts.length, recogniserMs, seed });
  for (const line of reportLines(report)) console.log(line);
  const prices = before === undefined ? [] : priceOf(before, report);
  for (const line of prices) console.log(line);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.html !== undefined) {
    const cuts = new Map(
      CONDITIONS.map((condition) => [
        condition.name,
        cutTurns(prompts, condition, measured.get(condition.name)!),
      ]),
    );
    await writeFile(options.html, htmlPage({ at: new Date(), report, cutTurns: cuts, prices }));
  }
  const worse = before === undefined ? [] : worsened(before, report);
  for (const line of worse) console.error(`хуже: ${line}`);
  return worse.length === 0 ? 0 : 1;
}

function priceOf(before: CurveReport, after: CurveReport): readonly string[] {
  return ['', 'Цена изменения', '', ...compareReports(before, after).flatMap(priceLines)];
}
