import type { Trunk } from '../../engine/contract/trunk.ts';
import {
  callRefused,
  numberFormats,
  registerRefused,
  type Diagnosis,
  type Refusal,
} from './diagnosis-status.ts';

export type StepName = 'dns' | 'connect' | 'options' | 'register' | 'call';

/** What a check met. */
export type Finding =
  | { readonly kind: 'dns'; readonly code: string; readonly srv: readonly { name: string; port: number }[] }
  | { readonly kind: 'connect'; readonly code: string }
  | { readonly kind: 'silence'; readonly step: StepName; readonly heardBefore: boolean }
  | { readonly kind: 'broken'; readonly step: StepName; readonly code: string }
  | { readonly kind: 'no-credentials'; readonly realm: string }
  | { readonly kind: 'wrong-password'; readonly realm: string }
  | { readonly kind: 'unknown-challenge'; readonly offered: readonly string[] }
  | { readonly kind: 'refused'; readonly step: 'options' | 'register' | 'call'; readonly refusal: Refusal }
  | { readonly kind: 'no-answer'; readonly rang: boolean; readonly afterMs: number }
  | {
      readonly kind: 'nat';
      readonly local: string;
      readonly seenAs: string;
      readonly configured: string | undefined;
    }
  | { readonly kind: 'no-sdp' }
  | { readonly kind: 'no-common-codec'; readonly answered: readonly string[] }
  | { readonly kind: 'media-refused'; readonly direction: string }
  | {
      readonly kind: 'no-rtp';
      readonly ours: string;
      readonly oursIsPrivate: boolean;
      readonly theirs: string;
      readonly theirsIsPrivate: boolean;
    }
  | { readonly kind: 'rtp-elsewhere'; readonly from: string; readonly theirs: string }
  | { readonly kind: 'private-contact'; readonly address: string }
  | { readonly kind: 'not-hung-up'; readonly why: string }
  | { readonly kind: 'not-unregistered'; readonly seconds: number };

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'срок сертификата сервера истёк',
  CERT_NOT_YET_VALID: 'сертификат сервера ещё не действует (верно ли время на этой машине?)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'сертификат сервера подписан им самим',
  SELF_SIGNED_CERT_IN_CHAIN: 'цепочка сертификата подписана неизвестным центром',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'сервер не прислал промежуточный сертификат',
  UNABLE_TO_GET_ISSUER_CERT: 'сервер не прислал промежуточный сертификат',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'сертификат выдан неизвестным центром',
  ERR_TLS_CERT_ALTNAME_INVALID: 'сертификат выдан на другое имя',
};

