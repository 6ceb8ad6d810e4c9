import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VARIABLES } from '../api/config-table.ts';
import type { Variable } from '../api/config-variable.ts';
import { readConfig } from '../api/config.ts';

type Named<Value> = Readonly<Record<string, Value>>;
type Words = readonly string[];

/** What the tests look at. */
interface Service {
  readonly user?: string;
  readonly command?: Words;
  readonly restart?: string;
  readonly cap_add?: Words;
  readonly privileged?: boolean;
  readonly logging?: { readonly options?: Named<string> };
  readonly healthcheck?: { readonly test?: Words };
  readonly environment?: Named<string | number>;
  readonly ports?: Words;
  readonly secrets?: Words;
  readonly volumes?: Words;
  readonly networks?: Named<{ readonly aliases?: Words } | null>;
  readonly depends_on?: Named<{ readonly condition: string }>;
}
interface Compose {
  readonly services: Named<Service>;
  readonly secrets?: Named<{ readonly file: string }>;
  readonly networks?: Named<{ readonly internal?: boolean }>;
  readonly volumes?: Named<unknown>;
}

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
/** `!reset`, which takes a value of the first file away, has no meaning to a parser of one file. */
const load = (path: string): Compose =>
  parse(read(path), {
    merge: true,
    customTags: [
      { tag: '!reset', resolve: () => null },
      { tag: '!reset', collection: 'seq', resolve: () => null },
    ],
  }) as Compose;

const FILES = ['docker-compose.yml', 'docker/trunk.yml', 'docker/trunk-host.yml'];
const COMBINATIONS = [[0], [0, 1], [0, 2]].map((chosen) => chosen.map((index) => FILES[index]!));
const [base, trunk, host] = FILES.map(load) as [Compose, Compose, Compose];
const { app, asterisk, postgres } = base.services as Record<'app' | 'asterisk' | 'postgres', Service>;
const dockerfile = read('Dockerfile');
const lines = (text: string): string[] => text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
const factsOf = (name: string): Variable | undefined =>
  Object.hasOwn(VARIABLES, name) ? VARIABLES[name as keyof typeof VARIABLES] : undefined;
/** The variables of `.env` that Compose itself reads, and what docker/*.mjs read. */
const COMPOSE_ONLY = ['SIP_PORT', 'CONTAINER_MEDIA_NAME'];

/** As Compose does: `${NAME:-default}`. */
function interpolated(text: string, env: Named<string> = {}): string {
  return text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, fallback: string) => env[name] ?? fallback);
}

