/**
 * Server-Sent Events as text (WHATWG HTML §9.2). JSON has no raw line breaks, so that one `data:` line holds a message.
 */
export function sseMessage(
  data: unknown,
  fields: { readonly id?: number; readonly event?: string } = {},
): string {
  const { id, event } = fields;
  return (
    (id === undefined ? '' : `id: ${id}\n`) +
    (event === undefined ? '' : `event: ${event}\n`) +
    `data: ${JSON.stringify(data)}\n\n`
  );
}

/** How long a browser waits before it comes again by itself. */
export function sseRetry(ms: number): string {
  return `retry: ${ms}\n\n`;
}

/** Proxies must neither keep nor gather nor compress it (nginx reads X-Accel-Buffering). */
export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;
