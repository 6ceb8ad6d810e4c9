import { readFileSync } from 'node:fs';
import { isIP, isIPv6 } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Trunk } from '../../../contract/trunk.ts';
import {
  checkSettings,
  endpointOf,
  type CarrierSettings,
  type EdgeSettings,
  type ServerSettings,
} from './settings.ts';
import { fillTemplate, type TemplateValue } from './template.ts';

/** Where a server's things are; all absolute. */
export interface ServerPaths {
  readonly etcDir: string;
  /** Holds the control socket: its path may have 107 bytes at most (unix(7)). */
  readonly runDir: string;
  readonly logDir: string;
  readonly dbDir: string;
  readonly spoolDir: string;
  readonly varDir: string;
  readonly cacheDir: string;
  readonly modulesDir: string;
  readonly dataDir: string;
  readonly programsDir: string;
  /** PEM file with the certificates that a TLS trunk's is checked against. */
  readonly tlsRoots: string;
}

const TEMPLATES = fileURLToPath(new URL('../../../../asterisk-config/', import.meta.url));
const SHARED = ['asterisk', 'modules', 'logger', 'http', 'ari', 'rtp'] as const;
const BROWSER_MODULES = [
  'res_pjsip_transport_websocket.so',
  'res_pjsip_endpoint_identifier_user.so',
  'res_pjsip_registrar.so',
  'res_srtp.so',
];

/** Asterisk complains at start where these are not there; what is off stays off. */
const FIXED: Readonly<Record<string, string>> = {
  'cdr.conf': '[general]\nenable = no\n',
  'manager.conf': '[general]\nenabled = no\n',
  // Tones, which nobody here plays.
  'indications.conf':
    '[general]\ncountry = ru\n[ru]\ndescription = Russia\nringcadence = 1000,4000\ndial = 425\nbusy = 425/350,0/350\nring = 425/1000,0/4000\ncongestion = 425/175,0/175\n',
  ...Object.fromEntries(
    ['acl', 'ccss', 'cel', 'codecs', 'features', 'pjproject', 'stasis', 'udptl', 'websocket_client'].map(
      (name) => [`${name}.conf`, ''],
    ),
  ),
};

/**
 * Every file of a server's configuration folder: name → text. The same settings give the same texts.
 * Throws an Error in Russian for settings that cannot be used; no setting can add a line of its own (fillTemplate).
 */
export function renderConfig(settings: ServerSettings, paths: ServerPaths): ReadonlyMap<string, string> {
  checkSettings(settings);
  const files = new Map(Object.entries(FIXED));
  const trunks = settings.kind === 'edge' ? settings.trunks : [];
  const browserPhones = settings.kind === 'edge' && settings.browserPhones === true;
  const values: Record<string, TemplateValue> = {
    ...paths,
    kind: settings.kind,
    ariAddress: settings.ari.address,
    ariPort: settings.ari.port,
    ariUser: settings.ari.user,
    ariPassword: settings.ari.password,
    rtpFrom: settings.rtp.from,
    rtpTo: settings.rtp.to,
    codecModules: trunks.some(({ codecs }) => codecs.includes('g722'))
      ? ['codec_g722.so', 'codec_resample.so']
      : [],
    loginModules: trunks.some(({ password }) => password !== undefined)
      ? ['res_pjsip_outbound_authenticator_digest.so', 'res_pjsip_outbound_registration.so']
      : [],
    browserModules: browserPhones ? BROWSER_MODULES : [],
    ice: browserPhones ? 'yes' : 'no',
  };
  for (const name of SHARED) files.set(`${name}.conf`, fillTemplate(template(`shared/${name}`), values));
  const own = settings.kind === 'edge' ? edgeFiles(settings, paths) : carrierFiles(settings);
  for (const [name, text] of own) files.set(name, text);
  return files;
}

