/**
 * A minimal SIP user agent of our own, for `npm run trunk:check` only (calls go through Asterisk). No npm library that
 * is kept up to date does this over plain UDP, TCP and TLS from Node: those that are alive speak SIP over WebSocket.
 *
 * Messages: RFC 3261 §7 and §25. Pure and bounded: what cannot be read is undefined, nothing here throws on bytes from
 * the network.
 */
export interface SipHeader {
  /** As `canonicalName` gives it: compact forms are written out. */
  readonly name: string;
  /** Unfolded, without the white space round it. */
  readonly value: string;
}

interface SipContent {
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export interface SipRequest extends SipContent {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
}

export interface SipResponse extends SipContent {
  readonly kind: 'response';
  /** 100…699. */
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

export const MAX_MESSAGE_BYTES = 65_535;
const MAX_HEADERS = 200;
const MAX_LINE_CHARS = 8_192;

/** RFC 3261 §7.3.3 and the extensions' own. */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};

/** Headers whose names are not written word-by-word with capitals. */
const SPELLING: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'www-authenticate': 'WWW-Authenticate',
  'mime-version': 'MIME-Version',
};

/** Headers that are comma-separated lists (RFC 3261 §7.3.1); credentials and dates hold commas and are none. */
const LISTS = new Set(
  'accept accept-encoding allow contact record-route require route supported unsupported via warning reason'.split(
    ' ',
  ),
);

const TOKEN = /^[\w.!%*+`'~-]+$/;
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/;
const REQUEST_LINE = /^(\S+) (\S+) SIP\/2\.0$/;
// Line feeds alone are taken for line ends too: some gateways send them.
const HEAD_END = /\r?\n\r?\n/;

/** `V`, `via`, `VIA` → `Via`. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  const long = (Object.hasOwn(COMPACT, lower) ? COMPACT[lower] : undefined) ?? lower;
  const spelled = Object.hasOwn(SPELLING, long) ? SPELLING[long] : undefined;
  return spelled ?? long.replaceAll(/(^|-)([a-z])/g, (match) => match.toUpperCase());
}

/**
 * Reads one datagram, or one framed message of a stream. Undefined where it is no SIP message: not its first line, a
 * header without a name, too much of anything, a body shorter than Content-Length says. Never throws.
 */
export function parseSip(bytes: Uint8Array): SipMessage | undefined {
  if (bytes.length > MAX_MESSAGE_BYTES) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = headOf(buffer.toString('latin1'));
  if (head === undefined) return undefined;
  const lines = unfold(buffer.subarray(head.startsAt, head.endsAt).toString('utf8'));
  const [first, ...rest] = lines;
  if (first === undefined || rest.length > MAX_HEADERS || lines.some((line) => line.length > MAX_LINE_CHARS))
    return undefined;

  const headers: SipHeader[] = [];
  for (const line of rest) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trimEnd();
    if (!TOKEN.test(name)) return undefined;
    headers.push({ name: canonicalName(name), value: line.slice(colon + 1).trim() });
  }
  const given = headerOf({ headers }, 'Content-Length');
  if (given !== undefined && !/^\d{1,6}$/.test(given)) return undefined;
  const available = buffer.length - head.bodyAt;
  const length = given === undefined ? available : Number(given);
  if (length > available) return undefined;
  const content = { headers, body: buffer.subarray(head.bodyAt, head.bodyAt + length).toString('utf8') };

  const status = STATUS_LINE.exec(first);
  if (status !== null)
    return { kind: 'response', status: Number(status[1]), reason: status[2] ?? '', ...content };
  const request = REQUEST_LINE.exec(first);
  if (request === null || !TOKEN.test(request[1]!)) return undefined;
  return { kind: 'request', method: request[1]!, uri: request[2]!, ...content };
}

/**
 * Writes a message; Content-Length is added. Throws where a value would break out of its line: such a value comes from
 * the configuration, and has to be seen.
 */
export function serialiseSip(message: SipMessage): Buffer {
  const first =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const headers = message.headers.filter(({ name }) => name !== 'Content-Length');
  const lines = [first, ...headers.map(({ name, value }) => `${name}: ${value}`)];
  const broken = lines.find((line) => /[\r\n\0]/.test(line));
  if (broken !== undefined)
    throw new Error(`line break in a SIP header: ${JSON.stringify(broken.slice(0, 60))}`);
  const body = Buffer.from(message.body, 'utf8');
  return Buffer.concat([
    Buffer.from([...lines, `Content-Length: ${body.length}`, '', ''].join('\r\n'), 'utf8'),
    body,
  ]);
}

/** The first header of that name, whole. */
export function headerOf(
  message: { readonly headers: readonly SipHeader[] },
  name: string,
): string | undefined {
  const canonical = canonicalName(name);
  return message.headers.find((header) => header.name === canonical)?.value;
}

/** Every value of that name in order: several headers, and the comma-separated parts of those that are lists. */
export function headerValues(
  message: { readonly headers: readonly SipHeader[] },
  name: string,
): readonly string[] {
  const canonical = canonicalName(name);
  const whole = message.headers.filter((header) => header.name === canonical).map(({ value }) => value);
  return LISTS.has(canonical.toLowerCase()) ? whole.flatMap((value) => splitOutside(value, ',')) : whole;
}

/** Cuts at `separator` outside of quoted strings and angle brackets; empty parts are left out. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let bracketed = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted && char === '\\') {
      part += char + (text[++i] ?? '');
      continue;
    }
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '<') bracketed = true;
    else if (!quoted && char === '>') bracketed = false;
    if (char === separator && !quoted && !bracketed) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== '');
}

function headOf(text: string): { startsAt: number; endsAt: number; bodyAt: number } | undefined {
  // RFC 3261 §7.5: empty lines before the first line are ignored; they keep NAT bindings alive.
  const startsAt = /^[\r\n]*/.exec(text)![0].length;
  const end = HEAD_END.exec(text.slice(startsAt));
  if (end === null) return undefined;
  const endsAt = startsAt + end.index;
  return { startsAt, endsAt, bodyAt: endsAt + end[0].length };
}

/** RFC 3261 §7.3.1: a line that begins with white space goes on with the header before. */
function unfold(head: string): string[] {
  const lines: string[] = [];
  for (const line of head.split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && lines.length > 1) lines.push(`${lines.pop()!.trimEnd()} ${line.trim()}`);
    else lines.push(line);
  }
  return lines;
}
