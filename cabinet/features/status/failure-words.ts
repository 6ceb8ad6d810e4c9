import { msg } from '@lit/localize';
import { serverWords } from '../../i18n/server-words.ts';
import type { LiveView } from './live-view.ts';

/** Why a call did not take place, as far as it matters to what the visitor can do. */
export type FailureKind =
  | 'busy'
  | 'declined'
  | 'declined-here'
  | 'page'
  | 'no-answer'
  | 'unavailable'
  | 'no-number'
  | 'forbidden'
  | 'trunk'
  | 'network'
  | 'telephony'
  | 'provider'
  | 'speech'
  | 'restarted'
  | 'inside'
  | 'other';

export interface Failure {
  readonly kind: FailureKind;
  /** A sentence without its beginning: «абонент занят.» */
  readonly why: string;
  /** What happened, for somebody who knows nothing of telephony. */
  readonly meaning: string;
  readonly tries: readonly string[];
}

/** By the engine's reasons (its adapters' words, in Russian), the more special first. */
const KINDS: readonly (readonly [RegExp, FailureKind])[] = [
  [/перезапущен/i, 'restarted'],
  [/отклонил вызов: /i, 'forbidden'],
  [/абонент отклонил/i, 'declined'],
  [/отклонён в браузере/i, 'declined-here'],
  [/занят/i, 'busy'],
  [/недоступен$/i, 'unavailable'],
  [/не ответил|до ответа/i, 'no-answer'],
  [/страниц|в браузере/i, 'page'],
  [/номер не существует|неверный номер/i, 'no-number'],
  [/синтез речи|речевой сервис/i, 'speech'],
  [/провайдер/i, 'provider'],
  [/^транк|кодек|ни один транк/i, 'trunk'],
  [/оператор/i, 'network'],
  [/asterisk|телефони|симулятор|звук/i, 'telephony'],
  [/внутренняя ошибка|прерван/i, 'inside'],
];

export function failureKind({ reason, status }: Pick<LiveView, 'reason' | 'status'>): FailureKind {
  const words = reason?.trim() ?? '';
  const found = KINDS.find(([pattern]) => pattern.test(words))?.[1];
  if (found === undefined && status === 'no_answer') return 'no-answer';
  return found ?? 'other';
}

/** Words for a visitor: why, what it means, and what to try. */
export function failureOf(view: Pick<LiveView, 'reason' | 'status'>): Failure {
  const kind = failureKind(view);
  const reason = view.reason?.trim().replace(/[.\s]+$/, '') ?? '';
  const { meaning, tries } = advice(kind);
  const told = reason === '' ? msg('причина неизвестна') : serverWords(reason);
  return { kind, why: `${lowerFirst(told)}.`, meaning, tries };
}

