import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const CHUNK_BYTES = 64 << 10;
/** Above this a log is emptied: whoever knocks for days must not fill the disk. */
const LARGEST_BYTES = 4 << 20;

/**
 * Counts the SIP requests of strangers in Asterisk's security log (res_security_log; the events InvalidAccountID: no
 * endpoint is identified, and FailedACL). Reads only what is new since it last looked.
 */
export class StrangerLog {
  readonly #folder: string;
  readonly #file: string;
  #offset = 0;
  #tail = '';
  #counted = 0;
  /** Counted in what has been cut away. */
  #before = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'security.log');
    this.#before = this.#readBefore();
  }

  /** Since the server's start. */
  count(): number {
    let fd: number;
    try {
      fd = openSync(this.#file, 'r');
    } catch {
      return this.#before + this.#counted;
    }
    try {
      this.#readNew(fd);
    } finally {
      closeSync(fd);
    }
    return this.#before + this.#counted;
  }

  /** Empties logs that have grown large. Asterisk appends, so it goes on at the new end. */
  trim(largestBytes = LARGEST_BYTES): void {
    const total = this.count();
    if (empty(this.#file, largestBytes)) {
      writeFileSync(join(this.#folder, 'strangers-before'), String(total), { mode: 0o600 });
      this.#before = total;
      this.#forget();
    }
    empty(join(this.#folder, 'messages.log'), largestBytes);
    empty(join(this.#folder, 'stdout.log'), largestBytes);
  }

  #readNew(fd: number): void {
    const size = fstatSync(fd).size;
    if (size < this.#offset) {
      // Another process of ours has cut it.
      this.#forget();
      this.#before = this.#readBefore();
    }
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    while (this.#offset < size) {
      const bytes = readSync(fd, chunk, 0, CHUNK_BYTES, this.#offset);
      if (bytes === 0) return;
      this.#offset += bytes;
      const lines = (this.#tail + chunk.toString('latin1', 0, bytes)).split('\n');
      this.#tail = (lines.pop() ?? '').slice(0, 8192);
      this.#counted += lines.filter(isStranger).length;
    }
  }

  #forget(): void {
    this.#offset = 0;
    this.#tail = '';
    this.#counted = 0;
  }

  #readBefore(): number {
    try {
      return Number(readFileSync(join(this.#folder, 'strangers-before'), 'utf8')) || 0;
    } catch {
      return 0;
    }
  }
}

function isStranger(line: string): boolean {
  return /SecurityEvent="(InvalidAccountID|FailedACL)"/.test(line) && /Service="PJSIP"/.test(line);
}

function empty(file: string, largestBytes: number): boolean {
  try {
    const fd = openSync(file, 'r+');
    try {
      if (fstatSync(fd).size <= largestBytes) return false;
      ftruncateSync(fd, 0);
      return true;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
