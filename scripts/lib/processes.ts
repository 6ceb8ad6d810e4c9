import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be taken for a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  readonly name: string;
  /** Ticks since boot: field 22 of /proc/<pid>/stat (proc(5)). */
  readonly startedTicks: string;
}

interface Stat extends ProcessId {
  readonly parent: number;
}

/** Every process that descends from `pid` now, its own sessions included. Linux only, as HALO's own /proc readers. */
export function descendantsOf(pid: number): readonly ProcessId[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
  const found: Stat[] = [];
  const parents = new Set([pid]);
  for (let grown = true; grown;) {
    const more = all.filter((one) => parents.has(one.parent) && !parents.has(one.pid));
    for (const one of more) parents.add(one.pid);
    found.push(...more);
    grown = more.length > 0;
  }
  return found.map(({ pid: id, name, startedTicks }) => ({ pid: id, name, startedTicks }));
}

/** Those of `processes` that still run. */
export function survivors(processes: readonly ProcessId[]): readonly ProcessId[] {
  return processes.filter(({ pid, startedTicks }) => statOf(pid)?.startedTicks === startedTicks);
}

/** Undefined where there is none, or where only its exit code is left of it. */
function statOf(pid: number): Stat | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the name in brackets and may hold anything.
  const nameEnds = line.lastIndexOf(')');
  const [state, parent, ...rest] = line.slice(nameEnds + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    name: line.slice(line.indexOf('(') + 1, nameEnds),
    parent: Number(parent),
    startedTicks: rest[17] ?? '',
  };
}
