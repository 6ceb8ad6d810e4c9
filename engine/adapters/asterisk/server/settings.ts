import { isIP } from 'node:net';
import type { Trunk } from '../../../contract/trunk.ts';

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

interface CommonSettings {
  /** Where SIP is listened to. UDP and TCP use the port, TLS the next one. */
  readonly sip: SocketAddress;
  readonly ari: SocketAddress & { readonly user: string; readonly password: string };
  /** UDP ports for sound, both included. */
  readonly rtp: { readonly from: number; readonly to: number };
}

/** The Asterisk that HALO dials through. */
export interface EdgeSettings extends CommonSettings {
  readonly kind: 'edge';
  readonly trunks: readonly Trunk[];
  /** Our address as the trunks see it, where a NAT stands between. */
  readonly externalAddress?: string;
  /** Networks on our side of that NAT, `192.168.0.0/16`. */
  readonly localNetworks: readonly string[];
  /** Whether visitors' browsers may register over WebSocket. It costs ICE for every call's sound: off without a use. */
  readonly browserPhones?: boolean;
}

/** The Asterisk that plays the operator's network. */
export interface CarrierSettings extends CommonSettings {
  readonly kind: 'carrier';
  /** The only one who may call. */
  readonly edge: SocketAddress;
}

export type ServerSettings = EdgeSettings | CarrierSettings;

/** The endpoint of a trunk in Asterisk: `PJSIP/<number>@trunk-<name>`. */
export function endpointOf(trunk: Pick<Trunk, 'name'>): string {
  return `trunk-${trunk.name}`;
}

/** Throws an Error with every problem, in Russian; secrets are not repeated. */
export function checkSettings(settings: ServerSettings): void {
  const problems: string[] = [];
  const need = (good: boolean, problem: string) => {
    if (!good) problems.push(problem);
  };
  const { sip, ari, rtp } = settings;
  need(isIP(sip.address) !== 0, `адрес SIP «${shown(sip.address)}»: нужен IP-адрес`);
  need(isPort(sip.port), `порт SIP ${sip.port}: нужно число от 1 до 65535`);
  need(isIP(ari.address) !== 0, `адрес ARI «${shown(ari.address)}»: нужен IP-адрес`);
  need(isPort(ari.port), `порт ARI ${ari.port}: нужно число от 1 до 65535`);
  need(
    /^[A-Za-z][\w-]{0,31}$/.test(ari.user) && ari.user !== 'general',
    'имя пользователя ARI: латинские буквы и цифры',
  );
  need(/^[\x21-\x7e]{1,128}$/.test(ari.password), 'пароль ARI: латинские буквы, цифры и знаки без пробелов');
  need(
    isPort(rtp.from) && isPort(rtp.to) && rtp.from >= 1024 && rtp.to - rtp.from >= 3,
    `порты RTP ${rtp.from}–${rtp.to}: нужны не меньше четырёх портов от 1024 до 65535, первый меньше последнего`,
  );
  if (settings.kind === 'carrier') {
    need(
      isIP(settings.edge.address) !== 0,
      `адрес звонящего «${shown(settings.edge.address)}»: нужен IP-адрес`,
    );
  } else {
    checkEdge(settings, need);
  }
  if (problems.length > 0) {
    throw new Error(`Настройки Asterisk не подходят:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

type Need = (good: boolean, problem: string) => void;

function checkEdge(settings: EdgeSettings, need: Need): void {
  const { externalAddress, localNetworks, trunks } = settings;
  need(
    externalAddress === undefined || isHost(externalAddress),
    `внешний адрес «${shown(externalAddress ?? '')}»: нужен IP-адрес или имя узла`,
  );
  for (const network of localNetworks) {
    need(isNetwork(network), `своя сеть «${shown(network)}»: нужно вида 192.168.0.0/16`);
  }
  const tls = trunks.some(({ transport }) => transport === 'tls');
  need(!tls || settings.sip.port < 65_535, 'порт SIP 65535: для TLS нужен и следующий');
  const names = trunks.map(({ name }) => name);
  need(new Set(names).size === names.length, 'имена транков повторяются');
  for (const trunk of trunks) checkTrunk(trunk, need);
}

function checkTrunk(trunk: Trunk, need: Need): void {
  const { name, user, password } = trunk;
  const own = (good: boolean, problem: string) => {
    need(good, `транк «${shown(name)}»: ${problem}`);
  };
  own(/^[a-z][a-z0-9-]{0,39}$/.test(name), 'имя — строчные латинские буквы, цифры и дефис');
  own(isHost(trunk.host), `узел «${shown(trunk.host)}»: нужен IP-адрес или имя`);
  own(isPort(trunk.port), `порт ${trunk.port}: нужно число от 1 до 65535`);
  // RFC 3261 §25.1 allows more; no provider gives such a login, and a colon or a slash would change the URI's meaning.
  own(
    user === undefined || /^[A-Za-z0-9._~!$&'()*+,@%#-]{1,100}$/.test(user),
    'логин: латинские буквы, цифры и знаки . _ - + @',
  );
  own(
    password === undefined || /^[\x20-\x7e]{1,128}$/.test(password),
    'пароль: латинские буквы, цифры и знаки, до 128',
  );
  own(password === undefined || password.trim() === password, 'пароль: пробел в начале или в конце');
  own(password === undefined || user !== undefined, 'пароль есть, а логина нет');
  own(!trunk.register || password !== undefined, 'для регистрации нужны логин и пароль');
  own(trunk.fromDomain === undefined || isHost(trunk.fromDomain), 'домен From: нужен IP-адрес или имя узла');
  own(trunk.callerId === undefined || /^\+?\d{2,20}$/.test(trunk.callerId), 'номер звонящего: + и цифры');
  own(
    trunk.codecs.length > 0 && trunk.codecs.every((codec) => /^(ulaw|alaw|g722)$/.test(codec)),
    'кодеки: хотя бы один из ulaw, alaw, g722',
  );
  own(/^(udp|tcp|tls)$/.test(trunk.transport), 'транспорт: udp, tcp или tls');
  for (const address of trunk.addresses) {
    own(isNetwork(address), `адрес «${shown(address)}»: нужно вида 203.0.113.7 или 203.0.113.0/24`);
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function isHost(text: string): boolean {
  return (
    isIP(text) !== 0 ||
    /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
      text,
    )
  );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80)).slice(1, -1);
}