/** Pure: every finding has its words. */
export function diagnose(finding: Finding, trunk: Trunk): Diagnosis {
  const where = `${trunk.host}:${trunk.port} (${trunk.transport.toUpperCase()})`;
  switch (finding.kind) {
    case 'dns':
      return dnsFailed(finding.code, finding.srv, trunk);
    case 'connect':
    case 'broken':
      return notConnected(finding.code, where, trunk);
    case 'silence':
      return silent(finding, where, trunk);
    case 'no-credentials':
      return {
        code: 'no-credentials',
        what: `провайдер просит логин и пароль (realm «${finding.realm}»), а у транка их нет`,
        change: [
          'задайте TRUNK_USER и TRUNK_PASSWORD (или TRUNK_PASSWORD_FILE)',
          'если транк без пароля, по адресу: попросите провайдера внести внешний адрес этой машины в его список',
        ],
      };
    case 'wrong-password':
      return {
        code: 'wrong-password',
        what: `провайдер снова просит пароль (realm «${finding.realm}»): логин или пароль не подошли`,
        change: [
          'проверьте TRUNK_USER и TRUNK_PASSWORD: пароль SIP обычно не тот, что у личного кабинета',
          'нет ли в файле пароля лишнего пробела; не отдельный ли у провайдера логин авторизации',
          `нужен ли свой домен в From: сейчас «${trunk.fromDomain ?? trunk.host}», меняется TRUNK_FROM_DOMAIN`,
        ],
      };
    case 'unknown-challenge':
      return {
        code: 'unknown-challenge',
        what: `провайдер требует проверку, которой у HALO нет: ${finding.offered.map(schemeOf).join(', ') || 'не сказано какую'}`,
        change: ['попросите провайдера включить Digest (MD5 или SHA-256) либо доступ по адресу'],
      };
    case 'refused':
      if (finding.step === 'call') return callRefused(finding.refusal, trunk);
      return registerRefused(finding.refusal, trunk, finding.step);
    case 'no-answer':
      return finding.rang
        ? {
            code: 'rang',
            what: `транк работает: телефон звонил ${seconds(finding.afterMs)}, никто не ответил`,
            change: ['чтобы проверить и звук, повторите и ответьте на звонок'],
          }
        : {
            code: 'no-progress',
            what: `провайдер принял вызов, но за ${seconds(finding.afterMs)} не сказал ни «звонит», ни «отказ»`,
            change: [
              numberFormats(trunk.numberFormat),
              'проверьте у провайдера, куда он направил вызов; другой номер для проверки тоже поможет',
            ],
          };
    case 'nat':
      return {
        code: finding.configured === undefined ? 'nat' : 'wrong-external-address',
        what:
          finding.configured === undefined
            ? `эта машина за NAT: у неё ${finding.local}, а провайдер видит ${finding.seenAs}`
            : `HALO_EXTERNAL_ADDRESS — ${finding.configured}, а провайдер видит ${finding.seenAs}`,
        change: [
          `задайте HALO_EXTERNAL_ADDRESS=${finding.seenAs}, свои сети — в HALO_LOCAL_NETS`,
          'направьте на эту машину UDP-порты HALO_RTP_PORTS (а для входящих и порт HALO_SIP_BIND)',
        ],
      };
    case 'no-sdp':
      return {
        code: 'no-sdp',
        what: 'вызов принят, но в ответе нет описания звука (SDP)',
        change: ['покажите этот вывод провайдеру: по RFC 3264 ответ 200 на INVITE с SDP обязан нести SDP'],
      };
    case 'no-common-codec':
      return {
        code: 'no-common-codec',
        what: `провайдер ответил не тем кодеком: ${finding.answered.join(', ') || 'никаким'}; предлагали ${trunk.codecs.join(', ')}`,
        change: [
          'задайте TRUNK_CODECS тем, что есть у провайдера: alaw, ulaw, g722',
          'другие кодеки HALO не умеет',
        ],
      };
    case 'media-refused':
      return {
        code: 'media-refused',
        what: `провайдер принял вызов, но звук не включил (${finding.direction})`,
        change: ['возможно, ответил автомат на удержании; повторите на другой номер', 'спросите провайдера'],
      };
    case 'no-rtp':
      return noRtp(finding);
    case 'rtp-elsewhere':
      return {
        code: 'rtp-elsewhere',
        what: `звук пришёл с ${finding.from}, а в SDP провайдера назван ${finding.theirs}`,
        change: [
          'обычно это не мешает; если звук бывает односторонним, разрешите в брандмауэре UDP с обоих адресов',
        ],
      };
    case 'private-contact':
      return {
        code: 'private-contact',
        what: `в Contact провайдера частный адрес ${finding.address}: завершать вызов приходится через сам сервер`,
        change: [
          'это настройка на стороне провайдера; если вызовы обрываются или не завершаются, скажите ему',
        ],
      };
    case 'not-hung-up':
      return {
        code: 'not-hung-up',
        what: `не удалось положить трубку: ${finding.why}`,
        change: ['положите трубку на том конце; проверьте, что ответы провайдера доходят до этой машины'],
      };
    case 'not-unregistered':
      return {
        code: 'not-unregistered',
        what: `пробная регистрация не снята; она исчезнет сама не позже чем через ${finding.seconds} с`,
        change: [],
      };
  }
}

function dnsFailed(code: string, srv: readonly { name: string; port: number }[], trunk: Trunk): Diagnosis {
  const [first] = srv;
  if (first !== undefined) {
    return {
      code: 'dns-srv-only',
      what: `у имени ${trunk.host} нет адреса, есть только запись SRV`,
      change: [
        `задайте TRUNK_HOST=${first.name} и TRUNK_PORT=${first.port}, а ${trunk.host} — в TRUNK_FROM_DOMAIN`,
      ],
    };
  }
  const unknown = code === 'ENOTFOUND' || code === 'ENODATA';
  return {
    code: unknown ? 'dns-unknown' : 'dns-failed',
    what: unknown ? `имени ${trunk.host} нет в DNS` : `DNS не ответил на вопрос о ${trunk.host} (${code})`,
    change: unknown
      ? ['проверьте TRUNK_HOST: нет ли опечатки, пробела или «sip:» перед именем']
      : ['проверьте сеть и DNS этой машины (/etc/resolv.conf)', 'или задайте в TRUNK_HOST адрес числами'],
  };
}

