import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trunk } from '../../../contract/trunk.ts';
import { renderConfig, type ServerPaths } from './render.ts';
import type { CarrierSettings, EdgeSettings } from './settings.ts';

const folder = (name: string) => `/run/halo/${name}`;
const PATHS: ServerPaths = {
  etcDir: folder('etc'),
  runDir: folder('run'),
  logDir: folder('log'),
  dbDir: folder('db'),
  spoolDir: folder('spool'),
  varDir: folder('var'),
  cacheDir: folder('cache'),
  modulesDir: '/ast/modules',
  dataDir: '/ast/data',
  programsDir: '/ast/sbin',
  tlsRoots: '/etc/ssl/roots.pem',
};

const TRUNK: Trunk = {
  name: 'main',
  host: 'sip.example.org',
  port: 5060,
  transport: 'udp',
  register: false,
  codecs: ['alaw', 'ulaw'],
  numberFormat: 'e164',
  addresses: [],
};

const edge = (trunk: Partial<Trunk> = {}, more: Partial<EdgeSettings> = {}): EdgeSettings => ({
  kind: 'edge',
  sip: { address: '0.0.0.0', port: 5060 },
  ari: { address: '127.0.0.1', port: 8188, user: 'halo', password: 'ari-secret' },
  rtp: { from: 20_000, to: 20_999 },
  trunks: [{ ...TRUNK, ...trunk }],
  localNetworks: ['10.0.0.0/8'],
  ...more,
});

const CARRIER: CarrierSettings = {
  kind: 'carrier',
  sip: { address: '127.0.0.2', port: 5070 },
  ari: { address: '127.0.0.1', port: 8189, user: 'halo', password: 'ari-secret' },
  rtp: { from: 20_000, to: 20_999 },
  edge: { address: '127.0.0.1', port: 5060 },
};

/** The sections of a file: `[name]` and the lines under it, without comments. */
function sections(text: string): { name: string; lines: string[] }[] {
  const found: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith(';')) continue;
    const name = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (name === undefined) found.at(-1)?.lines.push(line);
    else found.push({ name, lines: [] });
  }
  return found;
}

function pjsip(settings: EdgeSettings | CarrierSettings, type: string, name?: string): string[] {
  const all = sections(renderConfig(settings, PATHS).get('pjsip.conf') ?? '');
  const one = all.find(
    (section) => section.lines[0] === `type = ${type}` && (name === undefined || section.name === name),
  );
  return one?.lines ?? [];
}

describe('the edge', () => {
  it('writes a trunk that registers, with its login and its codecs in their order', () => {
    const settings = edge({ user: '100500', password: 'p;w\\=>', register: true, callerId: '+74951234567' });
    expect(pjsip(settings, 'endpoint', 'trunk-main')).toEqual(
      expect.arrayContaining([
        'allow = alaw,ulaw',
        'outbound_auth = trunk-main-login',
        'from_user = 100500',
        'from_domain = sip.example.org',
        'send_pai = yes',
      ]),
    );
    expect(pjsip(settings, 'auth', 'trunk-main-login')).toEqual(
      expect.arrayContaining(['username = 100500', 'password = p\\;w\\=>']),
    );
    expect(pjsip(settings, 'registration', 'trunk-main')).toEqual(
      expect.arrayContaining([
        'server_uri = sip:sip.example.org:5060',
        'client_uri = sip:100500@sip.example.org',
        'line = yes',
      ]),
    );
    expect(renderConfig(settings, PATHS).get('modules.conf')).toContain('res_pjsip_outbound_registration.so');
  });

  it('leaves out what a trunk known by its address does not have', () => {
    const settings = edge({ callerId: '+74951234567' });
    const text = renderConfig(settings, PATHS).get('pjsip.conf') ?? '';
    expect(text).not.toMatch(/outbound_auth|type = auth|type = registration|send_pai|media_address|method =/);
    expect(text).toContain('from_user = +74951234567');
    expect(renderConfig(settings, PATHS).get('modules.conf')).not.toMatch(/outbound|g722/);
    expect(text).not.toContain('{{');
  });

  it('names the transport in every URI but UDP, though its semicolon would begin a comment', () => {
    const settings = edge({ transport: 'tls', port: 5061, user: 'a@b.org', password: 'x', register: true });
    expect(pjsip(settings, 'transport')).toEqual(
      expect.arrayContaining(['protocol = tls', 'bind = 0.0.0.0:5061', 'verify_server = yes']),
    );
    expect(pjsip(settings, 'registration')).toEqual(
      expect.arrayContaining([
        'server_uri = sip:sip.example.org:5061\\;transport=tls',
        'client_uri = sip:a@b.org\\;transport=tls',
      ]),
    );
    expect(pjsip(settings, 'aor', 'trunk-main')).toContain(
      'contact = sip:sip.example.org:5061\\;transport=tls',
    );
  });

  it('tells the trunk its outer address, and only then what is on this side of the NAT', () => {
    expect(pjsip(edge({}, { externalAddress: '198.51.100.7' }), 'transport')).toEqual(
      expect.arrayContaining([
        'external_media_address = 198.51.100.7',
        'external_signaling_address = 198.51.100.7',
        'local_net = 10.0.0.0/8',
      ]),
    );
    expect(pjsip(edge(), 'transport').join()).not.toMatch(/external|local_net/);
  });

  it('knows a trunk by each of its addresses apart, so that one that cannot be resolved harms no other', () => {
    const text = renderConfig(edge({ addresses: ['203.0.113.0/24', '203.0.113.0/24'] }), PATHS).get(
      'pjsip.conf',
    );
    const matches = sections(text ?? '').filter(({ lines }) => lines[0] === 'type = identify');
    expect(matches.map(({ name, lines }) => [name, lines.find((line) => line.startsWith('match'))])).toEqual([
      ['trunk-main-from-1', 'match = sip.example.org'],
      ['trunk-main-from-2', 'match = 203.0.113.0/24'],
    ]);
  });

  it('knows browser phones by the name they give themselves, and nobody else', () => {
    const files = renderConfig({ ...edge(), browserPhones: true }, PATHS);
    expect(files.get('pjsip.conf')).toContain('endpoint_identifier_order = username,ip\n');
    expect(files.get('rtp.conf')).toContain('icesupport = yes\n');
    const endpoints = pjsip(edge(), 'endpoint');
    expect(endpoints.filter((line) => line.startsWith('identify_by'))).toEqual(['identify_by = ip']);
    expect(files.get('modules.conf')).not.toContain('identifier_anonymous.so');
    expect(files.get('extensions.conf')).toContain('[browser-phone]\nexten => _[+0-9*#a-zA-Z]!,1,Hangup(21)');

    for (const settings of [edge(), CARRIER]) {
      const plain = renderConfig(settings, PATHS);
      expect(plain.get('modules.conf')?.match(/^load = .*identifier.*$/gm)).toEqual([
        'load = res_pjsip_endpoint_identifier_ip.so',
      ]);
      expect(plain.get('modules.conf')).not.toMatch(/transport_websocket|srtp/);
      expect(plain.get('pjsip.conf')).toContain('endpoint_identifier_order = ip\n');
      expect(plain.get('rtp.conf')).toContain('icesupport = no\n');
      expect(plain.has('sorcery.conf')).toBe(false);
    }
  });
});

