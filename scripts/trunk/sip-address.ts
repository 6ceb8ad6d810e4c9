import { splitOutside } from './sip-message.ts';

/** `Display <sip:user@host:port;uri-param>;param=value` (RFC 3261 §20.10). */
export interface NameAddress {
  readonly uri: string;
  /** Names in lower case; a parameter without a value is ''. Quotes are taken off. */
  readonly params: ReadonlyMap<string, string>;
}

export interface SipUri {
  readonly user: string | undefined;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: ReadonlyMap<string, string>;
}

/** The topmost Via of what we sent, as the other side gives it back (RFC 3261 §18.2.1, RFC 3581). */
export interface Via {
  readonly branch: string | undefined;
  /** Our address as the other side sees it; they may be absent. */
  readonly received: string | undefined;
  readonly rport: number | undefined;
}

export function parseNameAddress(text: string): NameAddress | undefined {
  const bracketed = /^(?:"(?:[^"\\]|\\.)*"|[^"<]*)\s*<([^<>]*)>(.*)$/s.exec(text.trim());
  if (bracketed !== null) return { uri: bracketed[1]!.trim(), params: parseParams(bracketed[2]!) };
  // Without brackets, parameters after ';' are the header's and not the URI's.
  const [uri, ...params] = splitOutside(text, ';');
  return uri === undefined ? undefined : { uri, params: parseParams(`;${params.join(';')}`) };
}

export function parseSipUri(text: string): SipUri | undefined {
  const match =
    /^sips?:(?:([^@\s]*)@)?(\[[0-9a-f:.]+\]|[^\s:;?@[\]]+)(?::(\d{1,5}))?(;[^?\s]*)?(?:\?\S*)?$/i.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return {
    user: match[1],
    host: match[2]!.replaceAll(/[[\]]/g, ''),
    port,
    params: parseParams(match[4] ?? ''),
  };
}

export function parseVia(text: string): Via {
  const params = parseParams(text.includes(';') ? text.slice(text.indexOf(';')) : '');
  const rport = Number(params.get('rport'));
  const received = params.get('received');
  return {
    branch: params.get('branch'),
    received: received === undefined || received === '' ? undefined : received.replaceAll(/[[\]]/g, ''),
    rport: Number.isInteger(rport) && rport > 0 && rport <= 65_535 ? rport : undefined,
  };
}

/** `;a=1;b;c="x"` */
export function parseParams(text: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const part of splitOutside(text, ';')) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? '' : part.slice(equals + 1).trim();
    if (name !== '' && !params.has(name)) params.set(name, unquote(value));
  }
  return params;
}

/** `"a \"b\""` → `a "b"`; anything else is left as it is. */
export function unquote(text: string): string {
  return /^"(?:[^"\\]|\\.)*"$/s.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : text;
}

/** An IPv6 address in brackets, anything else as it is. */
export function hostInUri(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
