import { isOk, type ScenarioResult } from './run.ts';

/** A JUnit XML report: a suite a scenario, a case a repetition. */
export function junitXml(results: readonly ScenarioResult[]): string {
  const suites = results.map(({ file, runs }) => {
    const failed = runs.filter((run) => run.error === undefined && !isOk(run)).length;
    const broken = runs.filter(({ error }) => error !== undefined).length;
    const cases = runs.map((run) => {
      const head = `    <testcase classname="${xml(file.name)}" name="${xml(`${file.scenario.title} #${run.nth + 1}`)}" time="${seconds(run.tookMs)}"`;
      if (run.error !== undefined) return `${head}><error message="${xml(run.error)}"/></testcase>`;
      const faults = run.checks.filter(({ ok }) => !ok);
      if (faults.length === 0) return `${head}/>`;
      const words = faults.map(({ name, wanted, got }) => `${name}: нужно ${wanted}; вышло: ${got}`);
      return `${head}><failure message="${xml(words[0] ?? '')}">${xml(words.join('\n'))}</failure></testcase>`;
    });
    const timeMs = runs.reduce((sum, { tookMs }) => sum + tookMs, 0);
    return [
      `  <testsuite name="${xml(file.name)}" tests="${runs.length}" failures="${failed}" errors="${broken}" time="${seconds(timeMs)}">`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="HALO scenarios">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 §2.2 and §2.4: control characters cannot stand in a document at all. */
export function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