describe('the local carrier', () => {
  it('lets in the edge and nobody else', () => {
    expect(pjsip(CARRIER, 'identify')).toContain('match = 127.0.0.1');
    const text = renderConfig(CARRIER, PATHS).get('pjsip.conf') ?? '';
    expect(sections(text).filter(({ lines }) => lines[0] === 'type = endpoint')).toHaveLength(1);
  });
});

describe('settings', () => {
  it('that cannot be used are said all at once, without secrets', () => {
    const settings = edge(
      {
        host: 'a b',
        user: undefined as never,
        password: 'hidden\n',
        register: true,
        codecs: [],
        addresses: ['x'],
      },
      { sip: { address: 'here', port: 0 }, localNetworks: ['10.0.0.0/99'] },
    );
    let said = '';
    try {
      renderConfig(settings, PATHS);
    } catch (error) {
      said = String(error);
    }
    for (const part of ['a b', 'пароль', 'логин', 'кодеки', '«x»', 'here', 'порт SIP 0', '10.0.0.0/99']) {
      expect(said).toContain(part);
    }
    expect(said).not.toContain('hidden');
  });

  // What an attacker would write: Asterisk's own syntax between ordinary letters.
  const nasty = fc.oneof(
    fc.string({
      unit: fc.constantFrom('a', '1', ';', '\n', '\r', '=', '>', '[', ']', '#', '\\', '-', ' ', '{', '}'),
    }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('x\n[evil]\ntype = endpoint', 'x;--', '#exec rm', 'x\u2028y', '${SHELL(id)}', '=> x'),
  );

  it('can never add or change a line: what is not refused is one value on one line', () => {
    const fields = ['host', 'user', 'password', 'fromDomain', 'callerId', 'name'] as const;
    const plain = edge({
      user: 'user',
      password: 'word',
      fromDomain: 'from.org',
      callerId: '+7',
      register: true,
    });
    const shape = (settings: EdgeSettings) =>
      [...renderConfig(settings, PATHS)].map(([name, text]) => [name, text.split('\n').length]);
    const shapeOfPlain = shape(edge({ ...plain.trunks[0]!, callerId: '+71' }));
    fc.assert(
      fc.property(fc.constantFrom(...fields), nasty, (field, value) => {
        const settings = edge({ ...plain.trunks[0]!, callerId: '+71', [field]: value });
        let rendered: (string | number)[][];
        try {
          rendered = shape(settings);
        } catch (error) {
          expect(String(error)).toMatch(/не подход/);
          return;
        }
        expect(rendered).toEqual(shapeOfPlain);
        // Every ';' that is not a comment's is escaped.
        for (const line of (renderConfig(settings, PATHS).get('pjsip.conf') ?? '').split('\n')) {
          if (!line.startsWith(';')) expect(line.replaceAll('\\;', '')).not.toContain(';');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of ARI and of the sockets neither', () => {
    fc.assert(
      fc.property(fc.constantFrom('user', 'password', 'address'), nasty, (field, value) => {
        const plain = edge();
        const settings = edge({}, { ari: { ...plain.ari, [field]: value } });
        try {
          const text = renderConfig(settings, PATHS).get('ari.conf') ?? '';
          expect(sections(text)).toHaveLength(2);
        } catch (error) {
          expect(String(error)).toMatch(/не подход/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
