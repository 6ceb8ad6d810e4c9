import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A name for this process that another one on the same machine can check: `boot.pidns.pid.start.random`.
 * Where /proc does not tell (it always does on Linux), only the lease's expiry shows that the process has gone.
 */
export function processIdentity(): string {
  const start = startOf(process.pid) ?? 'unknown';
  return [machine(), process.pid, start, randomBytes(4).toString('hex')].join('.');
}

/** True only where it is certain that the process of that name has ended: same boot, same pid namespace, pid gone or reused. */
export function hasCertainlyEnded(identity: string): boolean {
  const parts = identity.split('.');
  if (parts.length !== 5) return false;
  const [boot, namespace, pid, start] = parts;
  if (start === 'unknown' || `${boot}.${namespace}` !== machine() || machine().includes('unknown'))
    return false;
  return startOf(Number(pid)) !== start;
}

function machine(): string {
  return `${attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())}.${attempt(() =>
    readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''),
  )}`;
}

/** When the process started, in ticks since boot: field 22 of /proc/<pid>/stat (proc(5)). Undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold anything; state is the first after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, though nobody has asked for its exit code yet.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function attempt(read: () => string): string {
  try {
    return read() || 'unknown';
  } catch {
    return 'unknown';
  }
}
