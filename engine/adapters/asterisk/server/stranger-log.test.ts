import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StrangerLog } from './stranger-log.ts';

const event = (name: string, service = 'PJSIP') =>
  `[2026-11-22 13:43:10.008] SECURITY[1] res_security_log.c: SecurityEvent="${name}",Severity="Error",Service="${service}",AccountID="x"\n`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halo-strangers-'));
  file = join(folder, 'security.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('counts the requests of strangers and nothing else', () => {
  const log = new StrangerLog(folder);
  expect(log.count()).toBe(0);
  writeFileSync(file, event('InvalidAccountID') + event('ChallengeSent') + event('InvalidAccountID', 'AMI'));
  expect(log.count()).toBe(1);
  appendFileSync(file, event('FailedACL') + event('SuccessfulAuth'));
  expect(log.count()).toBe(2);
  expect(log.count()).toBe(2);
});

it('waits for the end of a line, and reads lines over the edge of a chunk', () => {
  const log = new StrangerLog(folder);
  const [start, end] = [event('InvalidAccountID').slice(0, 60), event('InvalidAccountID').slice(60)];
  writeFileSync(file, start);
  expect(log.count()).toBe(0);
  appendFileSync(file, end + event('InvalidAccountID').repeat(2_000));
  expect(log.count()).toBe(2_001);
});

it('goes on counting when the log is cut, also in another process that reads it', () => {
  const [owner, reader] = [new StrangerLog(folder), new StrangerLog(folder)];
  writeFileSync(file, event('InvalidAccountID').repeat(10));
  expect(reader.count()).toBe(10);
  owner.trim(1_000_000);
  expect(statSync(file).size).toBeGreaterThan(0);
  owner.trim(100);
  expect(statSync(file).size).toBe(0);
  expect(owner.count()).toBe(10);
  appendFileSync(file, event('InvalidAccountID'));
  expect([owner.count(), reader.count(), new StrangerLog(folder).count()]).toEqual([11, 11, 11]);
});
