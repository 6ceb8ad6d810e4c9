import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import type { ChartNode, StateChart } from '../../../engine/contract/state-chart.ts';

/** As much of elkjs as is used. */
export type Elk = Pick<ELK, 'layout'>;

export interface PlacedNode {
  readonly node: ChartNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly hasChildren: boolean;
}

export interface PlacedEdge {
  readonly id: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Where everything of a chart stands, in CSS pixels. Parents come before their children. */
export interface PlacedChart {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const LETTER_PX = 7.2;
const NODE_HEIGHT = 30;
const LEAST_WIDTH = 72;
const TITLE_HEIGHT = 30;
const MARGIN = 12;
const BETWEEN = 18;

const LAYERED = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26',
  'elk.spacing.nodeNode': `${BETWEEN}`,
  'elk.layered.mergeEdges': 'true',
};

/**
 * Lays a chart out. ELK places what is inside a region of a parallel state; the regions stand side by side, the largest
 * first, the others in a column beside it: no transition goes from one to another.
 */
export async function layoutChart(chart: StateChart, elk: Elk): Promise<PlacedChart> {
  const childrenOf = (id: string | undefined): readonly ChartNode[] =>
    chart.nodes.filter(({ parent }) => parent === id);
  const placed: PlacedNode[] = [];
  const edges: PlacedEdge[] = [];
  let y = 0;
  let width = 0;
  const place = (island: PlacedChart, x: number, top: number): void => {
    for (const one of island.nodes) placed.push({ ...one, x: one.x + x, y: one.y + top });
    for (const { id, points } of island.edges)
      edges.push({ id, points: points.map(([px, py]) => [px + x, py + top] as const) });
  };
  for (const top of childrenOf(undefined)) {
    if (top.kind !== 'parallel') {
      const island = await layoutIsland(chart, top, elk);
      place(island, 0, y);
      width = Math.max(width, island.width);
      y += island.height + BETWEEN;
      continue;
    }
    const islands = await Promise.all(childrenOf(top.id).map((region) => layoutIsland(chart, region, elk)));
    const [largest, ...others] = islands.toSorted((a, b) => b.width * b.height - a.width * a.height);
    if (largest === undefined) continue;
    const column = others.reduce((most, one) => Math.max(most, one.width), 0);
    const columnHeight = others.reduce((sum, one) => sum + one.height + BETWEEN, -BETWEEN);
    const inner = { width: largest.width + BETWEEN + column, height: Math.max(largest.height, columnHeight) };
    const frame = { width: inner.width + 2 * MARGIN, height: inner.height + TITLE_HEIGHT + MARGIN };
    placed.push({ node: top, x: 0, y, ...frame, hasChildren: true });
    const startY = y + TITLE_HEIGHT;
    place(largest, MARGIN, startY);
    let at = startY;
    for (const one of others) {
      place(one, MARGIN + largest.width + BETWEEN, at);
      at += one.height + BETWEEN;
    }
    width = Math.max(width, frame.width);
    y += frame.height + BETWEEN;
  }
  return { width, height: Math.max(0, y - BETWEEN), nodes: placed, edges };
}

/** A state and all that is in it, from (0, 0) on. */
async function layoutIsland(chart: StateChart, root: ChartNode, elk: Elk): Promise<PlacedChart> {
  const nodes = new Map(chart.nodes.map((node) => [node.id, node]));
  const inside = (id: string): boolean => id === root.id || id.startsWith(`${root.id}.`);
  const tree = (node: ChartNode): ElkNode => ({
    id: node.id,
    width: Math.max(LEAST_WIDTH, node.name.length * LETTER_PX + (node.initial ? 40 : 24)),
    height: NODE_HEIGHT,
    children: chart.nodes.filter(({ parent }) => parent === node.id).map(tree),
    layoutOptions: { 'elk.padding': `[top=${TITLE_HEIGHT},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]` },
  });
  const graph: ElkNode = {
    id: 'root',
    children: [tree(root)],
    edges: chart.edges
      .filter(({ from, to }) => inside(from) && inside(to))
      .map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
    layoutOptions: { ...LAYERED, 'elk.padding': '[top=0,left=0,bottom=0,right=0]' },
  };
  const result: ElkNode = await elk.layout(graph);
  const walk = (elkNode: ElkNode): PlacedNode[] => {
    const { id, x = 0, y = 0, width = 0, height = 0, children = [] } = elkNode;
    const node = nodes.get(id);
    const own = node === undefined ? [] : [{ node, x, y, width, height, hasChildren: children.length > 0 }];
    return [...own, ...children.flatMap(walk)];
  };
  return {
    width: result.width ?? 0,
    height: result.height ?? 0,
    nodes: walk(result),
    edges: (result.edges ?? []).map(({ id, sections = [] }) => ({
      id,
      points: sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
        [startPoint, ...bendPoints, endPoint].map(({ x, y }) => [x, y] as const),
      ),
    })),
  };
}