const scratch = mkdtempSync(join(tmpdir(), 'halo-docker-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const secretsDir = join(scratch, 'secrets');
const makeSecrets = (): void => {
  const made = spawnSync('sh', [join(root, 'docker/make-secrets.sh'), secretsDir], { encoding: 'utf8' });
  expect(made).toMatchObject({ status: 0, stderr: '' });
};
const secret = (name: string): string => readFileSync(join(secretsDir, name), 'utf8');

/** The environment of a container, its secrets being those of the scratch folder. */
function environmentOf(services: readonly (Service | undefined)[], dotEnv: Named<string> = {}) {
  const merged = Object.assign({}, ...services.map((one) => one?.environment)) as Record<
    string,
    string | number
  >;
  return Object.fromEntries(
    Object.entries(merged).map(([name, value]) => [
      name,
      interpolated(String(value), dotEnv).replace('/run/secrets', secretsDir),
    ]),
  );
}

describe('docker-compose.yml', () => {
  it('gives only variables that HALO reads', () => {
    for (const { services } of [base, trunk, host]) {
      for (const service of [services['app'], services['asterisk']]) {
        for (const name of Object.keys(service?.environment ?? {})) {
          if (COMPOSE_ONLY.includes(name)) continue;
          const plain = name.replace(/_FILE$/, '');
          const known = factsOf(name) ?? (factsOf(plain)?.secret === true ? factsOf(plain) : undefined);
          expect(known, name).toBeDefined();
        }
      }
    }
  });

  it('hands through every variable that HALO reads', () => {
    const inImage = ['HALO_DATA_DIR', 'HALO_ASTERISK_DIR'];
    const foundAtStart = ['HALO_MEDIA_ADDRESS'];
    for (const name of Object.keys(VARIABLES)) {
      if (inImage.includes(name)) expect(dockerfile).toContain(`${name}=`);
      else if (foundAtStart.includes(name)) expect(read('docker/container-facts.mjs')).toContain(name);
      else
        expect(Object.keys(app.environment ?? {})).toContain(
          factsOf(name)?.secret === true ? `${name}_FILE` : name,
        );
    }
  });

  it('interpolates each variable under its own name', () => {
    for (const text of FILES.map(read)) {
      for (const [, name, source] of text.matchAll(/^ +([A-Z_]+): \$\{(\w+):-/gm)) expect(source).toBe(name);
      for (const [, name] of text.matchAll(/\$\{(\w+)/g)) {
        expect(factsOf(name!) !== undefined || COMPOSE_ONLY.includes(name!), name).toBe(true);
      }
    }
  });

  it('holds no secret: each is a file that git and the builder do not see', () => {
    const files = [base, host].flatMap(({ secrets = {} }) => Object.values(secrets).map(({ file }) => file));
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) expect(file).toMatch(/^\.\/secrets\//);
    for (const path of ['.dockerignore', '.gitignore'])
      expect(lines(read(path))).toContainEqual(expect.stringMatching(/^\/?secrets\/?$/));
    for (const text of [...FILES.map(read), dockerfile]) {
      for (const [name, facts] of Object.entries(VARIABLES) as [string, Variable][]) {
        if (facts.secret === true) expect(text).not.toMatch(new RegExp(`\\b${name}\\s*[:=]`));
      }
      expect(text).not.toMatch(/_PASSWORD\s*[:=]/);
    }
    for (const { services, secrets = {} } of [base, host]) {
      for (const service of Object.values(services)) {
        for (const name of service.secrets ?? [])
          expect({ ...base.secrets, ...secrets }).toHaveProperty([name]);
      }
    }
  });

  it("publishes the cabinet on 127.0.0.1, the trunk's ports with docker/trunk.yml, and never ARI", () => {
    expect(app.ports?.map((port) => interpolated(port))).toEqual(['127.0.0.1:3000:3000']);
    expect([asterisk.ports, postgres.ports]).toEqual([undefined, undefined]);
    const published = trunk.services['asterisk']!.ports!.map((port) => interpolated(port));
    expect(published).toEqual([
      '0.0.0.0:5060:5060/udp',
      '0.0.0.0:5060:5060/tcp',
      '0.0.0.0:20000-20199:20000-20199/udp',
    ]);
    // One source each for what Asterisk uses and what is published.
    const environment = environmentOf([asterisk]);
    expect(environment).toMatchObject({ HALO_SIP_BIND: '0.0.0.0:5060', HALO_RTP_PORTS: '20000-20199' });
    expect(Object.keys(trunk.services)).toEqual(['asterisk']);
    expect(host.services['postgres']?.ports).toEqual(['127.0.0.1:5433:5432']);
    for (const { services } of [base, host]) {
      for (const url of ['HALO_ARI_URL', 'HALO_CARRIER_ARI_URL']) {
        expect(String(services['asterisk']?.environment?.[url])).toMatch(
          /^http:\/\/(asterisk|127\.0\.0\.1):808[89]$/,
        );
        expect(services['app']?.environment?.[url]).toBe(services['asterisk']?.environment?.[url]);
      }
    }
  });

  it.each(Object.entries(base.services))(
    '%s restarts, is watched, is confined, and cannot fill the disk',
    (name, service) => {
      expect(service.restart).toBe('unless-stopped');
      expect(service.healthcheck?.test?.[0]).toBe('CMD');
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect([service.cap_add, service.privileged]).toEqual([undefined, undefined]);
      expect(service.logging?.options).toHaveProperty(['max-size']);
      if (name === 'postgres') expect(service.user).toBe('postgres');
      else expect(service).not.toHaveProperty('user');
      for (const volume of service.volumes ?? [])
        expect(base.volumes).toHaveProperty([volume.split(':')[0]!]);
      for (const other of Object.values(service.depends_on ?? {}))
        expect(other.condition).toBe('service_healthy');
      for (const network of Object.keys(service.networks ?? {}))
        expect(base.networks).toHaveProperty([network]);
    },
  );

  it('keeps Asterisk away from the database, and the database away from the world', () => {
    expect(base.networks?.['database']?.internal).toBe(true);
    expect(Object.keys(postgres.networks ?? {})).toEqual(['database']);
    expect(Object.keys(asterisk.networks ?? {})).toEqual(['voice']);
    expect(app.networks?.['voice']?.aliases).toEqual([app.environment?.['CONTAINER_MEDIA_NAME']]);
  });

  it('runs files that are there', () => {
    const commands = [asterisk.command, app.healthcheck?.test, asterisk.healthcheck?.test].map(
      (one) => one ?? [],
    );
    const files = commands.flat().filter((word) => /\.(mjs|ts|sh)$/.test(word));
    expect(files).toHaveLength(3);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  });

  // The client alone reads the files and refuses what it does not know; no engine is needed.
  const client = spawnSync('docker', ['compose', 'version', '--short'], { encoding: 'utf8' });
  it.skipIf(client.status !== 0).each(COMBINATIONS.map((files) => files.join(' + ')))(
    'satisfies `docker compose config` (needs the docker compose client): %s',
    (names) => {
      const files = names.split(' + ');
      const args = ['compose', ...files.flatMap((file) => ['-f', file]), 'config', '-q'];
      const env = {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        DOCKER_CONFIG: process.env['DOCKER_CONFIG'],
      };
      const { status, stderr } = spawnSync('docker', args, { cwd: root, env, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );
});

describe('the configuration that the containers read', () => {
  it('is made once, closed to others, and is what HALO takes', () => {
    makeSecrets();
    const made = ['postgres-password', 'ari-password', 'api-auth-key'].map(secret);
    expect(new Set(made).size).toBe(3);
    for (const text of made) expect(text).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(secretsDir).mode & 0o777).toBe(0o700);
    writeFileSync(join(secretsDir, 'openai-api-key'), 'sk-mine\n');
    makeSecrets();
    expect(['postgres-password', 'ari-password', 'api-auth-key'].map(secret)).toEqual(made);
    for (const { secrets = {} } of [base, host]) {
      for (const { file } of Object.values(secrets))
        expect(existsSync(join(secretsDir, file.replace('./secrets/', '')))).toBe(true);
    }

    const config = readConfig(environmentOf([app]));
    const [password, ari, key] = made;
    expect(config).toMatchObject({
      host: '0.0.0.0',
      databaseUrl: `postgres://halo:${password}@postgres:5432/halo`,
      apiAuthKey: key,
      openai: { apiKey: 'sk-mine' },
      guards: undefined,
      telephony: { kind: 'asterisk', ari: { url: 'http://asterisk:8088', password: ari }, trunks: [] },
    });
    expect(readConfig(environmentOf([asterisk])).telephony).toEqual(config.telephony);
  });

  it('has the trunk of `.env`, its password from a file, and the guards', () => {
    makeSecrets();
    writeFileSync(join(secretsDir, 'trunk-password'), 'their-secret\n');
    const dotEnv = { TRUNK_HOST: 'sip.example.org', TRUNK_USER: '100', HALO_EXTERNAL_ADDRESS: '203.0.113.7' };
    const config = readConfig(environmentOf([app], dotEnv));
    expect(config.guards).toBeDefined();
    expect(config.telephony).toMatchObject({
      sip: { address: '0.0.0.0', port: 5060 },
      externalAddress: '203.0.113.7',
      trunks: [
        { name: 'main', host: 'sip.example.org', user: '100', password: 'their-secret', register: true },
      ],
    });
    expect(readConfig(environmentOf([asterisk], dotEnv)).telephony).toEqual(config.telephony);
  });

  it('is all on loopback with docker/trunk-host.yml', () => {
    makeSecrets();
    writeFileSync(join(secretsDir, 'trunk-password'), '');
    const config = readConfig(environmentOf([app, host.services['app']]));
    expect(config).toMatchObject({
      host: '127.0.0.1',
      databaseUrl: `postgres://halo:${secret('postgres-password')}@127.0.0.1:5433/halo`,
      telephony: {
        ari: { url: 'http://127.0.0.1:8088' },
        mediaAddress: '127.0.0.1',
        rtp: { from: 20_000, to: 20_999 },
      },
    });
  });
});
