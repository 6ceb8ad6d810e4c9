import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';

const CALL = '33333333-3333-4333-8333-333333333333';

describe('the command line of npm run webhooks', () => {
  it.each([
    ['list', { action: 'list', failed: false, limit: 20, json: false }],
    ['list --failed --limit 5 --json', { action: 'list', failed: true, limit: 5, json: true }],
    [`replay ${CALL}`, { action: 'replay', callId: CALL }],
    ['replay --failed', { action: 'replay-failed' }],
    ['--help', undefined],
  ])('takes «%s»', (line, options) => {
    expect(readOptions(line.split(' '))).toEqual(options);
  });

  it.each([
    ['', /list или replay/],
    ['send', /list или replay/],
    ['list 7', /list не знает/],
    ['list --limit 0', /от 1 до 1000/],
    ['replay', /CALL_ID, либо --failed/],
    [`replay ${CALL} --failed`, /CALL_ID, либо --failed/],
    ['replay 7', /не идентификатор/],
    [`replay ${CALL} ${CALL}`, /лишнее/],
    ['replay --failed --json', /только у list/],
    ['list --secret x', /secret/],
  ])('refuses «%s»', (line, words) => {
    const read = (): unknown => readOptions(line.split(' ').filter((word) => word !== ''));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(words);
  });
});
