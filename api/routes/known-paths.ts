/** The API's own paths by method, so that a wrong method can be told from a wrong path (RFC 9110 §15.5.6). */
export class KnownPaths {
  readonly #routes: { readonly method: string; readonly pattern: readonly string[] }[] = [];

  /** `path` as Fastify writes it: `/call/:id`. Paths with a wildcard are not the API's own. */
  add(method: string, path: string): void {
    if (!path.includes('*')) this.#routes.push({ method, pattern: path.split('/') });
  }

  /** The methods that exist for a path (without its query); empty for an unknown one. */
  methodsOf(path: string): readonly string[] {
    const parts = path.split('/');
    const methods = this.#routes.filter(({ pattern }) => fits(pattern, parts)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }

  /** True when the first part of the path is one the API uses, so that no page of the cabinet can be meant. */
  sharesRoot(path: string): boolean {
    const root = path.split('/')[1] ?? '';
    return root !== '' && this.#routes.some(({ pattern }) => pattern[1] === root);
  }
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((part, at) => part === parts[at] || (part.startsWith(':') && parts[at] !== ''))
  );
}
