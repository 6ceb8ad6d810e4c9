import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'halo-doctor-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

async function run(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; out: string }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'run.mjs'), 'scripts/doctor.ts', ...args],
    {
      env: { PATH: process.env['PATH'] ?? '', HALO_DATA_DIR: dataDir, ...env },
    },
  );
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (out += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

describe('npm run doctor', () => {
  it('ends with 0 where nothing has to be mended, 1 where something has, 2 where the settings are wrong', async () => {
    const secret = 'sk-secret-of-the-test';
    const [well, ill, wrong, usage] = await Promise.all([
      run({}),
      run(
        { OPENAI_API_KEY: secret, OPENAI_BASE_URL: 'http://127.0.0.1:2/v1' },
        '--only',
        'speech,disk',
        '--json',
      ),
      run({ PORT: 'x', HALO_SPEECH: secret }, '--json'),
      run({}, '--fix'),
    ]);
    expect(well.out).toMatch(/^✓ Настройки {7}прочитаны\n✓ База данных .+\n[^]*\nИтог: работает/);
    expect(well.code).toBe(0);
    expect(ill.code).toBe(1);
    expect(JSON.parse(ill.out)).toMatchObject({
      ok: false,
      checks: [
        { name: 'speech', findings: [{ status: 'fail', advice: ['проверьте сеть и OPENAI_BASE_URL'] }] },
        { name: 'disk' },
      ],
    });
    expect(ill.out).not.toContain(secret);
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.out)).toMatchObject({
      ok: false,
      settings: [expect.any(String), expect.any(String)],
    });
    expect(usage).toMatchObject({
      code: 2,
      out: expect.stringContaining('npm run doctor -- --help') as string,
    });
  }, 60_000);
});
