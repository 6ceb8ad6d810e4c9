import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A text of the sources: `key` as a dictionary writes it, with `{0}` for an expression. */
export interface FoundText {
  readonly key: string;
  /** `features/start/start-screen.ts:42`. */
  readonly place: string;
}

export interface FoundTexts {
  /** What goes through `msg()`. */
  readonly messages: readonly FoundText[];
  /** Russian that does not: an English page would show it. */
  readonly bare: readonly FoundText[];
  /** `msg()` of something that is not written there, which nobody can check. */
  readonly unreadable: readonly FoundText[];
}

const CABINET = fileURLToPath(new URL('..', import.meta.url));
const SKIPPED = /\.test\.ts$|^testing\/|^i18n\/en\/|^node_modules\//;
const CYRILLIC = /[а-яё]/i;

/** Reads every source of the cabinet with TypeScript's own parser. */
export function findTexts(): FoundTexts {
  const found = { messages: [] as FoundText[], bare: [] as FoundText[], unreadable: [] as FoundText[] };
  for (const file of readdirSync(CABINET, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || SKIPPED.test(file)) continue;
    const path = join(CABINET, file);
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    const place = (node: ts.Node): string =>
      `${relative(CABINET, path)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText() === 'msg') {
        const [template] = node.arguments;
        const key = template === undefined ? undefined : keyOf(template);
        if (key === undefined) found.unreadable.push({ key: node.getText(), place: place(node) });
        else found.messages.push({ key, place: place(node) });
        // Expressions within may hold messages of their own.
        if (template !== undefined) expressionsOf(template).forEach(visit);
        return;
      }
      if (isText(node) && CYRILLIC.test(node.text)) found.bare.push({ key: node.text, place: place(node) });
      node.forEachChild(visit);
    };
    visit(source);
  }
  return found;
}

function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

function keyOf(template: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(template)) return template.text;
  if (!ts.isTaggedTemplateExpression(template) || template.tag.getText() !== 'str') return undefined;
  const inner = template.template;
  if (ts.isNoSubstitutionTemplateLiteral(inner)) return inner.text;
  return (
    inner.head.text + inner.templateSpans.map((span, index) => `{${index}}${span.literal.text}`).join('')
  );
}

function expressionsOf(template: ts.Expression): readonly ts.Node[] {
  if (!ts.isTaggedTemplateExpression(template)) return [];
  const inner = template.template;
  return ts.isNoSubstitutionTemplateLiteral(inner) ? [] : inner.templateSpans.map((span) => span.expression);
}
