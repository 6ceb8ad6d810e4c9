/** Undefined: the line is left out. A list: the line is repeated, once for each. */
export type TemplateValue = string | number | undefined | readonly string[];

/**
 * Fills one of the asterisk-config/ templates.
 *
 * - `{{name}}` is a value. A line may use several, of which one may be a list.
 * - `{{> name}}` on a line of its own is replaced by a block, text rendered before.
 *
 * A value can never become a line, a section or a comment of its own: control characters are refused, `;` is escaped
 * (`\;`, Asterisk's main/config.c), spaces at the ends are refused since Asterisk would drop them. Throws on a name that
 * has no value, so that a misspelt one is found.
 */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, TemplateValue>>,
  blocks: Readonly<Record<string, string>> = {},
): string {
  return template
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith(';')) return [line];
      const block = /^\{\{> (\w+)\}\}$/.exec(line)?.[1];
      if (block === undefined) return fillLine(line, values);
      const text = blocks[block];
      if (text === undefined) throw new Error(`the template wants a block '${block}'`);
      return text === '' ? [] : [text.trimEnd()];
    })
    .join('\n');
}

function fillLine(line: string, values: Readonly<Record<string, TemplateValue>>): string[] {
  const used = [...line.matchAll(/\{\{(\w+)\}\}/g)].map((match) => {
    const name = match[1] ?? '';
    if (!Object.hasOwn(values, name)) throw new Error(`the template wants a value '${name}'`);
    return { name, value: values[name] };
  });
  if (used.some(({ value }) => value === undefined)) return [];
  const list = used.find(({ value }) => typeof value === 'object');
  const items = list === undefined ? [''] : (list.value as readonly string[]);
  return items.map((item) =>
    line.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name];
      return configValue(name, typeof value === 'object' ? item : String(value));
    }),
  );
}

/** A value as it must stand in a .conf file. Throws an Error in Russian; the value itself is not repeated, it may be a secret. */
export function configValue(name: string, value: string): string {
  // Asterisk reads lines of up to 8192 bytes.
  if (/\p{Cc}|\p{Zl}|\p{Zp}/u.test(value) || value !== value.trim() || value.length > 4000) {
    throw new Error(
      `Настройка Asterisk «${name}» не подходит: в ней управляющий знак, пробел на краю или больше 4000 знаков`,
    );
  }
  return value.replaceAll(';', '\\;');
}
