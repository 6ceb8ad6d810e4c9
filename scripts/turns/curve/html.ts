import { esc } from '../../scenarios/html.ts';
import { REPORT_SCRIPT, REPORT_STYLE } from '../../scenarios/html-page.ts';
import { muLawWav, WAVE_COLUMNS, wavePath } from '../../scenarios/sound-report.ts';
import { CURVE_STYLE, drawCurve } from './drawing.ts';
import type { CutOff } from './outcome.ts';
import type { ConditionReport, CurveReport } from './report.ts';
import { HEAD, rowsOf, verdictLines } from './tables.ts';
import { conditionWords, deciderWords, kindWords, seconds } from './words.ts';

/** A turn somebody cut off. */
export interface CutTurn {
  readonly key: string;
  readonly cuts: readonly { readonly decider: string; readonly cutOff: CutOff }[];
  /** As it came out of the line, 8 kHz; absent: it is only listed. */
  readonly sound?: Int16Array;
  /** The recording's first sample in it. */
  readonly from?: number;
  /** Where the turn was over, ms of the recording. */
  readonly endMs: number;
}

export interface PageFacts {
  readonly at: Date;
  readonly report: CurveReport;
  /** By condition. */
  readonly cutTurns: ReadonlyMap<string, readonly CutTurn[]>;
  /** What a change costs, in lines; where reports were compared. */
  readonly prices: readonly string[];
}

const RATE_HZ = 8000;
const SAMPLES_PER_MS = 8;
/** Heard on the right at the moment of a decision. */
const BEEP = { hz: 880, ms: 60, peak: 6000 } as const;

/** One page with everything in it: the policy forbids it every request. */
export function htmlPage({ at, report, cutTurns, prices }: PageFacts): string {
  const { prompts, recogniserMs } = report.how;
  return `<!doctype html>
<html lang="ru"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; media-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Конец реплики: обрывы и задержка</title><style>${REPORT_STYLE}${CURVE_STYLE}</style></head><body>
<h1>Конец реплики: обрывы и задержка</h1>
<p>${prompts} записанных реплик с концами, размеченными вручную · слова паузы — через ${recogniserMs} мс · ${esc(at.toISOString())}.
Серая кривая — одна тишина (числа — мс), синяя — решение продукта со сдвигом, оранжевая точка — продукт как есть с 95 %-ным интервалом;
пунктиром — только обрывы внутри предложения; красная черта — 5 %.</p>
${prices.length === 0 ? '' : `<h2>Цена изменения</h2><pre>${prices.map(esc).join('\n')}</pre>`}
${Object.entries(report.conditions)
  .map(([name, condition]) => conditionHtml(name, condition, cutTurns.get(name) ?? []))
  .join('\n')}
<script>${REPORT_SCRIPT}</script></body></html>
`;
}

function conditionHtml(name: string, condition: ConditionReport, turns: readonly CutTurn[]): string {
  const rows = rowsOf(condition).map(
    ([first = '', ...rest]) =>
      `<tr><td>${esc(first)}</td>${rest.map((value) => `<td class="number">${esc(value)}</td>`).join('')}</tr>`,
  );
  return `<h2>${esc(conditionWords(name))}</h2>
${drawCurve(condition)}
<ul>${verdictLines(condition)
    .map((line) => `<li>${esc(line)}</li>`)
    .join('')}</ul>
<details><summary>Таблица</summary><table><tr>${HEAD.map((one) => `<th>${esc(one)}</th>`).join('')}</tr>${rows.join('')}</table></details>
<details><summary>Реплик с обрывами: ${turns.length} (продукт, тишина 600 и 300 мс)</summary>${turns.map(turnHtml).join('\n')}</details>`;
}

function turnHtml({ key, cuts, sound, from = 0, endMs }: CutTurn): string {
  const startMs = sound === undefined ? 0 : from / SAMPLES_PER_MS;
  const list = `<ol>${cuts
    .map(
      ({ decider, cutOff: { atMs, kind, said } }) =>
        `<li data-ms="${Math.max(0, Math.round(startMs + atMs - 1500))}"><button>${seconds(atMs)}</button> ${esc(deciderWords(decider))}, ${kindWords(kind)}: «${esc(said)}»</li>`,
    )
    .join('')}</ol>`;
  if (sound === undefined) return `<h3>${esc(key)}</h3>${list.replaceAll('button>', 'b>')}`;
  const totalMs = sound.length / SAMPLES_PER_MS;
  const mark = (kind: string, ms: number, title: string): string => {
    const x = Math.round(((startMs + ms) / totalMs) * WAVE_COLUMNS);
    return `<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="128"><title>${esc(title)}</title></line>`;
  };
  const marks = [
    ...cuts.map(({ decider, cutOff }) =>
      mark('cut', cutOff.atMs, `${deciderWords(decider)}: ${seconds(cutOff.atMs)}`),
    ),
    mark('end', endMs, `конец речи: ${seconds(endMs)}`),
  ];
  const beeps = beepsAt(
    sound.length,
    cuts
      .filter(({ decider }) => decider === 'product')
      .map(({ cutOff }) => from + cutOff.atMs * SAMPLES_PER_MS),
  );
  const wav = muLawWav({ caller: sound, assistant: beeps, rateHz: RATE_HZ });
  return `<h3>${esc(key)}</h3><figure><svg viewBox="0 0 ${WAVE_COLUMNS} 128" preserveAspectRatio="none" role="img" aria-label="волна реплики">
<path class="user" d="${wavePath(sound, 64)}"/>${marks.join('')}<line class="now" x1="0" x2="0" y1="0" y2="128"/></svg>
<audio controls preload="none" src="data:audio/wav;base64,${Buffer.from(wav).toString('base64')}"></audio></figure>${list}`;
}

function beepsAt(length: number, moments: readonly number[]): Int16Array {
  const beeps = new Int16Array(length);
  for (const from of moments) {
    for (let i = 0; i < BEEP.ms * SAMPLES_PER_MS && from + i < length; i += 1)
      beeps[Math.round(from) + i] = BEEP.peak * Math.sin((2 * Math.PI * BEEP.hz * i) / RATE_HZ);
  }
  return beeps;
}
