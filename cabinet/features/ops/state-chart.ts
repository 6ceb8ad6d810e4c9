import { msg, str } from '@lit/localize';
import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import type { ChartEdge, ChartNode, StateChart } from '../../../engine/contract/state-chart.ts';
import type { TraceStep } from '../../../engine/contract/call-trace.ts';
import { LightElement } from '../../ui/light-element.ts';
import { loading, notice } from '../../ui/notice.ts';
import { layoutChart, type PlacedChart, type PlacedEdge, type PlacedNode } from './chart-layout.ts';
import { openElk } from './open-elk.ts';
import { takenPath, type TakenPath } from './taken-path.ts';

/** Corners of the transitions. */
const ROUND = 5;

/** The machine's chart: drawn from what the server read out of the machine, with a call's way through it. */
export class StateChartView extends LightElement {
  static override properties = {
    chart: { attribute: false },
    steps: { attribute: false },
    at: { attribute: false },
    placed: { state: true },
    failed: { state: true },
    large: { state: true },
    pointed: { state: true },
  };
  declare chart: StateChart | undefined;
  declare steps: readonly TraceStep[];
  /** The step that is shown; −1: none. */
  declare at: number;
  declare private placed: PlacedChart | undefined;
  declare private failed: boolean;
  declare private large: boolean;
  declare private pointed: string | undefined;

  constructor() {
    super();
    this.chart = undefined;
    this.steps = [];
    this.at = -1;
    this.placed = undefined;
    this.failed = false;
    this.large = false;
    this.pointed = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('chart') && this.chart !== undefined) void this.#lay(this.chart);
  }

  /** What is lit is in sight: its own window alone scrolls, and not while somebody reads in it. */
  protected override updated(): void {
    const view = this.querySelector<HTMLElement>('.chart-window');
    const lit = [...this.querySelectorAll('.chart-leaf.chart-node-active rect')].map((rect) =>
      rect.getBoundingClientRect(),
    );
    const tallest = lit.toSorted((a, b) => b.top - a.top)[0];
    if (view === null || tallest === undefined || view.matches(':hover, :focus')) return;
    const frame = view.getBoundingClientRect();
    if (tallest.top < frame.top || tallest.bottom > frame.bottom)
      view.scrollTop += tallest.top - frame.top - frame.height / 2;
    if (tallest.left < frame.left || tallest.right > frame.right)
      view.scrollLeft += tallest.left - frame.left - frame.width / 2;
  }

  async #lay(chart: StateChart): Promise<void> {
    const { elk, close } = openElk();
    try {
      this.placed = await layoutChart(chart, elk);
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      close();
    }
  }

  protected override render(): TemplateResult {
    const { chart, placed } = this;
    if (this.failed) return notice('error', msg('Схему не удалось разложить. Обновите страницу.'));
    if (chart === undefined || placed === undefined) return loading(msg('Раскладываем схему…'));
    const path = takenPath(chart, this.steps, this.at);
    const active = [...path.active].filter((id) => !chart.nodes.some(({ parent }) => parent === id));
    const size = this.large ? { width: placed.width, height: placed.height } : undefined;
    return html`<div class="chart-bar">
        <p class="chart-pointed" aria-hidden="true">
          ${this.pointed ?? msg('Наведите на состояние или переход, чтобы прочесть его события.')}
        </p>
        <button
          type="button"
          class="button button-small"
          aria-pressed=${this.large}
          @click=${() => (this.large = !this.large)}
        >
          ${msg('Крупно')}
        </button>
      </div>
      <div class="chart-window" tabindex="0" role="region" aria-label=${msg('Схема состояний')}>
        <svg
          class="state-chart ${this.large ? 'chart-large' : ''}"
          viewBox="-4 -4 ${placed.width + 8} ${placed.height + 8}"
          width=${size?.width ?? '100%'}
          height=${size?.height ?? nothing}
          role="img"
          aria-label=${active.length === 0 ? msg('Схема машины звонка') : msg(str`Активные состояния: ${active.map(lastName).join(', ')}`)}
          @pointerover=${this.#onPoint}
          @pointerleave=${() => (this.pointed = undefined)}
        >
          <defs>
            <marker
              id="chart-arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto-start-reverse"
            >
              <path d="M0 0.5 7.5 4 0 7.5z" />
            </marker>
          </defs>
          ${placed.nodes.filter(({ hasChildren }) => hasChildren).map((one) => nodeShape(one, path))}
          ${placed.edges.map((one) => this.#edge(one, path))}
          ${placed.nodes.filter(({ hasChildren }) => !hasChildren).map((one) => nodeShape(one, path))}
        </svg>
      </div>`;
  }

  #edge({ id, points }: PlacedEdge, { taken, latest }: TakenPath): TemplateResult | typeof nothing {
    const edge = this.chart?.edges.find((one) => one.id === id);
    if (edge === undefined || points.length < 2) return nothing;
    const how = latest.has(id) ? 'latest' : taken.has(id) ? 'taken' : 'plain';
    const line = roundedPath(points);
    const words = edgeWords(edge);
    return svg`<g class="chart-edge chart-edge-${how}" data-edge=${id} data-words=${words}>
      <path class="chart-line" d=${line} marker-end="url(#chart-arrow)" />
      <path class="chart-hit" d=${line}><title>${words}</title></path>
    </g>`;
  }

  readonly #onPoint = (event: Event): void => {
    const { target } = event;
    if (target instanceof Element)
      this.pointed = target.closest('[data-words]')?.getAttribute('data-words') ?? undefined;
  };
}

