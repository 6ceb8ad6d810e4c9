import { NUMBER_FORMATS, type NumberFormat, type Trunk } from '../../engine/contract/trunk.ts';

/** What is wrong and what to change, for people, in Russian. */
export interface Diagnosis {
  /** Stable, for `--json`. */
  readonly code: string;
  readonly what: string;
  /** Likeliest first; empty where nothing has to be changed. */
  readonly change: readonly string[];
}

/** A final response that is no success, with what the provider says besides. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  /** Warning (RFC 3261 §20.43) and Reason (RFC 3326), as they came. */
  readonly notes: readonly string[];
  /** 423. */
  readonly minExpires?: number;
  /** 3xx. */
  readonly contact?: string;
  /** 405, 415, 420, 421: Allow, Accept, Unsupported or Require. */
  readonly wanted?: string;
}

/** Whether a refused call shows that the trunk itself works: it is about the person who was called. */
export function isAboutCallee(status: number): boolean {
  return [480, 486, 487, 600, 603].includes(status);
}

const MONEY = 'хватает ли денег на счёте, не заблокирован ли номер или направление';

/** A call that the provider did not connect. */
export function callRefused(refusal: Refusal, trunk: Trunk): Diagnosis {
  const { status } = refusal;
  const said = words(refusal);
  switch (status) {
    case 402:
      return made(status, `провайдер просит оплаты: ${said}`, [MONEY]);
    case 403:
      return made(status, `провайдер запретил вызов: ${said}`, [
        trunk.callerId === undefined
          ? 'задайте TRUNK_CALLER_ID — номер, купленный у этого провайдера'
          : `разрешён ли номер TRUNK_CALLER_ID (${trunk.callerId}) этому транку и в том ли он формате`,
        `тот ли домен и пользователь в From (TRUNK_FROM_DOMAIN, сейчас «${trunk.fromDomain ?? trunk.host}»; TRUNK_USER)`,
        'внесён ли адрес этой машины в список провайдера',
        MONEY,
      ]);
    case 404:
    case 484:
    case 604:
    case 410:
    case 416:
      return made(status, `провайдер не понял номера или такого номера нет: ${said}`, [
        numberFormats(trunk.numberFormat),
        'проверьте сам номер',
      ]);
    case 480:
      return made(status, `транк работает, но абонент недоступен: ${said}`, [
        'повторите на телефон, который в сети',
      ]);
    case 486:
    case 600:
      return made(status, `транк работает: абонент занят (${said})`, ['повторите на свободный номер']);
    case 487:
      return made(status, `вызов отменён: ${said}`, []);
    case 603:
      return made(status, `вызов отклонён: ${said}`, [
        'если на телефоне ничего не нажимали, вызов отклонил провайдер или защита от спама у абонента: спросите провайдера',
      ]);
    case 607:
    case 608:
      return made(status, `вызов отклонён как нежелательный: ${said}`, [
        'номер TRUNK_CALLER_ID помечен как спам; зарегистрируйте его у операторов или смените',
      ]);
    case 405:
      return made(status, `этот сервер не принимает вызовов: ${said}`, [
        'TRUNK_HOST и TRUNK_PORT должны указывать на сервер вызовов, а не только регистрации',
      ]);
    case 415:
    case 488:
    case 606:
      return made(
        status,
        `не подошёл кодек или описание звука: ${said}; предлагали ${trunk.codecs.join(', ')}`,
        [
          'задайте TRUNK_CODECS кодеками провайдера по порядку, например alaw,ulaw',
          'если провайдер требует шифрования звука (SRTP), попросите его отключить: HALO шлёт обычный RTP',
        ],
      );
    default:
      return general(refusal, trunk, 'вызов');
  }
}

