import { randomBytes } from 'node:crypto';
import { isRunning, markOf } from '../../engine/index.ts';

/**
 * A name for this process that another one on the same machine can check: `boot.pidns.pid.start.random`.
 * Where /proc does not tell (it always does on Linux), only the lease's expiry shows that the process has gone.
 */
export function processIdentity(): string {
  const [boot, namespace, start] = (markOf(process.pid)?.born ?? 'unknown.unknown.unknown').split('.');
  return [boot, namespace, process.pid, start, randomBytes(4).toString('hex')].join('.');
}

/** True only where it is certain that the process of that name has ended: same boot, same pid namespace, pid gone or reused. */
export function hasCertainlyEnded(identity: string): boolean {
  const parts = identity.split('.');
  if (parts.length !== 5) return false;
  const [boot, namespace, pid, start] = parts;
  const here = markOf(process.pid);
  if (start === 'unknown' || here?.born.startsWith(`${boot}.${namespace}.`) !== true) return false;
  return !isRunning({ pid: Number(pid), born: `${boot}.${namespace}.${start}` });
}
