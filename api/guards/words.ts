type Forms = readonly [one: string, few: string, many: string];

const MINUTES: Forms = ['минуту', 'минуты', 'минут'];
const TIMES: Forms = ['раз', 'раза', 'раз'];
const CALLS: Forms = ['звонок', 'звонка', 'звонков'];
const PLURAL = new Intl.PluralRules('ru');

/** What a visitor reads when a guard refuses his call. */
export const WORDS = {
  numberNotAllowed: (prefixes: readonly string[]) =>
    `На такие номера HALO не звонит: разрешены номера, которые начинаются с ${prefixes.join(', ')}. Укажите другой номер.`,
  dailyCallsSpent: () =>
    'На сегодня звонки закончились. Новые можно заказать после полуночи по московскому времени.',
  dailyMinutesSpent: () =>
    'На сегодня минуты разговоров закончились. Новые звонки можно заказать после полуночи по московскому времени.',
  dailyMinutesReserved: (waitSec: number) =>
    `Оставшиеся на сегодня минуты заняты звонками, которые ещё идут. Попробуйте ${inMinutes(waitSec)}.`,
  clientTooOften: (limit: number, waitSec: number) =>
    `С вашего адреса за последний час уже заказали ${counted(limit, CALLS)}. Попробуйте ${inMinutes(waitSec)}.`,
  numberTooOften: (limit: number, waitSec: number) =>
    `На этот номер за последний час уже звонили ${counted(limit, TIMES)}. Попробуйте ${inMinutes(waitSec)}.`,
  numberBusy: () => 'На этот номер HALO уже звонит. Дождитесь конца этого звонка и закажите новый.',
  tooManyCalls: () => 'Сейчас идёт столько звонков, сколько разрешено одновременно. Попробуйте через минуту.',
};

function inMinutes(seconds: number): string {
  return `через ${counted(Math.ceil(seconds / 60), MINUTES)}`;
}

function counted(count: number, [one, few, many]: Forms): string {
  const form = PLURAL.select(count);
  return `${count} ${form === 'one' ? one : form === 'few' ? few : many}`;
}
