/** A code as programs write them; anything else would be a text, and texts may hold anything and never end. */
const CODE = /^[A-Z][A-Z0-9_]{1,39}$/;

/** The code of a failure as metrics and traces may show it. */
export function codeOf(code: string): string {
  return CODE.test(code) ? code : 'OTHER';
}
