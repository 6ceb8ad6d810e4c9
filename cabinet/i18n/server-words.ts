import { msg } from '@lit/localize';

/**
 * The server speaks Russian. Its fixed words have their English in `en/server.ts`; a text that is put together there
 * (or newer than this page) is shown as it came.
 */
export function serverWords(text: string): string {
  return msg(text);
}
