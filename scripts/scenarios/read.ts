import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Scenario } from './schema.ts';

/** A scenario and where it stands. */
export interface ScenarioFile {
  /** The file's name without `.yaml`. */
  readonly name: string;
  readonly file: string;
  readonly scenario: Scenario;
}

/** A scenario cannot be read. The message has one line a fault, in Russian: file:line, what is wrong, what to write. */
export class ScenarioError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ScenarioError';
  }
}

/** Every `.yaml` of these files and folders, by name. Rejects with ScenarioError that tells all faults of all files. */
export async function readScenarios(paths: readonly string[]): Promise<readonly ScenarioFile[]> {
  const faults: string[] = [];
  const files = (await Promise.all(paths.map(filesOf))).flat().sort();
  if (files.length === 0) throw new ScenarioError([`${paths.join(', ')}: здесь нет ни одного файла .yaml`]);
  const scenarios: ScenarioFile[] = [];
  for (const file of files) {
    const read = parseScenario(file, await readFile(file, 'utf8'));
    if (Array.isArray(read)) faults.push(...read);
    else scenarios.push({ name: basename(file).replace(/\.ya?ml$/, ''), file, scenario: read });
  }
  if (faults.length > 0) throw new ScenarioError(faults);
  return scenarios;
}

/** The scenario, or its faults. */
export function parseScenario(file: string, text: string): Scenario | string[] {
  return checkedYaml(Scenario, file, text, semanticFaults);
}

/** The content of a YAML text by a schema whose `description`s are advice, or its faults, told as ScenarioError tells them. */
export function checkedYaml<Schema extends TSchema>(
  schema: Schema,
  file: string,
  text: string,
  faultsOfContent: (content: Static<Schema>) => readonly Fault[],
): Static<Schema> | string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return document.errors.map(
      ({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: это не YAML: ${message}`,
    );
  }
  const content: unknown = document.toJS();
  const isRight = Value.Check(schema, content);
  const faults = isRight ? faultsOfContent(content) : faultsOf(schema, content);
  const told = [...new Set(faults.map(({ path, what }) => at(path, what)))];
  return isRight && told.length === 0 ? content : told;

  function at(path: readonly string[], what: string): string {
    const where = path.length === 0 ? '' : ` ${path.join('.')}:`;
    return `${file}:${lineOf(document, lines, path)}:${where} ${what}`;
  }
}

export interface Fault {
  readonly path: readonly string[];
  readonly what: string;
}

/** What a schema cannot say. */
function semanticFaults({ steps, persona, expect, provider }: Scenario): readonly Fault[] {
  const faults: Fault[] = [];
  if (steps !== undefined && persona !== undefined)
    faults.push({
      path: ['persona'],
      what: 'абонент либо встроенный (persona), либо по шагам (steps): уберите одно',
    });
  if (Object.keys(expect).length === 0)
    faults.push({
      path: ['expect'],
      what: 'ничего не ожидается: такой сценарий не может провалиться; добавьте хотя бы status',
    });
  for (const key of ['says', 'never_says'] as const)
    for (const [i, words] of (expect[key] ?? []).entries())
      if (!isRegExp(words))
        faults.push({ path: ['expect', key, String(i)], what: `«${words}» — не регулярное выражение` });
  if (expect.reason !== undefined && !isRegExp(expect.reason))
    faults.push({ path: ['expect', 'reason'], what: `«${expect.reason}» — не регулярное выражение` });
  if (provider?.says !== undefined && provider.http?.includes('chat') === true)
    faults.push({ path: ['provider', 'says'], what: 'says не сочетается с http: [chat]' });
  return faults;
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text, 'iu');
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with `content` by this schema; of a union only what is wrong with the branch that was meant. */
function faultsOf(schema: SchemaNode, content: unknown): readonly Fault[] {
  const told = new Map<string, Fault>();
  const tell = (path: readonly string[], key: readonly string[], what: string): void =>
    void told.set(key.join('/'), { path, what });
  for (const error of Value.Errors(schema as TSchema, content)) {
    const path = error.instancePath.split('/').slice(1);
    const { node, union } = nodeAt(schema, path);
    if (union !== undefined) {
      const data = path.slice(0, union.depth).reduce<unknown>(child, content);
      const at = path.slice(0, union.depth);
      for (const fault of unionFaults(union.node, data))
        tell([...at, ...fault.path], [...at, ...fault.path, fault.what], fault.what);
      continue;
    }
    const params = error.params as Readonly<Record<string, readonly string[] | undefined>>;
    for (const name of params['additionalProperties'] ?? [])
      tell([...path, name], [...path, name], `такого поля нет; нужно: ${adviceOf(node)}`);
    for (const name of params['requiredProperties'] ?? [])
      tell(path, [...path, name], `нет поля ${name}: ${adviceOf(node?.properties?.[name])}`);
    if (
      error.keyword !== 'additionalProperties' &&
      error.keyword !== 'required' &&
      error.keyword !== 'boolean'
    )
      tell(path, path, `не годится; нужно: ${adviceOf(node)}`);
  }
  return [...told.values()];
}

/** The branch that was meant is the one whose first field is there. */
function unionFaults(union: SchemaNode, data: unknown): readonly Fault[] {
  const branch = (union.anyOf ?? []).find(
    ({ required: [first = ''] = [] }) => child(data, first) !== undefined,
  );
  const inside = branch === undefined ? [] : faultsOf(branch, data);
  const own = { path: [], what: `непонятно; нужно: ${adviceOf(union)}` };
  // What has no advice of its own is told with the union's.
  return inside.length === 0 || inside.some(({ what }) => what.endsWith(NO_ADVICE)) ? [own] : inside;
}

const NO_ADVICE = 'см. seeds/scenarios/README.md';

function adviceOf(node: SchemaNode | undefined): string {
  return node?.description ?? NO_ADVICE;
}

function child(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null
    ? (data as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** The schema's node of a path, or the first union that the path leads to. */
function nodeAt(
  schema: SchemaNode,
  path: readonly string[],
): {
  readonly node: SchemaNode | undefined;
  readonly union?: { readonly node: SchemaNode; readonly depth: number };
} {
  let node: SchemaNode | undefined = schema;
  for (const [depth, part] of path.entries()) {
    node = node?.properties?.[part] ?? node?.items;
    if (node?.anyOf !== undefined) return { node, union: { node, depth: depth + 1 } };
  }
  return { node };
}

/** Of the node at the path, or of the nearest one above it; a field's line is its name's. */
function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const parent = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => String((pair.key as { value?: unknown }).value) === String(keys.at(-1)))
          ?.key
      : undefined;
    const node = (key ?? document.getIn(keys, true)) as { range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

async function filesOf(path: string): Promise<readonly string[]> {
  const facts = await stat(path).catch(() => {
    throw new ScenarioError([`${path}: нет такого файла или папки`]);
  });
  if (facts.isFile()) return [path];
  const names = await readdir(path);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
}
