import { esc } from '../../scenarios/html.ts';
import { deciderName, PRODUCT } from './deciders.ts';
import { interval, share, type Counted, type Figures, type Point } from './figures.ts';
import { curveOf, type ConditionReport } from './report.ts';
import { deciderWords, percent } from './words.ts';

const WIDTH = 900;
const HEIGHT = 360;
const LEFT = 56;
const BOTTOM = 40;
const TOP = 16;
const MOST_MS = 1600;

/** Both curves of one condition as an SVG: the median delay to the right, the share of cut-off turns upwards. */
export function drawCurve(condition: ConditionReport): string {
  const silence = curveOf(condition, 'silence');
  const product = curveOf(condition, 'product');
  const now = condition.figures[deciderName(PRODUCT)];
  const all = [...silence, ...product, ...(now === undefined ? [] : [now])];
  const most = Math.max(0.1, ...all.map((point) => share(point))) * 1.05;
  const x = (ms: number): number => round(LEFT + (Math.min(ms, MOST_MS) / MOST_MS) * (WIDTH - LEFT - 16));
  const y = (part: number): number =>
    round(HEIGHT - BOTTOM - (Math.min(part, most) / most) * (HEIGHT - BOTTOM - TOP));
  const step = most > 0.3 ? 0.1 : 0.05;
  const grid = [
    ...range(0, MOST_MS, 200).map(
      (ms) =>
        `<line class="grid" x1="${x(ms)}" x2="${x(ms)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${x(ms)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${ms}</text>`,
    ),
    ...range(0, most, step).map(
      (part) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(part)}" y2="${y(part)}"/><text x="${LEFT - 6}" y="${y(part) + 4}" text-anchor="end">${Math.round(part * 100)} %</text>`,
    ),
    `<line class="five" x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(0.05)}" y2="${y(0.05)}"/>`,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 6}" text-anchor="middle">задержка от конца речи до решения, медиана, мс</text>`,
  ];
  const path = (curve: readonly Point[], counted: Counted, kind: string) =>
    `<path class="${kind}" d="${curve.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point.p50Ms)} ${y(share(point, counted))}`).join('')}"/>`;
  const dots = [...silence, ...product].map(
    (point) =>
      `<circle class="${point.name.startsWith('silence') ? 'silence' : 'product'}" cx="${x(point.p50Ms)}" cy="${y(share(point))}" r="4"><title>${esc(title(point.name, point))}</title></circle>`,
  );
  const names = silence
    .filter(({ ms }) => ms % 200 === 0 && ms <= 1000)
    .map((point) => `<text x="${x(point.p50Ms) + 6}" y="${y(share(point)) - 6}">${point.ms}</text>`);
  return `<svg class="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="доля обрывов против задержки">
${[...grid, path(silence, 'inside', 'silence inside'), path(product, 'inside', 'product inside'), path(silence, 'cutOffs', 'silence'), path(product, 'cutOffs', 'product'), ...dots, ...names].join('\n')}
${now === undefined ? '' : mark(now, x, y)}</svg>`;
}

export const CURVE_STYLE = `
li { display: list-item; padding: .1rem 0; } td:nth-child(n) { width: auto; } details { margin: .5rem 0; }
svg.curve { height: auto; cursor: auto; } svg.curve text { font-size: 12px; fill: currentColor; }
line.grid { stroke: #8883; stroke-width: 1; } line.five { stroke: #c0392b; stroke-dasharray: 6 4; }
path.silence { stroke: #888; stroke-width: 2; } path.product { stroke: #2563a8; stroke-width: 2; } path.inside { stroke-dasharray: 3 4; }
circle.silence { fill: #888; } circle.product { fill: #2563a8; } circle.now { fill: #c2710c; } line.range { stroke: #c2710c; stroke-width: 2; }
line.cut { stroke: #c0392b; } line.end { stroke: #2a8a4a; } td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
`;

/** The product as it is, with the 95 % interval of its share. */
function mark(now: Figures, x: (ms: number) => number, y: (part: number) => number): string {
  const [low, high] = interval(now);
  return `<line class="range" x1="${x(now.p50Ms)}" x2="${x(now.p50Ms)}" y1="${y(low)}" y2="${y(high)}"/>
<circle class="now" cx="${x(now.p50Ms)}" cy="${y(share(now))}" r="7"><title>${esc(title('product', now))}</title></circle>`;
}

function title(name: string, figures: Figures): string {
  return `${deciderWords(name)}: ${percent(share(figures))} обрывов (внутри предложения ${percent(share(figures, 'inside'))}), p50 ${figures.p50Ms} мс, p95 ${figures.p95Ms} мс`;
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, at) => from + at * step);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
