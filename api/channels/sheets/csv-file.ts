import { open, type FileHandle } from 'node:fs/promises';
import { cellsOf, HEADER, recordOf } from './csv-format.ts';
import type { Exclusively, RowSink } from './row-sink.ts';
import { COLUMNS, type SheetRow } from './row.ts';

const CALL_ID = COLUMNS.indexOf('call_id');
const BOM = '\uFEFF';

/**
 * Rows in one CSV file (UTF-8, RFC 4180). A row is on the disk (fsync) before `append` resolves; a line that a crash
 * tore is cut off and written again; which calls are in the file is read from the file itself.
 */
export class CsvFile implements RowSink {
  readonly name = 'csv';
  readonly #path: string;
  readonly #exclusively: Exclusively;
  /** Calls found in the first `#readTo` bytes of the file `#inode`. */
  #known = new Set<string>();
  #readTo = 0;
  #inode = -1;

  constructor(path: string, exclusively: Exclusively) {
    this.#path = path;
    this.#exclusively = exclusively;
  }

  async append(row: SheetRow, signal: AbortSignal): Promise<'written'> {
    await this.#exclusively(`csv:${this.#path}`, async () => {
      signal.throwIfAborted();
      const file = await this.#open();
      try {
        await this.#catchUp(file);
        if (this.#known.has(row.call_id)) return;
        const text = `${this.#readTo === 0 ? HEADER : ''}${recordOf(row)}`;
        const bytes = Buffer.from(text, 'utf8');
        await writeAll(file, bytes, this.#readTo);
        await file.sync();
        this.#readTo += bytes.length;
        this.#known.add(row.call_id);
      } finally {
        await file.close();
      }
    });
    return 'written';
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.#path, 'r+');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      return await open(this.#path, 'w+', 0o600);
    }
  }

  /** Reads what was written since the last time (by us or by another process), and cuts off a torn last line. */
  async #catchUp(file: FileHandle): Promise<void> {
    const { size, ino } = await file.stat();
    if (ino !== this.#inode || size < this.#readTo) {
      this.#known = new Set();
      this.#readTo = 0;
      this.#inode = ino;
    }
    if (size === this.#readTo) return;
    const bytes = await readFrom(file, this.#readTo, size);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
    if (this.#readTo === 0 && lines.length > 0) this.#checkHeader(lines.shift() ?? '');
    for (const line of lines) {
      const callId = cellsOf(line.replace(/\r$/, ''))?.[CALL_ID];
      if (callId !== undefined) this.#known.add(callId);
    }
    this.#readTo += whole;
    if (whole < bytes.length) await file.truncate(this.#readTo);
  }

  #checkHeader(line: string): void {
    if (line.replace(BOM, '').replace(/\r$/, '') === COLUMNS.join(',')) return;
    throw new Error(`${this.#path} begins with other columns than HALO's: rename it, and a new one is begun`);
  }
}

async function readFrom(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
