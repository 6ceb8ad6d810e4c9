import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONFIG_TABLE } from '../api/config-table.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Cells of the README's table rows, without the padding that the formatter adds. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

describe('README.md', () => {
  it('has every variable, its default and its meaning, as the program knows them', () => {
    const named = rows.filter(([name]) => /^`[A-Z_]+`$/.test(name ?? ''));
    expect(named).toEqual(CONFIG_TABLE.map((row) => [`\`${row.name}\``, row.default, row.meaning]));
  });

  it('names only commands that exist', () => {
    const commands = [...readme.matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1]!);
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) expect(scripts).toHaveProperty([command]);
  });

  it('points only to files that are there', () => {
    const links = [...readme.matchAll(/(?:\]\(|src=")(?!http)([^)"#]+)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) expect(existsSync(join(root, link))).toBe(true);
  });
});
