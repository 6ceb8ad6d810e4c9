import { createSmsApi } from '../../api/channels/sms/create-gateway.ts';
import { DeliveryError, lastErrorOf, wordsOf } from '../../api/deliveries/delivery-error.ts';
import { fail, ok, skip, warn, type Check } from './check.ts';

/** Below this much a day of calls may use it up. */
const LOW_RUB = 100;

/** The gateway's key, and the money on its account where it tells. */
export const sms: Check = {
  name: 'sms',
  title: 'SMS',
  async run({ sms: config }, { signal }) {
    if (config.gateway === 'outbox')
      return [skip('шлюз не выбран: SMS хранятся и показываются (SMS_GATEWAY)')];
    const gateway = createSmsApi(config);
    if (gateway.balance === undefined)
      return [warn(`${gateway.name}: баланса не сообщает`, 'ключ проверит первое сообщение')];
    try {
      const { amount, currency } = await gateway.balance(signal);
      const seen = `${gateway.name}: ключ подошёл, на счёте ${amount.toFixed(2)} ${currency}`;
      if (amount <= 0) return [fail(seen, 'пополните счёт: сообщения не уйдут')];
      return [amount < LOW_RUB ? warn(seen, 'скоро кончатся: пополните счёт') : ok(seen)];
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const why = wordsOf(lastErrorOf(error.code, error.number));
      const advice =
        error.code === 'AUTH'
          ? 'проверьте ключ шлюза в настройках SMS_…'
          : 'проверьте сеть и SMS_API_URL; если сбой у шлюза — подождите';
      return [fail(`${gateway.name}: ${why}`, advice)];
    }
  },
};
