import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The path itself, or the nearest above it that is there: in which it would be made. */
export function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}
