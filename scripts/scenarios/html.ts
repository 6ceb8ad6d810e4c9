import { only } from '../../engine/testing/call-lab-facts.ts';
import type { HeldCall } from './hold.ts';
import type { Check } from './judge.ts';
import { isOk, type ScenarioResult, type ScenarioRun } from './run.ts';
import { muLawWav, WAVE_COLUMNS, wavePath } from './sound-report.ts';
import { gapsOf, talkedSec } from './summary.ts';
import { REPORT_SCRIPT, REPORT_STYLE } from './html-page.ts';

export interface ReportFacts {
  readonly at: Date;
  readonly realTime: boolean;
}

/** One page with everything in it: the policy forbids it every request. Failed scenarios come first. */
export function htmlReport(results: readonly ScenarioResult[], { at, realTime }: ReportFacts): string {
  const failed = results.filter(({ runs }) => !runs.every(isOk));
  const sorted = [...failed, ...results.filter((result) => !failed.includes(result))];
  return `<!doctype html>
<html lang="ru"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; media-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Сценарии HALO</title><style>${REPORT_STYLE}</style></head><body>
<h1>Сценарии HALO</h1>
<p>${results.length - failed.length} из ${results.length} сбылись · ${esc(at.toISOString().slice(0, 16).replace('T', ' '))} UTC · время ${realTime ? 'настоящее' : 'виртуальное'}.
Верхняя волна — абонент, нижняя — ассистент; щелчок по волне играет с этого места.</p>
${sorted.map(scenarioHtml).join('\n')}
<script>${REPORT_SCRIPT}</script></body></html>
`;
}

function scenarioHtml({ file, runs }: ScenarioResult): string {
  const ok = runs.every(isOk);
  const passed = runs.filter(isOk).length;
  // Each failure, and one repetition that went well: forty alike would only make the page heavy.
  const shown = runs.filter((run) => !isOk(run) || run === runs.find(isOk));
  return `<details class="scenario${ok ? '' : ' bad'}"${ok ? '' : ' open'}><summary><b>${ok ? '✓' : '✗'} ${esc(file.name)}</b>
<span>${esc(file.scenario.title)}</span><small>${esc(file.scenario.covers.join(' '))} · ${passed}/${runs.length}</small></summary>
${shown.map((run) => runHtml(run, runs.length)).join('\n')}</details>`;
}

function runHtml(run: ScenarioRun, ofRuns: number): string {
  const gaps = gapsOf([run]).map((ms) => Math.round(ms));
  const talked = talkedSec([run]);
  const head = [
    ...(ofRuns === 1 ? [] : [`Раз ${run.nth + 1}`]),
    ...(talked === 0 ? [] : [`${talked.toFixed(1)} с`]),
    ...(gaps.length === 0 ? [] : [`паузы, мс: ${gaps.join(', ')}`]),
  ].join(' · ');
  const failed = run.checks.filter(({ ok }) => !ok);
  const passed = run.checks.filter(({ ok }) => ok);
  return `<section>${head === '' ? '' : `<h3>${head}</h3>`}
${run.error === undefined ? '' : `<p class="bad">${esc(run.error)}</p>`}
${failed.length === 0 ? '' : tableHtml(failed)}
${(run.held?.calls ?? []).map(callHtml).join('\n')}
<details><summary>Сбылось проверок: ${passed.length} из ${run.checks.length}</summary>${tableHtml(passed)}</details></section>`;
}

function tableHtml(checks: readonly Check[]): string {
  const rows = checks.map(
    ({ name, ok, wanted, got }) =>
      `<tr class="${ok ? 'ok' : 'bad'}"><td>${ok ? '✓' : '✗'}</td><td>${esc(name)}</td><td>${esc(wanted)}</td><td>${esc(got)}</td></tr>`,
  );
  return `<table><tr><th></th><th>что</th><th>нужно</th><th>вышло</th></tr>${rows.join('')}</table>`;
}

const WHO = { user: 'абонент', assistant: 'ассистент' } as const;

function callHtml({ view, events, facts: { recording, recordingMs } }: HeldCall): string {
  const lines = view.transcript.map(
    ({ speaker, text, startMs }) =>
      `<li class="${speaker}" data-ms="${Math.round(startMs)}"><button>${(startMs / 1000).toFixed(1)}</button><b>${WHO[speaker]}</b><span>${esc(text)}</span></li>`,
  );
  const words = `<ol>${lines.join('')}</ol>`;
  if (recording === undefined) return words;
  const x = (ms: number): number => Math.round((ms / recordingMs) * WAVE_COLUMNS);
  const marks = [
    ...only(events, 'utterance.held').map(({ atMs }) => ['held', atMs, 'замолчал'] as const),
    ...only(events, 'utterance.resumed').map(({ atMs }) => ['resumed', atMs, 'продолжил'] as const),
    ...only(events, 'filler.said').map(({ startMs, text }) => ['filler', startMs, text] as const),
  ].map(
    ([kind, ms, title]) =>
      `<line class="${kind}" x1="${x(ms)}" x2="${x(ms)}" y1="0" y2="128"><title>${(ms / 1000).toFixed(1)} с: ${esc(title)}</title></line>`,
  );
  const sound = Buffer.from(muLawWav(recording)).toString('base64');
  return `<figure><svg viewBox="0 0 ${WAVE_COLUMNS} 128" preserveAspectRatio="none" role="img" aria-label="волна записи">
<path class="user" d="${wavePath(recording.caller, 32)}"/><path class="assistant" d="${wavePath(recording.assistant, 96)}"/>${marks.join('')}
<line class="now" x1="0" x2="0" y1="0" y2="128"/></svg>
<audio controls preload="none" src="data:audio/wav;base64,${sound}"></audio></figure>${words}`;
}

export function esc(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
