import { headerOf, MAX_MESSAGE_BYTES, parseSip, type SipMessage } from './sip-message.ts';

/** Cuts a TCP or TLS stream into messages by Content-Length (RFC 3261 §18.3). */
export class SipStreamReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** Takes what came; gives the messages that are whole. Throws where the stream is no SIP or a message too long. */
  push(chunk: Uint8Array): SipMessage[] {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    const messages: SipMessage[] = [];
    for (;;) {
      const message = this.#next();
      if (message === undefined) return messages;
      messages.push(message);
    }
  }

  #next(): SipMessage | undefined {
    let start = 0;
    while (this.#buffer[start] === 0x0d || this.#buffer[start] === 0x0a) start += 1;
    this.#buffer = this.#buffer.subarray(start);
    const headEnd = this.#buffer.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      this.#checkLength();
      return undefined;
    }
    const bodyAt = headEnd + 4;
    const head = parseSip(withoutLength(this.#buffer.subarray(0, bodyAt)));
    if (head === undefined) throw new Error('what the server sends over this connection is not SIP');
    const bodyBytes = Number(
      /^(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*$/im.exec(
        this.#buffer.toString('latin1', 0, bodyAt),
      )?.[1] ?? '0',
    );
    if (this.#buffer.length < bodyAt + bodyBytes) {
      this.#checkLength();
      return undefined;
    }
    const message = parseSip(this.#buffer.subarray(0, bodyAt + bodyBytes));
    this.#buffer = this.#buffer.subarray(bodyAt + bodyBytes);
    if (message === undefined) throw new Error('what the server sends over this connection is not SIP');
    return headerOf(message, 'Content-Length') === undefined ? { ...message, body: '' } : message;
  }

  #checkLength(): void {
    if (this.#buffer.length > MAX_MESSAGE_BYTES)
      throw new Error(`no end of a SIP message within ${MAX_MESSAGE_BYTES} bytes`);
  }
}

/** The same head with no claim about its body, so that it can be looked at before the body is there. */
function withoutLength(head: Buffer): Buffer {
  return Buffer.from(
    head.toString('latin1').replaceAll(/^(?:content-length|l)[ \t]*:.*\r\n/gim, ''),
    'latin1',
  );
}