function nodeShape({ node, x, y, width, height, hasChildren }: PlacedNode, path: TakenPath): TemplateResult {
  const how = path.active.has(node.id) ? 'active' : path.visited.has(node.id) ? 'visited' : 'plain';
  const kind = node.kind === 'final' ? 'chart-final' : '';
  const words = nodeWords(node);
  return svg`<g
    class="chart-node chart-node-${how} ${hasChildren ? 'chart-parent' : 'chart-leaf'} ${kind}"
    data-state=${node.id}
    data-words=${words}
  >
    <rect x=${x} y=${y} width=${width} height=${height} rx="8"><title>${words}</title></rect>
    ${node.initial ? svg`<circle class="chart-initial" cx=${x + 9} cy=${y + (hasChildren ? 15 : height / 2)} r="3" />` : nothing}
    ${
      hasChildren
        ? svg`<text x=${x + 18} y=${y + 19}>${node.name}</text>`
        : svg`<text class="chart-middle" x=${x + width / 2} y=${y + height / 2 + 4.5}>${node.name}</text>`
    }
  </g>`;
}

const lastName = (id: string): string => id.split('.').at(-1) ?? id;

function edgeWords({ from, to, event, guard }: ChartEdge): string {
  return `${lastName(from)} → ${lastName(to)}: ${event}${guard === undefined ? '' : ` [${guard}]`}`;
}

function nodeWords({ name, invokes, handles }: ChartNode): string {
  return [
    name,
    ...(invokes.length === 0 ? [] : [msg(str`делает: ${invokes.join(', ')}`)]),
    ...(handles.length === 0 ? [] : [msg(str`принимает: ${handles.join(', ')}`)]),
  ].join(' · ');
}

/** A line through the points with its corners rounded. */
function roundedPath(points: PlacedEdge['points']): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first.join(' ')}`;
  rest.forEach((point, at) => {
    const before = points[at]!;
    const after = rest[at + 1];
    if (after === undefined) path += `L${point.join(' ')}`;
    else path += `L${towards(point, before).join(' ')}Q${point.join(' ')} ${towards(point, after).join(' ')}`;
  });
  return path;
}

function towards(
  [x, y]: readonly [number, number],
  [toX, toY]: readonly [number, number],
): readonly [number, number] {
  const length = Math.hypot(toX - x, toY - y);
  const share = length === 0 ? 0 : Math.min(ROUND, length / 2) / length;
  return [x + (toX - x) * share, y + (toY - y) * share];
}

customElements.define('halo-state-chart', StateChartView);