/** REGISTER, or OPTIONS where what came is more than «I am here». */
export function registerRefused(refusal: Refusal, trunk: Trunk, step: 'options' | 'register'): Diagnosis {
  const { status } = refusal;
  const said = words(refusal);
  const what = step === 'options' ? 'OPTIONS' : 'регистрация';
  switch (status) {
    case 403:
      return made(status, `${what}: провайдер отказал: ${said}`, [
        step === 'register'
          ? 'проверьте TRUNK_USER и TRUNK_PASSWORD: многие отвечают 403 на неверный пароль'
          : 'внесён ли адрес этой машины в список провайдера',
        `тот ли домен (TRUNK_FROM_DOMAIN, сейчас «${trunk.fromDomain ?? trunk.host}»)`,
        'не ограничен ли вход по адресам в кабинете провайдера; после многих неверных паролей адрес могут закрыть на время',
        MONEY,
      ]);
    case 404:
      return made(status, `${what}: провайдер не знает такого пользователя: ${said}`, [
        'проверьте TRUNK_USER и TRUNK_FROM_DOMAIN (у виртуальных АТС свой домен у каждого клиента)',
      ]);
    case 405:
    case 501:
      return made(status, `сервер не принимает регистрации: ${said}`, [
        'транк по адресу, без регистрации: TRUNK_REGISTER=false; либо у провайдера другой сервер регистрации',
      ]);
    case 423:
      return made(
        status,
        `${what}: срок слишком короткий: ${said}; нужно не меньше ${refusal.minExpires ?? '?'} с`,
        ['HALO увеличивает срок сам; раз не помогло, покажите этот вывод провайдеру'],
      );
    default:
      return general(refusal, trunk, what);
  }
}

/** Not digits: those would be masked as somebody's number. */
const SHAPES: Readonly<Record<NumberFormat, string>> = {
  e164: '+7XXXXXXXXXX',
  plain: '7XXXXXXXXXX',
  national: '8XXXXXXXXXX',
};

/** For 404 and 484: how the number is written now and how else it can be. */
export function numberFormats(now: NumberFormat): string {
  const others = NUMBER_FORMATS.filter((format) => format !== now).map(
    (format) => `TRUNK_NUMBER_FORMAT=${format} (${SHAPES[format]})`,
  );
  return `номер сейчас пишется как ${SHAPES[now]}; попробуйте ${others.join(' или ')}`;
}

function general(refusal: Refusal, trunk: Trunk, what: string): Diagnosis {
  const { status } = refusal;
  const said = words(refusal);
  if (status >= 300 && status < 400) {
    return made(status, `${what}: провайдер отсылает на другой адрес: ${said}`, [
      `задайте TRUNK_HOST и TRUNK_PORT из ${refusal.contact ?? 'его ответа'}`,
    ]);
  }
  switch (status) {
    case 400:
      return made(status, `${what}: провайдер не понял запроса: ${said}`, [
        `проверьте TRUNK_USER, TRUNK_FROM_DOMAIN («${trunk.fromDomain ?? trunk.host}») и TRUNK_CALLER_ID: нет ли в них лишнего`,
      ]);
    case 408:
      return made(status, `${what}: провайдер не дождался следующего сервера: ${said}`, [
        'сам транк отвечает; повторите позже или спросите провайдера',
      ]);
    case 420:
    case 421:
      return made(status, `${what}: провайдер требует расширения SIP: ${said}${wanted(refusal)}`, [
        'попросите провайдера сделать его необязательным',
      ]);
    case 481:
    case 482:
    case 483:
      return made(status, `${what}: вызов ходит по кругу или потерян у провайдера: ${said}`, [
        'спросите провайдера',
      ]);
    case 429:
    case 503:
      return made(status, `${what}: провайдер перегружен или закрыл доступ: ${said}`, [
        'повторите через несколько минут',
        `если повторяется: число одновременных вызовов по тарифу, ${MONEY}`,
      ]);
    default:
      break;
  }
  if (status >= 500 && status < 600) {
    return made(status, `${what}: ошибка у провайдера: ${said}`, [
      'повторите позже; если повторяется, покажите этот вывод провайдеру',
      ...(what === 'вызов' ? [numberFormats(trunk.numberFormat)] : []),
    ]);
  }
  return made(status, `${what}: отказ провайдера: ${said}${wanted(refusal)}`, [
    'покажите этот вывод провайдеру',
  ]);
}

function made(status: number, what: string, change: readonly string[]): Diagnosis {
  return { code: `sip-${status}`, what, change };
}

function words(refusal: Refusal): string {
  const notes = refusal.notes.length === 0 ? '' : `; ${refusal.notes.join('; ')}`;
  return `SIP ${refusal.status} ${refusal.reason}`.trim() + notes;
}

function wanted(refusal: Refusal): string {
  return refusal.wanted === undefined ? '' : ` (${refusal.wanted})`;
}
