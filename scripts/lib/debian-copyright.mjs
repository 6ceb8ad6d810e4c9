// Reads Debian's machine-readable copyright files (DEP 5): https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

/**
 * The short licence name of `path` (`data/voices/anna/x`): of the last Files paragraph with a pattern that fits it, as the
 * format wants. Undefined when no paragraph fits.
 */
export function licenceOf(copyright, path) {
  let licence;
  for (const paragraph of copyright.split(/\n\s*\n/)) {
    const patterns = field(paragraph, 'Files');
    const name = field(paragraph, 'License')?.split('\n')[0]?.trim();
    if (patterns === undefined || name === undefined) continue;
    if (patterns.split(/\s+/).some((pattern) => pattern !== '' && fits(pattern, path))) licence = name;
  }
  return licence;
}

/** True for the licences under which a business may use a voice: free ones, with no «not for commerce» in them. */
export function isFreeLicence(licence) {
  if (licence === undefined || /(^|-)N[CD](-|$)/i.test(licence)) return false;
  return /^(A?L?GPL-|CC0|CC-BY-|public-domain|BSD-|MIT|Expat|CMU|Apache-)/i.test(licence);
}

function field(paragraph, name) {
  const lines = paragraph.split('\n').filter((line) => !line.startsWith('#'));
  const at = lines.findIndex((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (at < 0) return undefined;
  const value = [lines[at].slice(name.length + 1)];
  for (const line of lines.slice(at + 1)) {
    if (!/^\s/.test(line)) break;
    value.push(line);
  }
  return value.join('\n').trim();
}

function fits(pattern, path) {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`).test(path);
}
