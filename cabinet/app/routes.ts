/** Where the visitor is. Everything needed to come back here is in the URL's hash, so any server path will do. */
export type Route =
  | { readonly screen: 'start' }
  | { readonly screen: 'status'; readonly sessionId: string }
  | AnalyticsRoute
  | { readonly screen: 'ops'; readonly callId: string | null }
  | { readonly screen: 'not-found' };

export interface AnalyticsRoute {
  readonly screen: 'analytics';
  readonly sessionId: string | null;
  readonly open: OpenDetails | null;
  /** What the table shows, as the screen itself writes it (features/analytics/item-filters.ts); empty: everything. */
  readonly filters: string;
}

export interface OpenDetails {
  readonly kind: 'call' | 'chat';
  readonly id: string;
}

export const startHref = '#/';

/** For those who run HALO. */
export const opsHref = '#/ops';

export function statusHref(sessionId: string): string {
  return `#/status/${encodeURIComponent(sessionId)}`;
}

/** The analytics screen with its table's filters; with `open`, one interaction's details over it. */
export function analyticsHref(
  sessionId: string | null,
  open: OpenDetails | null = null,
  filters = '',
): string {
  const query = new URLSearchParams(filters);
  if (sessionId !== null) query.set('session', sessionId);
  if (open !== null) query.set(open.kind, open.id);
  const text = query.toString();
  return text === '' ? '#/analytics' : `#/analytics?${text}`;
}

/** Reads `location.hash`. Anything unknown is `not-found`, never an exception. */
export function parseRoute(hash: string): Route {
  const [path, query] = splitOnce(hash.replace(/^#/, ''), '?');
  const parts = path.split('/').filter((part) => part !== '');
  const [screen, id] = parts;
  if (screen === undefined) return { screen: 'start' };
  if (screen === 'status' && id !== undefined && parts.length === 2) {
    const sessionId = decode(id);
    return sessionId === '' ? { screen: 'not-found' } : { screen: 'status', sessionId };
  }
  if (screen === 'analytics' && parts.length === 1) {
    const params = new URLSearchParams(query);
    const sessionId = filled(params.get('session'));
    const open = readOpen(params);
    for (const own of ['session', 'call', 'chat']) params.delete(own);
    return { screen: 'analytics', sessionId, open, filters: params.toString() };
  }
  if (screen === 'ops' && parts.length <= 2) {
    const callId = id === undefined ? null : decode(id);
    return callId === '' ? { screen: 'not-found' } : { screen: 'ops', callId };
  }
  return { screen: 'not-found' };
}

function readOpen(params: URLSearchParams): OpenDetails | null {
  const call = filled(params.get('call'));
  if (call !== null) return { kind: 'call', id: call };
  const chat = filled(params.get('chat'));
  return chat === null ? null : { kind: 'chat', id: chat };
}

function filled(text: string | null): string | null {
  return text === '' ? null : text;
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + at.length)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
