import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A process that another one on the same machine can check, also after its number has gone to some other. */
export interface ProcessMark {
  readonly pid: number;
  /** Boot, pid namespace and time of start: `boot.namespace.ticks`. */
  readonly born: string;
}

/** Undefined when there is no such process (a zombie is none). */
export function markOf(pid: number): ProcessMark | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, born: `${machine()}.${start}` };
}

export function isRunning(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.born === mark.born;
}

/** Whether a process has that file open. True where we may not look: it is somebody else's. */
export function mayHaveOpen(pid: number, file: { readonly dev: number; readonly ino: number }): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => {
      // Undefined: closed meanwhile.
      const open = statSync(join(folder, fd), { throwIfNoEntry: false });
      return open?.ino === file.ino && open.dev === file.dev;
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ENOENT' && code !== 'ESRCH';
  }
}

/** In ticks since boot: field 22 of /proc/<pid>/stat (proc(5)). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets and may hold anything; state is the first after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function machine(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}.${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
}
