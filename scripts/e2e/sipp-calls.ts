import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AsteriskInstall } from '../../engine/adapters/asterisk/server/install.ts';
import type { SocketAddress } from '../../engine/adapters/asterisk/server/settings.ts';
import { startSipp } from '../../engine/testing/real-asterisk.ts';

/** One call that SIPp makes from 127.0.0.1, where an edge would be. */
export interface SippCall {
  readonly phone: string;
  /** Value of X-Halo-Far-End. */
  readonly header?: string;
  /** Port of 127.0.0.1 that has the caller's sound; nobody listens where it is absent. */
  readonly mediaPort?: number;
}

/** A SIP message of a call as SIPp saw it: `100`, `180`, …, or `BYE`; `atMs` counts from the INVITE. */
export interface SippMessage {
  readonly way: 'sent' | 'received';
  readonly what: string;
  readonly atMs: number;
}

export interface SippRun {
  /** SIPp's own judgement: 0 when every call went as the scenario says. */
  readonly code: number;
  readonly output: string;
  /** The messages of each call, by its number. */
  readonly messages: ReadonlyMap<string, readonly SippMessage[]>;
}

/** No port: discard (RFC 863); the carrier's sound goes nowhere. */
const NOWHERE = 9;

/** Makes all the calls at once, by a scenario of scripts/e2e/sipp that takes its calls from a CSV file. */
export async function sippCalls(
  install: AsteriskInstall,
  scenario: string,
  to: SocketAddress,
  calls: readonly SippCall[],
  args: readonly string[] = [],
): Promise<SippRun> {
  const folder = await mkdtemp(join(tmpdir(), 'halo-sipp-calls-'));
  try {
    const csv = join(folder, 'calls.csv');
    const log = join(folder, 'messages.log');
    const rows = calls.map(
      ({ phone, header = '', mediaPort = NOWHERE }) => `${phone};${header};${mediaPort}`,
    );
    await writeFile(csv, ['SEQUENTIAL', ...rows, ''].join('\n'));
    const all = String(calls.length);
    const sipp = await startSipp(
      install,
      join(import.meta.dirname, 'sipp', `${scenario}.xml`),
      [
        `${to.address}:${to.port}`,
        '-inf',
        csv,
        '-m',
        all,
        '-l',
        all,
        '-r',
        all,
        '-timeout',
        '60s',
        '-timeout_error',
        '-trace_msg',
        '-message_file',
        log,
        ...args,
      ],
      { address: '127.0.0.1' },
    );
    const code = await sipp.ended;
    return { code, output: sipp.output(), messages: readMessages(await readFile(log, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Reads SIPp's message log. */
function readMessages(log: string): ReadonlyMap<string, readonly SippMessage[]> {
  const byCall = new Map<string, { phone: string; startMs: number; messages: SippMessage[] }>();
  for (const part of log.split(/^-{20,} /m).slice(1)) {
    const timeMs = Date.parse(`${part.slice(0, 23).replace(' ', 'T')}Z`);
    const way = part.includes('message sent') ? 'sent' : 'received';
    const first = /^(?:SIP\/2\.0 (\d{3})|([A-Z]+) sip:([^@]*)@)/m.exec(part);
    const id = /^Call-ID: (\S+)/im.exec(part)?.[1] ?? '';
    const call = byCall.get(id) ?? { phone: first?.[3] ?? '', startMs: timeMs, messages: [] };
    byCall.set(id, call);
    call.messages.push({ way, what: first?.[1] ?? first?.[2] ?? '', atMs: timeMs - call.startMs });
  }
  return new Map([...byCall.values()].map(({ phone, messages }) => [phone, messages]));
}
