import { statfs } from 'node:fs/promises';
import { fail, ok, warn, type Check, type Finding } from './check.ts';
import { nearest } from './nearest.ts';

/** Stereo, 16 bits, 8 kHz. */
const BYTES_PER_HOUR = 2 * 2 * 8_000 * 3_600;
const GB = 1024 ** 3;
const LOW_BYTES = 5 * GB;
const TOO_LOW_BYTES = 0.5 * GB;

/** Room for recordings and the database. */
export const disk: Check = {
  name: 'disk',
  title: 'Место',
  async run({ dataDir }) {
    const place = nearest(dataDir);
    const { bavail, bsize } = await statfs(place);
    return [judgeSpace(bavail * bsize, dataDir)];
  },
};

/** `freeBytes`: what is left to us. */
export function judgeSpace(freeBytes: number, dataDir: string): Finding {
  const hours = Math.floor(freeBytes / BYTES_PER_HOUR);
  const seen = `${dataDir}: свободно ${(freeBytes / GB).toFixed(1)} ГБ, это ${hours} ч записей`;
  const advice =
    'освободите место, удалите старые записи (recordings/) или задайте HALO_DATA_DIR на другом диске';
  if (freeBytes < TOO_LOW_BYTES) return fail(seen, advice);
  return freeBytes < LOW_BYTES ? warn(seen, advice) : ok(seen);
}
