import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The classes that a feature's rules begin with. */
function classesOf(feature: string): ReadonlySet<string> {
  const folder = new URL(`${feature}/`, import.meta.url);
  const css = readdirSync(folder)
    .filter((name) => name.endsWith('.css'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8').replaceAll(/\/\*[^]*?\*\//g, ''));
  return new Set(
    css.flatMap((text) => [...text.matchAll(/^\s*(\.[a-z][\w-]*)/gm)].map(([, name = '']) => name)),
  );
}

it('no two features style the same class: their rules meet in one document', () => {
  const features = readdirSync(new URL('.', import.meta.url), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const owners = new Map<string, string[]>();
  for (const { name } of features)
    for (const one of classesOf(name)) owners.set(one, [...(owners.get(one) ?? []), name]);
  expect(owners.size).toBeGreaterThan(100);
  expect([...owners].filter(([, names]) => names.length > 1)).toEqual([]);
});
