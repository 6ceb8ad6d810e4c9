import Type from 'typebox';
import { NUMBER_FORMATS, TRUNK_TRANSPORTS } from '../engine/contract/trunk.ts';
import { variable } from './config-variable.ts';

const PORT = { minimum: 1, maximum: 65_535 };
export const HOST_NAME = String.raw`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$`;
/** What may stand in a SIP user part and in Asterisk's configuration without any escaping. */
export const SIP_USER = String.raw`^[A-Za-z0-9+._*#@-]{1,128}$`;
/** Printable ASCII but for the space. */
export const SIP_PASSWORD = String.raw`^[\x21-\x7e]{1,128}$`;
export const CALLER_ID = String.raw`^\+?\d{3,15}$`;
const ARI_URL = String.raw`^https?://[^\s/?#]+/?$`;
const LIST = String.raw`^[0-9A-Za-z.:/, -]+$`;

/** How calls reach people: what `npm start`, `npm run asterisk` and `npm run trunk:check` share. */
export const TELEPHONY_VARIABLES = {
  HALO_TELEPHONY: variable(Type.Enum(['auto', 'asterisk', 'simulator', 'provider']), {
    default: 'auto',
    meaning:
      'Чем звонить: asterisk — настоящий Asterisk, provider — ваш провайдер телефонии по HTTP и WebSocket (docs/telephony-provider.md), simulator — виртуальная линия внутри процесса; auto — Asterisk, если он может работать на этой машине.',
    expected: 'auto, asterisk, provider или simulator',
  }),
  TELEPHONY_API_KEY: variable(Type.String({ pattern: String.raw`^[\x21-\x7e]{8,512}$` }), {
    meaning: 'Ключ провайдера телефонии: с ним HALO просит его позвонить. Нужен при HALO_TELEPHONY=provider.',
    expected: 'от 8 знаков без пробелов',
    secret: true,
  }),
  TELEPHONY_CONFIG: variable(Type.String({ minLength: 1 }), {
    meaning:
      'Настройки провайдера телефонии: JSON или путь к файлу с ним (docs/telephony-provider.md). Нужны при HALO_TELEPHONY=provider.',
    expected: 'JSON или путь к файлу',
    secret: true,
  }),
  HALO_ASTERISK_DIR: variable(Type.String({ minLength: 1 }), {
    meaning: 'Куда распакован Asterisk; без неё — папка .asterisk проекта.',
    expected: 'путь к папке',
  }),
  HALO_ARI_URL: variable(Type.String({ pattern: ARI_URL }), {
    meaning: 'ARI своего Asterisk, например http://asterisk:8088. Без неё HALO запускает Asterisk сам.',
    expected: 'адрес вида http://узел:порт',
  }),
  HALO_ARI_USER: variable(Type.String({ pattern: String.raw`^[A-Za-z0-9_-]{1,64}$` }), {
    default: 'halo',
    meaning: 'Пользователь ARI.',
    expected: 'латинские буквы, цифры, _ и -',
  }),
  HALO_ARI_PASSWORD: variable(Type.String({ pattern: String.raw`^[A-Za-z0-9_-]{8,128}$` }), {
    meaning: 'Пароль ARI; нужен вместе с HALO_ARI_URL.',
    expected: 'от 8 знаков: латинские буквы, цифры, _ и -',
    secret: true,
  }),
  HALO_CARRIER_ARI_URL: variable(Type.String({ pattern: ARI_URL }), {
    meaning:
      'ARI локального оператора, если он запущен отдельно (docker compose). Нужен, только пока нет транка.',
    expected: 'адрес вида http://узел:порт',
  }),
  HALO_MEDIA_ADDRESS: variable(Type.String({ pattern: String.raw`^[0-9A-Fa-f:.]{2,45}$` }), {
    default: '127.0.0.1',
    meaning: 'IP-адрес этой машины, на который Asterisk шлёт звук.',
    expected: 'IP-адрес',
  }),
  HALO_SIP_BIND: variable(
    Type.String({ pattern: String.raw`^(\d{1,3}(\.\d{1,3}){3}|\[[0-9A-Fa-f:]+\]):\d{1,5}$` }),
    {
      default: '0.0.0.0:5060',
      meaning: 'Где Asterisk слушает SIP транка. Без транка он слушает только 127.0.0.1.',
      expected: 'адрес:порт, например 0.0.0.0:5060',
    },
  ),
  HALO_RTP_PORTS: variable(Type.String({ pattern: String.raw`^\d{4,5}-\d{4,5}$` }), {
    default: '20000-20999',
    meaning: 'Порты UDP, через которые идёт звук между транком и Asterisk; откройте их в межсетевом экране.',
    expected: 'диапазон, например 20000-20999',
  }),
  HALO_EXTERNAL_ADDRESS: variable(Type.String({ pattern: HOST_NAME }), {
    meaning: 'Внешний адрес за NAT: его Asterisk называет транку вместо своего.',
    expected: 'IP-адрес или имя узла',
  }),
  HALO_LOCAL_NETS: variable(Type.String({ pattern: LIST }), {
    default: '10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 127.0.0.0/8',
    meaning: 'Сети по эту сторону NAT, через запятую.',
    expected: 'сети вида 192.168.0.0/16 через запятую',
  }),
  HALO_INBOUND: variable(Type.Enum(['refuse', 'answer']), {
    default: 'refuse',
    meaning: 'Что делать со звонками с транка к нам: refuse — отклонять, answer — отвечает тот же ассистент.',
    expected: 'refuse или answer',
  }),
  HALO_BROWSER_PHONE: variable(Type.Enum(['auto', 'webrtc', 'socket', 'off']), {
    default: 'auto',
    meaning:
      '«Ответить в браузере»: webrtc — звук идёт в Asterisk по WebRTC (порты HALO_RTP_PORTS должны быть доступны браузеру), socket — по WebSocket через HALO, off — выключено; auto — WebRTC, если браузер и Asterisk в одной сети, иначе WebSocket.',
    expected: 'auto, webrtc, socket или off',
  }),
  TRUNK_HOST: variable(Type.String({ pattern: HOST_NAME }), {
    meaning: 'SIP-сервер провайдера. С ним звонки идут в настоящую сеть и стоят денег.',
    expected: 'имя узла или IP-адрес',
  }),
  TRUNK_PORT: variable(Type.Integer(PORT), {
    meaning: 'Порт SIP-сервера; без неё 5060, для tls 5061.',
    expected: 'целое число от 1 до 65535',
  }),
  TRUNK_TRANSPORT: variable(Type.Enum([...TRUNK_TRANSPORTS]), {
    default: 'udp',
    meaning: 'Транспорт SIP.',
    expected: 'udp, tcp или tls',
  }),
  TRUNK_USER: variable(Type.String({ pattern: SIP_USER }), {
    meaning: 'Логин транка; без него провайдер узнаёт нас по IP-адресу.',
    expected: 'логин без пробелов',
  }),
  TRUNK_PASSWORD: variable(Type.String({ pattern: SIP_PASSWORD }), {
    meaning: 'Пароль транка.',
    expected: 'латинские буквы, цифры и знаки без пробелов',
    secret: true,
  }),
  TRUNK_REGISTER: variable(Type.Enum(['auto', 'true', 'false']), {
    default: 'auto',
    meaning: 'Регистрироваться ли на транке; auto — если есть логин и пароль.',
    expected: 'auto, true или false',
  }),
  TRUNK_FROM_DOMAIN: variable(Type.String({ pattern: HOST_NAME }), {
    meaning: 'Домен в заголовке From, если он не совпадает с TRUNK_HOST.',
    expected: 'имя узла',
  }),
  TRUNK_CALLER_ID: variable(Type.String({ pattern: CALLER_ID }), {
    meaning: 'Номер, который увидит абонент.',
    expected: 'номер, например +74951234567',
  }),
  TRUNK_CODECS: variable(Type.String({ pattern: String.raw`^(ulaw|alaw|g722)(\s*,\s*(ulaw|alaw|g722))*$` }), {
    default: 'ulaw,alaw',
    meaning: 'Кодеки по порядку.',
    expected: 'ulaw, alaw, g722 через запятую',
  }),
  TRUNK_NUMBER_FORMAT: variable(Type.Enum([...NUMBER_FORMATS]), {
    default: 'e164',
    meaning: 'Как писать номер: e164 — +79161234567, plain — 79161234567, national — 89161234567.',
    expected: 'e164, plain или national',
  }),
  TRUNK_ADDRESSES: variable(Type.String({ pattern: LIST }), {
    meaning: 'С каких ещё адресов провайдер присылает звонки, через запятую.',
    expected: 'адреса и сети через запятую',
  }),
  HALO_TRUNKS_FILE: variable(Type.String({ minLength: 1 }), {
    meaning: 'Файл JSON с несколькими транками (docs/trunks.md); первый — основной, остальные запасные.',
    expected: 'путь к файлу',
  }),
} as const;