function edgeFiles(settings: EdgeSettings, paths: ServerPaths): [string, string][] {
  const { sip, trunks, externalAddress, localNetworks, browserPhones = false } = settings;
  const used = [...new Set(trunks.map(({ transport }) => transport))];
  const transports = (used.length === 0 ? (['udp'] as const) : used).map((transport) =>
    fillTemplate(template('edge/pjsip-transport'), {
      transport,
      bind: hostPort(sip.address, transport === 'tls' ? sip.port + 1 : sip.port),
      externalAddress,
      localNetworks: externalAddress === undefined ? [] : localNetworks,
      tlsMethod: transport === 'tls' ? 'tlsv1_2' : undefined,
      tlsRoots: transport === 'tls' ? paths.tlsRoots : undefined,
      tlsVerify: transport === 'tls' ? 'yes' : undefined,
    }),
  );
  const blocks = {
    transports: transports.join('\n'),
    browser: browserPhones ? fillTemplate(template('edge/pjsip-browser'), {}) : '',
    trunks: trunks.map((one) => trunkBlock(one, sip.address)).join('\n'),
  };
  const identified = browserPhones ? 'username,ip' : 'ip';
  return [
    ['pjsip.conf', fillTemplate(template('edge/pjsip'), { identified }, blocks)],
    ['extensions.conf', fillTemplate(template('edge/extensions'), {})],
    ...(browserPhones
      ? [['sorcery.conf', fillTemplate(template('edge/sorcery'), {})] as [string, string]]
      : []),
  ];
}

function trunkBlock(trunk: Trunk, ownAddress: string): string {
  const { name, host, port, transport, user, password, callerId } = trunk;
  const endpoint = endpointOf(trunk);
  // A login may be `account@domain`: its halves are From's.
  const [account, accountDomain] = user?.split('@', 2) ?? [];
  const fromDomain = trunk.fromDomain ?? accountDomain ?? host;
  const auth = password === undefined ? undefined : `${endpoint}-login`;
  // RFC 3261 §19.1.1: without a transport parameter a SIP URI means UDP.
  const parameters = transport === 'udp' ? '' : `;transport=${transport}`;
  const server = `sip:${hostPort(host, port)}${parameters}`;
  const loopback = /^127\./.test(ownAddress);
  const values = {
    name,
    endpoint,
    transport,
    codecs: trunk.codecs.join(','),
    auth,
    user,
    password,
    fromUser: account ?? callerId,
    fromDomain,
    sendIdentity: account !== undefined && callerId !== undefined ? 'yes' : undefined,
    mediaAddress: loopback ? ownAddress : undefined,
    mediaBound: loopback ? 'yes' : undefined,
    contact: server,
    serverUri: server,
    clientUri: `sip:${encodeURIComponent(account ?? '')}@${uriHost(fromDomain)}${parameters}`,
    contactUser: account,
  };
  const identifies = [...new Set([host, ...trunk.addresses])].map((match, at) =>
    fillTemplate(template('edge/pjsip-trunk-identify'), {
      endpoint,
      index: at + 1,
      match,
      srvLookups: isIP(match.split('/', 1)[0] ?? '') === 0 ? 'yes' : 'no',
    }),
  );
  const parts = [fillTemplate(template('edge/pjsip-trunk'), values, { identifies: identifies.join('\n') })];
  if (auth !== undefined) parts.push(fillTemplate(template('edge/pjsip-trunk-auth'), values));
  if (trunk.register) parts.push(fillTemplate(template('edge/pjsip-trunk-registration'), values));
  return parts.join('\n');
}

function carrierFiles({ sip, edge }: CarrierSettings): [string, string][] {
  const values = {
    bind: hostPort(sip.address, sip.port),
    mediaAddress: sip.address,
    edgeContact: `sip:${hostPort(edge.address, edge.port)}`,
    edgeAddress: edge.address,
  };
  return [
    ['pjsip.conf', fillTemplate(template('local-carrier/pjsip'), values)],
    ['extensions.conf', fillTemplate(template('local-carrier/extensions'), {})],
  ];
}

function template(name: string): string {
  return readFileSync(`${TEMPLATES}${name}.conf`, 'utf8');
}

function hostPort(host: string, port: number): string {
  return `${uriHost(host)}:${port}`;
}

function uriHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