function notConnected(code: string, where: string, trunk: Trunk): Diagnosis {
  const certificate = CERTIFICATE[code];
  if (certificate !== undefined) {
    return {
      code: 'certificate',
      what: `${certificate} (${code}); пароль не отправлен`,
      change: [
        'TRUNK_HOST должен быть именем из сертификата, а не адресом числами',
        'свой центр сертификации: добавьте его в NODE_EXTRA_CA_CERTS и в системные сертификаты',
        'истёкший или неполный сертификат исправляет провайдер; до того — TRUNK_TRANSPORT=tcp или udp',
      ],
    };
  }
  const other = trunk.transport === 'udp' ? 'tcp' : 'udp';
  const change = [
    `проверьте TRUNK_PORT и TRUNK_TRANSPORT (сейчас ${trunk.port}, ${trunk.transport}); попробуйте ${other}`,
    'не закрыт ли этот порт наружу брандмауэром',
  ];
  switch (code) {
    case 'ECONNREFUSED':
      return { code: 'refused', what: `на ${where} никто не слушает: соединение отвергнуто`, change };
    case 'TIMEOUT':
    case 'ETIMEDOUT':
      return { code: 'timeout', what: `${where} не отвечает на попытку соединиться`, change };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return {
        code: 'unreachable',
        what: `до ${where} нет пути (${code})`,
        change: [
          'проверьте сеть и маршруты этой машины',
          'у имени только IPv6, а здесь его нет? Задайте адрес IPv4',
        ],
      };
    case 'EPERM':
    case 'EACCES':
      return {
        code: 'forbidden-here',
        what: `эта машина сама не пускает к ${where} (${code})`,
        change: ['разрешите этот исходящий трафик в её брандмауэре (nftables, iptables)'],
      };
    case 'NOT_SIP':
      return { code: 'not-sip', what: `${where} отвечает, но не по SIP`, change: change.slice(0, 1) };
    default:
      if (/SSL|TLS|EPROTO/.test(code)) {
        return {
          code: 'tls',
          what: `не удалось договориться о TLS с ${where} (${code})`,
          change: [
            'проверьте, что на этом порту именно TLS (обычно 5061), иначе TRUNK_TRANSPORT=tcp или udp',
          ],
        };
      }
      return { code: 'disconnected', what: `соединение с ${where} оборвалось (${code})`, change };
  }
}

function silent(finding: Finding & { kind: 'silence' }, where: string, trunk: Trunk): Diagnosis {
  if (finding.heardBefore) {
    const action = finding.step === 'call' ? 'вызов (INVITE)' : 'регистрацию (REGISTER)';
    return {
      code: 'ignored',
      what: `${where} отвечает, но ${action} оставил без ответа`,
      change: [
        'так провайдеры молча отбрасывают чужих: проверьте TRUNK_USER, TRUNK_FROM_DOMAIN и список адресов в его кабинете',
        ...(finding.step === 'call' && trunk.transport === 'udp'
          ? [
              'INVITE длиннее других запросов: если путь теряет большие пакеты UDP, поможет TRUNK_TRANSPORT=tcp',
            ]
          : []),
      ],
    };
  }
  return {
    code: 'silence',
    what: `${where} молчит: ни одного ответа`,
    change: [
      `проверьте TRUNK_PORT и TRUNK_TRANSPORT (сейчас ${trunk.port}, ${trunk.transport})`,
      'если провайдер пускает по адресам: внесён ли внешний адрес этой машины в его список',
      'разрешает ли брандмауэр исходящий трафик туда и ответы обратно; выключите SIP ALG в маршрутизаторе',
    ],
  };
}

function noRtp(finding: Finding & { kind: 'no-rtp' }): Diagnosis {
  const base = `вызов принят, но звука нет: ни одного пакета RTP за время разговора`;
  if (finding.oursIsPrivate) {
    return {
      code: 'no-rtp-nat',
      what: `${base}; в нашем SDP частный адрес ${finding.ours}, провайдеру туда не попасть`,
      change: [
        'задайте HALO_EXTERNAL_ADDRESS — внешний адрес этой машины',
        'направьте на эту машину UDP-порты HALO_RTP_PORTS',
      ],
    };
  }
  if (finding.theirsIsPrivate) {
    return {
      code: 'no-rtp-their-nat',
      what: `${base}; в SDP провайдера частный адрес ${finding.theirs}`,
      change: ['покажите это провайдеру: его сервер звука назван адресом, до которого из интернета не дойти'],
    };
  }
  return {
    code: 'no-rtp',
    what: `${base} (ждали на ${finding.ours}, сервер звука провайдера ${finding.theirs})`,
    change: [
      'откройте в брандмауэре входящий UDP на порты HALO_RTP_PORTS; адреса звука у провайдера часто не те, что у SIP',
      'за NAT: задайте HALO_EXTERNAL_ADDRESS и направьте эти порты на эту машину; выключите SIP ALG',
      'если на том конце была тишина, некоторые сети не шлют пакетов: повторите и говорите в трубку',
    ],
  };
}

function schemeOf(challenge: string): string {
  const algorithm = /algorithm="?([\w-]+)/i.exec(challenge)?.[1];
  return `${challenge.split(/\s/)[0] ?? ''}${algorithm === undefined ? '' : ` ${algorithm}`}`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} с`;
}
