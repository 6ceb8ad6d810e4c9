import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What was asked for cannot be done; the message says, in Russian, what to change. Nothing was changed. */
export class UsageError extends Error {}

/** `parseArgs` of node:util whose complaints are UsageErrors. */
export function parseOrUsage<const T extends Omit<ParseArgsConfig, 'args'>>(
  args: readonly string[],
  config: T,
): ReturnType<typeof parseArgs<T & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    throw new UsageError(inRussian(error), { cause: error });
  }
}

/** Node's codes (nodejs.org/api/errors.html); what it names stands in quotes in its message. */
function inRussian(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, named] = /'(-?[^' ]+)/.exec(error.message) ?? [];
  const code = 'code' in error ? error.code : undefined;
  if (named === undefined) return error.message;
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `нет такой настройки: ${named}`;
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `лишнее: ${named}`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return /does not take/.test(error.message)
        ? `${named}: значения у этой настройки нет`
        : `${named}: нужно значение (начинается с «-» — пишите ${named.replace(/^-*/, '--')}=…)`;
    default:
      return error.message;
  }
}
