import { readdirSync, readlinkSync } from 'node:fs';
import type { Handles } from './messages.ts';

const DESCRIPTORS = '/proc/self/fd';

/**
 * Everything this process holds open: Node's active resources by name, descriptors by kind (where there is /proc), and
 * its UDP sockets.
 */
export function countHandles(udpSockets: number): Handles {
  const counts: Record<string, number> = { 'UDP-сокеты': udpSockets };
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  for (const name of process.getActiveResourcesInfo()) count(name);
  for (const name of descriptors()) count(`fd ${name}`);
  return counts;
}

function descriptors(): readonly string[] {
  try {
    return readdirSync(DESCRIPTORS).flatMap(kindOf);
  } catch {
    return [];
  }
}

/** Undefined for the descriptor that read the folder. */
function kindOf(name: string): readonly string[] {
  try {
    const target = readlinkSync(`${DESCRIPTORS}/${name}`);
    return [/^(\w+):/.exec(target)?.[1] ?? 'file'];
  } catch {
    return [];
  }
}

/** A kind of handle of which there are more than there were. */
export interface Leak {
  readonly kind: string;
  readonly before: number;
  readonly after: number;
}

/** What is held after the last call and was not before the first. */
export function leaks(before: Handles, after: Handles): readonly Leak[] {
  return Object.entries(after)
    .map(([kind, count]) => ({ kind, before: before[kind] ?? 0, after: count }))
    .filter(({ before: was, after: is }) => is > was);
}

/** Everything that is held, in one number. Descriptors are counted where Node knows nothing of them, too. */
export function total(handles: Handles): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0);
}