/** What one visitor, one number and one day may cost. */
export const GUARD_VARIABLES = {
  HALO_GUARDS: variable(Type.Enum(['auto', 'on', 'off']), {
    default: 'auto',
    meaning: 'Ограничения звонков ниже: auto — включены, как только настроен настоящий транк.',
    expected: 'auto, on или off',
  }),
  GUARD_PREFIXES: variable(Type.String({ pattern: String.raw`^\+\d{1,11}(\s*,\s*\+\d{1,11})*$` }), {
    default: '+7',
    meaning: 'На какие номера можно звонить: начала номеров через запятую.',
    expected: 'начала номеров, например +79,+7495',
  }),
  GUARD_CALLS_AT_ONCE: variable(Type.Integer({ minimum: 1, maximum: 10_000 }), {
    default: '5',
    meaning: 'Сколько звонков ждут и идут одновременно.',
    expected: 'целое число от 1 до 10000',
  }),
  GUARD_NUMBER_AT_ONCE: variable(Type.Integer({ minimum: 1, maximum: 100 }), {
    default: '1',
    meaning: 'Сколько из них — на один номер.',
    expected: 'целое число от 1 до 100',
  }),
  GUARD_NUMBER_HOURLY: variable(Type.Integer({ minimum: 1, maximum: 10_000 }), {
    default: '3',
    meaning: 'Сколько раз за час можно позвонить на один номер.',
    expected: 'целое число от 1 до 10000',
  }),
  GUARD_CLIENT_HOURLY: variable(Type.Integer({ minimum: 1, maximum: 100_000 }), {
    default: '10',
    meaning: 'Сколько звонков за час можно заказать с одного адреса без ключа API.',
    expected: 'целое число от 1 до 100000',
  }),
  GUARD_DAILY_CALLS: variable(Type.Integer({ minimum: 1, maximum: 1_000_000 }), {
    default: '200',
    meaning: 'Сколько звонков в сутки (по Москве).',
    expected: 'целое число от 1 до 1000000',
  }),
  GUARD_DAILY_MINUTES: variable(Type.Integer({ minimum: 2, maximum: 1_000_000 }), {
    default: '300',
    meaning: 'Сколько минут разговоров в сутки (по Москве).',
    expected: 'целое число от 2 до 1000000',
  }),
  HALO_TRUSTED_PROXIES: variable(Type.String({ pattern: LIST }), {
    meaning: 'Адреса обратных прокси, чьему X-Forwarded-For можно верить, через запятую.',
    expected: 'адреса и сети через запятую',
  }),
} as const;
