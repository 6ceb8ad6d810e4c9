import { describe, expect, it } from 'vitest';
import { readConfig } from '../../api/config.ts';
import { fail, ok, skip, warn, type Check, type DoctorDeps } from './check.ts';
import { CHECKS } from './checks.ts';
import { readOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';
import { linesOf, verdict } from './report.ts';
import { isWell, runChecks, type CheckReport } from './run.ts';
import { hider } from './secrets.ts';

const CONFIG = readConfig({});
const DEPS: DoctorDeps = { signal: new AbortController().signal, now: () => 0, ping: false };
const check = (name: string, run: Check['run'], timeoutMs = 1_000): Check => ({
  name,
  title: name.toUpperCase(),
  timeoutMs,
  run,
});

describe('the checks', () => {
  it('run side by side, and are told in their order', async () => {
    let atWork = 0;
    let most = 0;
    let release: () => void = () => {};
    const all = new Promise<void>((resolve) => (release = resolve));
    const slow = (name: string): Check =>
      check(name, async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        if (atWork === 3) release();
        await all;
        return [ok(name)];
      });
    const told: string[] = [];
    const reports = await runChecks([slow('a'), slow('b'), slow('c')], CONFIG, DEPS, ({ name }) =>
      told.push(name),
    );
    expect(most).toBe(3);
    expect(told).toEqual(['a', 'b', 'c']);
    expect(isWell(reports)).toBe(true);
  });

  it('that fail, hang or are interrupted spoil nothing but themselves', async () => {
    const stop = new AbortController();
    const hang = (): Promise<never> => new Promise(() => {});
    const thrown = async (): Promise<never> => {
      throw Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }),
      });
    };
    const reports = await runChecks(
      [check('thrown', thrown), check('hangs', hang, 20), check('fine', async () => [ok('да')])],
      CONFIG,
      DEPS,
      () => {},
    );
    expect(
      reports.flatMap(({ findings }) => findings.map(({ status, what }) => `${status} ${what}`)),
    ).toEqual(['fail имени нет в DNS (ENOTFOUND)', 'fail проверка не уложилась в 0.02 с', 'ok да']);
    expect(isWell(reports)).toBe(false);
    const running = runChecks([check('hangs', hang)], CONFIG, { ...DEPS, signal: stop.signal }, () => {});
    stop.abort();
    expect((await running)[0]?.findings).toEqual([fail('прервано')]);
  });

  it('have names of their own', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
  });
});

describe('the report', () => {
  it('has a line for each finding and each advice', () => {
    const report: CheckReport = {
      name: 'x',
      title: 'Часы',
      findings: [
        ok('идут'),
        warn('спешат', 'синхронизируйте'),
        skip('нет'),
        fail('стоят', 'заведите', 'ещё раз'),
      ],
      ms: 1,
    };
    expect(linesOf(report)).toEqual([
      '✓ Часы            идут',
      '!                 спешат',
      '    → синхронизируйте',
      '–                 нет',
      '✗                 стоят',
      '    → заведите',
      '    → ещё раз',
    ]);
    expect(verdict([report])).toBe('Итог: исправьте отмеченное ✗ (1)');
    expect(verdict([{ ...report, findings: [warn('x')] }])).toMatch(/работает.*\(1\)/);
    expect(verdict([{ ...report, findings: [ok('x'), skip('y')] }])).toBe('Итог: всё в порядке');
  });
});

describe('the command line of npm run doctor', () => {
  it('knows its checks', () => {
    expect(readOptions([])).toEqual({ only: undefined, ping: false, json: false });
    expect(readOptions(['--only', 'database, sms', '--ping', '--json'])).toEqual({
      only: ['database', 'sms'],
      ping: true,
      json: true,
    });
    expect(readOptions(['--help'])).toBeUndefined();
    expect(() => readOptions(['--only', 'nothing'])).toThrow(UsageError);
    expect(() => readOptions(['--fix'])).toThrow(UsageError);
  });
});

describe('secrets', () => {
  it('are taken out of whatever is said', () => {
    const env = {
      DATABASE_URL: 'postgres://halo:data%20base@db:5432/halo',
      OPENAI_API_KEY: 'sk-secret',
      WEBHOOK_URL: 'https://crm.example.org/hook?token=webhook-token',
      WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      TRUNK_HOST: 'sip.example.org',
      TRUNK_USER: '1',
      TRUNK_PASSWORD: 'trunk-secret',
    };
    const hide = hider(env, readConfig(env));
    const said = hide(
      `${Object.values(env).join(' ')} data base, MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw; узел sip.example.org`,
    );
    for (const secret of [
      'sk-secret',
      'webhook-token',
      'MfKQ9r8',
      'trunk-secret',
      'data base',
      'data%20base',
    ])
      expect(said).not.toContain(secret);
    expect(said).toContain('sip.example.org');
  });
});
