import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtPrograms, PROGRAMS } from './lib/programs.mjs';

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('The programs’ bundles', () => {
  it('are those that package.json runs', () => {
    const run = Object.values(scripts).flatMap((script) => /scripts\/run\.mjs (\S+)/.exec(script)?.[1] ?? []);
    expect(run.length).toBeGreaterThan(8);
    expect(run.filter((program) => !PROGRAMS.includes(program))).toEqual([]);
  });

  it('stand on nothing that the Docker image leaves out', async () => {
    const built = await builtPrograms();
    const maps = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.map'),
    );
    const sources = maps.flatMap(
      (name) => (JSON.parse(readFileSync(join(built, name), 'utf8')) as { sources: string[] }).sources,
    );
    expect(sources.length).toBeGreaterThan(300);
    expect(sources.filter((source) => /scripts\/e2e\/|\.test\.ts$/.test(source))).toEqual([]);
  });

  it('are made once for sources that did not change, and leave every source where it lies', async () => {
    const built = await builtPrograms();
    expect(await builtPrograms()).toBe(built);
    const bundles = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    for (const program of PROGRAMS) expect(bundles).toContain(program.replace(/\.ts$/, '.js'));
    // A template, a recording or a child program is looked for beside its source, not beside the bundle.
    for (const name of bundles)
      expect(readFileSync(join(built, name), 'utf8'), name).not.toMatch(/import\.meta\.(?:url|dirname)/);
  });
});
