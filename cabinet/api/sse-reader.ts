/** A message of a stream of Server-Sent Events. */
export interface SseMessage {
  /** `message` where it has none. */
  readonly name: string;
  readonly data: string;
}

/** Reads Server-Sent Events out of text that comes in pieces (WHATWG HTML §9.2.6, as far as our server writes it). */
export class SseReader {
  #rest = '';

  push(text: string): readonly SseMessage[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      let name = 'message';
      const data: string[] = [];
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      return data.length === 0 ? [] : [{ name, data: data.join('\n') }];
    });
  }
}
