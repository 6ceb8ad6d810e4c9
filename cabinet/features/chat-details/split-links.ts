/** A piece of a message: plain words, or an address that can be opened. */
export type TextPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** An address with its scheme, or Telegram's and other bare ones with a path, as messengers find them. */
const ADDRESS = /\bhttps?:\/\/[^\s<>«»"]+|\b(?:[a-z0-9-]+\.)+(?:me|ru|com|org|net|io)\/[^\s<>«»"]+/giu;
/** What ends a sentence ends an address too. */
const TRAILING = /[.,!?;:…)\]}'’]+$/u;

/** Cuts a message into words and links. The pieces put together are the message again; a link is http(s) only. */
export function splitLinks(message: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  const words = (to: number): void => {
    if (to > at) pieces.push({ kind: 'text', text: message.slice(at, to) });
  };
  for (const { 0: found, index } of message.matchAll(ADDRESS)) {
    const text = found.replace(TRAILING, '');
    const href = /^https?:/i.test(text) ? text : `https://${text}`;
    if (!URL.canParse(href)) continue;
    words(index);
    pieces.push({ kind: 'link', text, href });
    at = index + text.length;
  }
  words(message.length);
  return pieces;
}