/** «Сервис был…» goes on a sentence; «Asterisk» and «SMS» keep their capitals. */
function lowerFirst(text: string): string {
  return /^[А-ЯЁ][а-яё]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function advice(kind: FailureKind): Pick<Failure, 'meaning' | 'tries'> {
  switch (kind) {
    case 'busy':
      return {
        meaning: msg('На телефоне сейчас другой разговор.'),
        tries: [msg('Подождите минуту и запустите демо ещё раз.'), msg('Или укажите другой номер.')],
      };
    case 'declined':
      return {
        meaning: msg('Вызов сбросили, не поднимая трубку.'),
        tries: [
          msg('Запустите демо ещё раз и примите звонок с незнакомого номера.'),
          msg('Проверьте, не сбрасывает ли звонки приложение против спама.'),
        ],
      };
    case 'declined-here':
      return {
        meaning: msg('На звонок нажали «Отклонить».'),
        tries: [msg('Запустите демо ещё раз и нажмите «Ответить».')],
      };
    case 'page':
      return {
        meaning: msg('Страница, которая была телефоном, закрылась или потеряла связь.'),
        tries: [
          msg('Держите вкладку открытой до конца разговора и запустите демо ещё раз.'),
          msg('Или укажите номер, и HALO позвонит на телефон.'),
        ],
      };
    case 'no-answer':
      return {
        meaning: msg('Телефон звонил, но трубку не подняли.'),
        tries: [
          msg('Держите телефон рядом и запустите демо ещё раз.'),
          msg('Проверьте, не включён ли режим «Не беспокоить».'),
        ],
      };
    case 'unavailable':
      return {
        meaning: msg('Телефон выключен или вне сети.'),
        tries: [
          msg('Включите телефон, дождитесь сети и запустите демо ещё раз.'),
          msg('Или укажите другой номер.'),
        ],
      };
    case 'no-number':
      return {
        meaning: msg('Оператор связи не знает такого номера.'),
        tries: [msg('Проверьте цифры номера и запустите демо ещё раз.')],
      };
    case 'forbidden':
      return {
        meaning: msg('Линия HALO не имеет права звонить на этот номер.'),
        tries: [
          msg('Укажите другой номер.'),
          msg('Хозяину сервера: проверьте логин транка, номер звонящего и разрешённые направления.'),
        ],
      };
    case 'trunk':
      return {
        meaning: msg('Телефонная линия HALO не приняла вызов; ваш телефон ни при чём.'),
        tries: [
          msg('Попробуйте через несколько минут.'),
          msg('Хозяину сервера: npm run trunk:check покажет, что не так с транком.'),
        ],
      };
    case 'network':
      return {
        meaning: msg('Сеть оператора связи не соединила вызов; ваш телефон ни при чём.'),
        tries: [msg('Попробуйте через несколько минут.'), msg('Или укажите номер другого оператора.')],
      };
    case 'telephony':
      return {
        meaning: msg('Телефония HALO сейчас не работает; ваш телефон ни при чём.'),
        tries: [
          msg('Попробуйте через несколько минут: HALO восстанавливает связь сам.'),
          msg('Хозяину сервера: npm run doctor покажет, что не так.'),
        ],
      };
    case 'provider':
      return {
        meaning: msg('Провайдер телефонии не смог провести звонок; ваш телефон ни при чём.'),
        tries: [
          msg('Попробуйте через несколько минут.'),
          msg('Хозяину сервера: npm run doctor покажет, что не так.'),
        ],
      };
    case 'speech':
      return {
        meaning: msg('Сервис речи не ответил, и HALO не смог продолжить разговор.'),
        tries: [
          msg('Попробуйте через минуту.'),
          msg('Хозяину сервера: npm run doctor проверит ключ и связь с сервисом речи.'),
        ],
      };
    case 'restarted':
      return {
        meaning: msg('Сервер перезапустили, пока шёл звонок, и звонок оборвался.'),
        tries: [msg('Сервер уже работает: запустите демо ещё раз.')],
      };
    case 'inside':
      return {
        meaning: msg('Звонок оборвался на стороне HALO; ваш телефон ни при чём.'),
        tries: [msg('Запустите демо ещё раз.'), msg('Хозяину сервера: причина записана в журнале сервера.')],
      };
    case 'other':
      return {
        meaning: msg('Соединить вас не получилось.'),
        tries: [msg('Проверьте номер и запустите демо ещё раз.')],
      };
    default:
      return kind satisfies never;
  }
}

/** What was special about a conversation that did take place, in a sentence each; empty for a usual one. */
export function remarksOn(view: LiveView): readonly string[] {
  const remarks: string[] = [];
  const spoke = view.lines.some(({ speaker, mark }) => speaker === 'user' && mark !== 'unclear');
  if (view.status === 'completed' && !spoke)
    remarks.push(
      msg(
        'Трубку положили раньше, чем HALO услышал хоть слово. Запустите демо ещё раз и ответьте на приветствие.',
      ),
    );
  if (view.limit === 'time')
    remarks.push(msg('Разговор дошёл до предела в две минуты, и HALO вежливо подвёл итог.'));
  if (view.limit === 'pairs')
    remarks.push(msg('Разговор дошёл до предела в двенадцать реплик, и HALO вежливо подвёл итог.'));
  if (view.stumbles > 0) remarks.push(msg('Сервис речи отвечал с перебоями, и HALO переспрашивал.'));
  return remarks;
}
