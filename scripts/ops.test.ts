import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { WHOLE_CALL } from '../api/observe/testing/whole-call.ts';
import { testApp, WITH_KEY } from '../api/testing/test-app.ts';

const root = join(import.meta.dirname, '..', 'ops');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<'summary' | 'description', string>>;
}
interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const { panels } = JSON.parse(read('grafana-dashboard.json')) as { panels: Panel[] };
const queries = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr, legend: '' })),
  ...panels.flatMap(({ title, targets = [] }) =>
    // Grafana puts its own interval there before Prometheus sees it.
    targets.map(({ expr, legendFormat }) => ({
      where: title,
      expr: expr.replaceAll('$__rate_interval', '1m'),
      legend: legendFormat,
    })),
  ),
];

// What a real process answers after a call in which everything happens once.
const { app, ops, calls } = await testApp();
afterAll(() => app.close());
for (const event of WHOLE_CALL) ops.note(event);
for (const stage of ['stt', 'operator', 'tts'] as const) calls.noteProvider(stage, 100);
const answer = (await app.inject({ url: '/metrics', headers: WITH_KEY })).body;

/** Names of samples and, of each, its labels. What nothing waits in has no sample yet. */
const labels = new Map<string, Set<string>>([
  ['up', new Set(['job', 'instance'])],
  ['halo_deliveries_waiting', new Set(['channel', 'instance'])],
]);
for (const [, name, inside = ''] of answer.matchAll(/^([a-z_0-9]+)(?:\{(.*)\})? \S+$/gm)) {
  const known = labels.get(name!) ?? new Set(['instance', 'job']);
  for (const [, label] of inside.matchAll(/([a-z_]+)="/g)) known.add(label!);
  labels.set(name!, known);
}

/** The names in a query, by Prometheus' own grammar. Throws where it is no query. */
function namesIn(expr: string): { readonly metrics: string[]; readonly labels: string[] } {
  const found = { metrics: [] as string[], labels: [] as string[] };
  parser.parse(expr).iterate({
    enter: ({ name, from, to, type }) => {
      if (type.isError) throw new Error(`not a query, at ${from}: ${expr}`);
      if (name === 'VectorSelector')
        found.metrics.push(/^[a-zA-Z_:0-9]+/.exec(expr.slice(from, to))?.[0] ?? '');
      if (name === 'LabelName') found.labels.push(expr.slice(from, to));
    },
  });
  return found;
}

describe('ops/', () => {
  it('is asked for in real numbers: there are rules and panels, and a wrong one is noticed', () => {
    expect(rules.length).toBeGreaterThan(8);
    expect(queries.length).toBeGreaterThan(40);
    expect(namesIn('sum by (le) (rate(halo_x_bucket{a="b"}[5m])) > 2 and up')).toEqual({
      metrics: ['halo_x_bucket', 'up'],
      labels: ['le', 'a'],
    });
    expect(() => namesIn('sum(rate(halo_x[5m])')).toThrow('not a query');
  });

  it.each(queries)('$where: $expr', ({ expr, legend }) => {
    const names = namesIn(expr);
    expect(names.metrics.length).toBeGreaterThan(0);
    for (const metric of names.metrics) expect(labels.has(metric), metric).toBe(true);
    const known = new Set(names.metrics.flatMap((metric) => [...(labels.get(metric) ?? [])]));
    for (const label of names.labels) expect([...known], expr).toContain(label);
    for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(names.labels).toContain(label);
  });

  it('shows every metric of HALO, or warns by it', () => {
    const used = new Set(queries.flatMap(({ expr }) => namesIn(expr).metrics));
    const own = [...answer.matchAll(/^# TYPE (halo_\w+) (\w+)$/gm)];
    expect(own.length).toBeGreaterThan(20);
    for (const [, name, type] of own) {
      const samples =
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name!];
      expect(
        samples.some((sample) => used.has(sample)),
        name,
      ).toBe(true);
    }
  });

  it('README.md says of every metric of HALO what it is, in the words of the program', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('| `halo_'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    const own = [...answer.matchAll(/^# HELP (halo_\w+) (.*)\n# TYPE \w+ (\w+)$/gm)].map(
      ([, name, help, type]) => [`\`${name}\``, type!, help!],
    );
    expect([...rows].sort()).toEqual([...own].sort());
  });

  it('says to the person on duty what to look at', () => {
    for (const { alert, annotations } of rules) {
      expect(alert).toMatch(/^Halo[A-Z]/);
      expect(annotations.summary.length, alert).toBeGreaterThan(10);
      expect(annotations.description.length, alert).toBeGreaterThan(20);
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { gridPos, title } of panels) expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
  });
});
