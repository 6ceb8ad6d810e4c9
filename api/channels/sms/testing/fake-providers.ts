import type { FakeAnswer, Provider } from './fake-gateway.ts';

/** A message that a provider has taken: it would be on its way to a telephone. */
export interface FakeMessage {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  /** In the provider's own numbers. */
  status: number;
}

/** A provider and what it has taken. */
export interface FakeProvider {
  readonly messages: FakeMessage[];
  readonly answer: Provider;
}

export const KEYS = { login: 'shop', password: 'pa%ss&word', apiId: 'ABCD-1234', apiKey: 'k-secret-77' };

type Fields = Readonly<Record<string, string>>;
const formOf = (body: string): Fields => Object.fromEntries(new URLSearchParams(body));

/** smsc.ru/api/http: send.php, status.php, balance.php with fmt=3. The same id again is a second message. */
export function fakeSmsc(): FakeProvider {
  const messages: FakeMessage[] = [];
  const answer: Provider = ({ path, body }) => {
    const form = formOf(body);
    if (form['login'] !== KEYS.login || form['psw'] !== KEYS.password)
      return { body: { error: 'authorise error', error_code: 2 } };
    const { id = '', phones = '', phone = '', mes = '' } = form;
    if (path === '/sys/send.php') {
      messages.push({ id, to: phones, text: mes, status: -1 });
      return { body: { id, cnt: 1 } };
    }
    if (path === '/sys/status.php') {
      const found = messages.findLast((one) => one.id === id && one.to === phone);
      return {
        body: {
          status: found?.status ?? -3,
          last_date: '28.11.2026 17:30:00',
          last_timestamp: 1_795_879_800,
        },
      };
    }
    if (path === '/sys/balance.php') return { body: { balance: '84.75', currency: 'RUR' } };
    return { status: 404, body: 'not found' };
  };
  return { messages, answer };
}

/** sms.ru/api: send, status, balance with json=1. */
export function fakeSmsRu(): FakeProvider {
  const messages: FakeMessage[] = [];
  const answer: Provider = ({ path, body }) => {
    const { api_id: apiId, to = '', msg = '', sms_id: smsId = '' } = formOf(body);
    if (apiId !== KEYS.apiId)
      return { body: { status: 'ERROR', status_code: 200, status_text: 'Неправильный api_id' } };
    const ok = { status: 'OK', status_code: 100 };
    if (path === '/sms/send') {
      const id = `000000-${10_000_000 + messages.length}`;
      messages.push({ id, to, text: msg, status: 100 });
      return { body: { ...ok, sms: { [to]: { ...ok, sms_id: id } }, balance: 4122.56 } };
    }
    if (path === '/sms/status') {
      const status_code = messages.find((one) => one.id === smsId)?.status ?? -1;
      return {
        body: {
          ...ok,
          sms: { [smsId]: { status: 'OK', status_code, cost: 0.5, status_text: '…' } },
          balance: 4122.56,
        },
      };
    }
    if (path === '/my/balance') return { body: { ...ok, balance: 4122.56 } };
    return { status: 404, body: 'not found' };
  };
  return { messages, answer };
}

/** SMS Aero v2: sms/send, sms/status, sms/list, balance, in the vendor's clients' shapes. */
export function fakeSmsAero(): FakeProvider {
  const messages: FakeMessage[] = [];
  const shape = ({ id, to, text, status }: FakeMessage) => ({
    id: Number(id),
    from: 'SMS Aero',
    number: to,
    text,
    status,
    extendStatus: 'queue',
    channel: 'FREE SIGN',
    cost: 5.49,
    dateCreate: 1_719_119_523,
    dateSend: 1_719_119_523,
  });
  const ok = (data: unknown): FakeAnswer => ({ body: { success: true, data, message: null } });
  const authorization = `Basic ${Buffer.from(`shop@example.com:${KEYS.apiKey}`).toString('base64')}`;
  const answer: Provider = ({ path, headers, body }) => {
    if (headers.authorization !== authorization)
      return {
        status: 401,
        body: { success: false, data: null, message: 'Your request was made with invalid credentials.' },
      };
    const { number, text, id } = JSON.parse(body) as { number?: string; text?: string; id?: number };
    if (path === '/v2/sms/send') {
      const message = { id: String(12_345 + messages.length), to: number ?? '', text: text ?? '', status: 0 };
      messages.push(message);
      return ok(shape(message));
    }
    if (path === '/v2/sms/status') {
      const found = messages.find((one) => one.id === String(id));
      return found === undefined
        ? { status: 404, body: { success: false, message: 'Not found' } }
        : ok(shape(found));
    }
    if (path === '/v2/sms/list') {
      const same = messages.filter((one) => one.to === number && one.text.includes(text ?? ''));
      const links = { self: '/v2/sms/list?page=1' };
      return ok({ ...Object.fromEntries(same.map(shape).entries()), links, totalCount: String(same.length) });
    }
    if (path === '/v2/balance') return ok({ balance: 337.03 });
    return { status: 404, body: 'not found' };
  };
  return { messages, answer };
}

/** MTS Exolve: SendSMS and GetBalance. */
export function fakeExolve(): FakeProvider {
  const messages: FakeMessage[] = [];
  const answer: Provider = ({ path, headers, body }) => {
    if (headers.authorization !== `Bearer ${KEYS.apiKey}`)
      return { status: 401, body: { error: 'unauthorized' } };
    if (path === '/messaging/v1/SendSMS') {
      const { destination, text } = JSON.parse(body) as { destination: string; text: string };
      const id = String(439_166_538_239_448_000 + messages.length);
      messages.push({ id, to: destination, text, status: 0 });
      return { body: { message_id: id } };
    }
    if (path === '/finance/v1/GetBalance') return { body: { balance: 3520.38, credit_limit: 0 } };
    return { status: 404, body: 'not found' };
  };
  return { messages, answer };
}
