/** What a page says of its phone. */
export type PageMessage = 'answer' | 'reject' | 'hangup';

const MESSAGES: ReadonlySet<string> = new Set<PageMessage>(['answer', 'reject', 'hangup']);
/** `{"type":"answer"}` and some room; whoever sends more means something else. */
const LONGEST = 200;

/** Reads `{"type": …}`; undefined when nothing can be made of it. Never throws. */
export function readPageMessage(text: string): PageMessage | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
    return typeof type === 'string' && MESSAGES.has(type) ? (type as PageMessage) : undefined;
  } catch {
    return undefined;
  }
}
