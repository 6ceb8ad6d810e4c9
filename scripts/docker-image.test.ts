import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');

const scratch = mkdtempSync(join(tmpdir(), 'halo-image-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('Dockerfile', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  it('stands on Node 24 slim and ends as a user who is not root', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24-\w+-slim$/m);
    const [first, ...others] = stages;
    expect(first).toMatch(/^\$\{NODE_IMAGE\} AS base\n/);
    for (const stage of others) expect(stage).toMatch(/^base\b/);
    expect([...dockerfile.matchAll(/^USER (.*)$/gm)].map(([, user]) => user)).toEqual(['node']);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });

  it('takes the steps that a machine without Docker takes', () => {
    const steps = [...dockerfile.matchAll(/^RUN (node .*)$/gm)].map(([, step]) => step!);
    expect(steps).toContain(scripts['prestart']);
    expect(steps).toContain('node scripts/asterisk.mjs get');
    expect(scripts['asterisk']).toContain('scripts/asterisk.mjs');
    for (const step of steps) expect(existsSync(join(root, step.split(' ')[1]!)), step).toBe(true);
    expect(dockerfile).toContain(`CMD ${JSON.stringify(scripts['start']!.split(' ')).replaceAll(',', ', ')}`);
  });

  it('copies what those steps read', () => {
    // What each stage has before its first step, in a folder of its own.
    const early = stages.slice(1, 3).map((stage) => stage.slice(0, stage.indexOf('\nRUN ')));
    expect(early.map((stage) => /AS (\w+)/.exec(stage)?.[1])).toEqual(['asterisk', 'build']);
    for (const [index, script] of ['scripts/asterisk.mjs', 'scripts/setup.mjs'].entries()) {
      const folder = join(scratch, `stage-${index}`);
      for (const [, words] of early[index]!.matchAll(/^COPY --chown=node:node (.*)$/gm)) {
        const from = words!.split(' ');
        const to = join(folder, from.pop()!);
        mkdirSync(to, { recursive: true });
        for (const path of from.flatMap(expanded)) copyFileSync(join(root, path), join(to, basename(path)));
      }
      const load = `await import(${JSON.stringify(join(folder, script))})`;
      const args = script.endsWith('setup.mjs')
        ? ['--input-type=module', '-e', load]
        : [join(folder, script), 'help'];
      const env = { PATH: process.env['PATH'] };
      expect(spawnSync(process.execPath, args, { env, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
  });

  it("leaves secrets, state and what is built out of the builder's sight", () => {
    const ignored = read('.dockerignore').split('\n');
    for (const path of [
      '.git',
      '.halo',
      '.asterisk',
      '.env',
      '.env.*',
      'secrets',
      'node_modules',
      'dist',
      '*.log',
    ]) {
      expect(ignored).toContain(path);
    }
    for (const path of ['docker', 'scripts', 'asterisk-config', 'seeds', '*'])
      expect(ignored).not.toContain(path);
  });
});

describe('docker/*.mjs', () => {
  it('health checks pass on 200 with the right password only', async () => {
    const expected = `Basic ${Buffer.from('halo:right-one').toString('base64')}`;
    const server = createServer(({ url, headers }, reply) => {
      const good =
        url === '/healthz' || (url?.startsWith('/ari/asterisk/info') && headers.authorization === expected);
      reply.writeHead(good === true ? 200 : 401).end('{}');
    });
    await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil));
    const { port } = server.address() as AddressInfo;
    const ari = { HALO_ARI_URL: `http://127.0.0.1:${port}`, HALO_ARI_PASSWORD_FILE: join(scratch, 'ari') };
    writeFileSync(ari.HALO_ARI_PASSWORD_FILE, 'right-one\n');
    try {
      expect(await check('app', { PORT: String(port) })).toBe(0);
      expect(await check('asterisk', ari)).toBe(0);
      // The carrier counts while there is no trunk.
      const deadCarrier = { ...ari, HALO_CARRIER_ARI_URL: 'http://127.0.0.1:1' };
      expect(await check('asterisk', deadCarrier)).toBe(1);
      expect(await check('asterisk', { ...deadCarrier, TRUNK_HOST: 'sip.example.org' })).toBe(0);
      writeFileSync(ari.HALO_ARI_PASSWORD_FILE, 'wrong-one');
      expect(await check('asterisk', ari)).toBe(1);
    } finally {
      await new Promise((fulfil) => server.close(fulfil));
    }
    expect(await check('app', { PORT: String(port) })).toBe(1);
  });

  it('the entry point adds the addresses and becomes the command', () => {
    const say = ['sh', '-c', 'echo "$HALO_MEDIA_ADDRESS|$HALO_LOCAL_NETS"'];
    const enter = (env: Readonly<Record<string, string>>) =>
      spawnSync('sh', [join(root, 'docker/entrypoint.sh'), ...say], {
        cwd: tmpdir(),
        env: { PATH: process.env['PATH'], ...env },
        encoding: 'utf8',
      });
    expect(enter({ CONTAINER_MEDIA_NAME: 'localhost' }).stdout).toMatch(
      /^127\.0\.0\.1\|([\d.]+\/\d+, )*127\.0\.0\.0\/8\n$/,
    );
    const set = {
      HALO_MEDIA_ADDRESS: '10.1.2.3',
      HALO_LOCAL_NETS: '10.0.0.0/8',
      CONTAINER_MEDIA_NAME: 'localhost',
    };
    expect(enter(set).stdout).toBe('10.1.2.3|10.0.0.0/8\n');
    const foreign = enter({ CONTAINER_MEDIA_NAME: '192.0.2.77' });
    expect(foreign).toMatchObject({ status: 1, stdout: '' });
    expect(foreign.stderr).toContain('другому контейнеру');
    expect(enter({ TRUNK_HOST: 'sip.example.org' }).stderr).toContain('HALO_EXTERNAL_ADDRESS');
  });
});

/** `folder/*.mjs` as the builder reads it. */
function expanded(pattern: string): string[] {
  if (!basename(pattern).startsWith('*')) return [pattern];
  const folder = dirname(pattern);
  const found = readdirSync(join(root, folder)).filter((name) => name.endsWith(basename(pattern).slice(1)));
  return found.map((name) => join(folder, name));
}

/** The check's exit code; asynchronous, since the server it asks may live in this process. */
async function check(what: string, env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'docker/healthcheck.mjs'), what], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'ignore',
  });
  return await new Promise((fulfil) => child.once('close', (code) => fulfil(code ?? -1)));
}
