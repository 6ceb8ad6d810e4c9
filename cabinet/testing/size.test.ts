import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';

/** Everything a first visit loads before the page is there, gzipped. */
const BUDGET_BYTES = 120_000;

const size = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;
const publicFile = (name: string): Buffer => readFileSync(new URL(`../public/${name}`, import.meta.url));

/** Chunks that are loaded when they are wanted (English, the browser phone) are listed and not counted. */
it('a first visit loads at most 120 kB, gzipped', async () => {
  const built = await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    mode: 'production',
    logLevel: 'warn',
    build: { write: false },
  });
  const { output } = [built].flat()[0] as Rolldown.RolldownOutput;
  const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
  const first = new Set<string>();
  const follow = (name: string): void => {
    const chunk = chunks.get(name);
    if (chunk === undefined || first.has(name)) return;
    first.add(name);
    chunk.imports.forEach(follow);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) follow(chunk.fileName);
  const isFirst = (name: string): boolean => first.has(name) || /\.(css|html)$/.test(name);
  const sizes = output.map((file) => ({
    name: file.fileName,
    bytes: size(file.type === 'chunk' ? file.code : file.source),
    isFirst: isFirst(file.fileName),
  }));
  for (const name of ['first.js', 'favicon.svg']) {
    sizes.push({ name, bytes: size(publicFile(name)), isFirst: true });
  }
  const total = sizes.filter((one) => one.isFirst).reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = sizes.map(({ name, bytes, isFirst: at }) => `${at ? 'first' : 'later'} ${bytes} B ${name}`);
  console.log([...lines, `first visit: ${total} of ${BUDGET_BYTES} B`].join('\n'));
  expect(sizes.some(({ name, isFirst: at }) => name.endsWith('.js') && at)).toBe(true);
  expect(
    sizes.some(({ isFirst: at }) => !at),
    'English should be a chunk of its own',
  ).toBe(true);
  expect(total).toBeLessThanOrEqual(BUDGET_BYTES);
});
