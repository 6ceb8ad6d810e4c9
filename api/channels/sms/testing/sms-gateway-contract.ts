import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../deliveries/delivery-error.ts';
import { CALL, deliveryLab, MemoryBook } from '../../../deliveries/testing/lab.ts';
import { invitation, type SmsApiOptions, type SmsGateway, type SmsOrder } from '../gateway.ts';
import { outgoingSms } from '../outgoing-sms.ts';
import { startFakeGateway, type FakeAnswer, type FakeGateway, type Misbehaviour } from './fake-gateway.ts';
import { KEYS, type FakeProvider } from './fake-providers.ts';

/** One gateway, and the provider that it speaks with. */
export interface GatewayCase {
  readonly provider: () => FakeProvider;
  readonly make: (options: SmsApiOptions, wrongKey?: boolean) => SmsGateway;
  /** The request for ORDER, to the byte. */
  readonly request: {
    readonly path: string;
    readonly contentType: string;
    readonly authorization?: string;
    readonly body: string;
  };
  readonly handle: string;
  /** The provider's own refusals: what is answered, and what that is to us. */
  readonly refusals: readonly (readonly [FakeAnswer, kind: string, code: string])[];
  /** In the provider's numbers; absent where it reports nothing. */
  readonly reports?: readonly (readonly [status: number, state: string])[];
  readonly balance: { readonly amount: number; readonly currency: string };
}

export const ORDER: SmsOrder = {
  to: '+79161234567',
  text: invitation('https://t.me/HALO_DEMO_BOT?start=CALL_x'),
  idempotencyKey: `${CALL}:invitation`,
};
const NEVER = new AbortController().signal;
const ANSWER_MS = 150;
const SECRETS = [KEYS.password, KEYS.apiId, KEYS.apiKey, 'k-wrong', ORDER.to, '9161234567', ORDER.text];

/** What every gateway that speaks HTTP must do. */
export function smsGatewayContract(name: string, gatewayCase: GatewayCase): void {
  describe(`the SMS gateway ${name}`, () => {
    let provider: FakeProvider;
    let server: FakeGateway;
    let gateway: SmsGateway;

    beforeEach(async () => {
      provider = gatewayCase.provider();
      server = await startFakeGateway(provider.answer);
      gateway = gatewayCase.make({ baseUrl: server.baseUrl, answerMs: ANSWER_MS });
    });
    afterEach(() => server.close());

    const failure = async (work: Promise<unknown>): Promise<DeliveryError> => {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError', { cause: error });
      for (const secret of SECRETS)
        expect(
          `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String(error.cause)}`,
        ).not.toContain(secret);
      return error;
    };
    const next = (how: Misbehaviour | FakeAnswer, taken = false): void =>
      void server.troubles.push({ how, taken });

    it('sends what the documents say, once', async () => {
      expect(await gateway.send(ORDER, NEVER)).toEqual({ handle: gatewayCase.handle });
      const { path, contentType, authorization, body } = gatewayCase.request;
      expect(server.arrivals).toHaveLength(1);
      expect(server.arrivals[0]).toMatchObject({ method: 'POST', path, body });
      expect(server.arrivals[0]?.headers['content-type']).toBe(contentType);
      expect(server.arrivals[0]?.headers.authorization).toBe(authorization);
      expect(provider.messages).toHaveLength(1);
      expect(provider.messages[0]?.text).toBe(ORDER.text);
    });

    it('has no secret in an address', async () => {
      await gateway.send(ORDER, NEVER);
      await gateway.balance?.(NEVER);
      for (const { path } of server.arrivals) expect(path).not.toContain('?');
    });

    it('calls a wrong key a refusal', async () => {
      const wrong = gatewayCase.make({ baseUrl: server.baseUrl, answerMs: ANSWER_MS }, true);
      expect(await failure(wrong.send(ORDER, NEVER))).toMatchObject({ kind: 'refused', code: 'AUTH' });
      expect(provider.messages).toEqual([]);
    });

    it.each(gatewayCase.refusals)('understands %j as %s %s', async (answer, kind, code) => {
      next(answer);
      expect(await failure(gateway.send(ORDER, NEVER))).toMatchObject({ kind, code });
    });

    it('waits as long as Retry-After says', async () => {
      next({ status: 429, headers: { 'retry-after': '7' }, body: '' });
      expect(await failure(gateway.send(ORDER, NEVER))).toMatchObject({
        kind: 'later',
        code: 'BUSY',
        retryAfterMs: 7_000,
      });
    });

    it.each([
      ['500', { status: 500, body: 'oops' }, 'SERVER'],
      ['502', { status: 502, body: '<html>bad gateway</html>' }, 'SERVER'],
      ['503', { status: 503, headers: { 'retry-after': '1' }, body: {} }, 'SERVER'],
      ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>ok</html>' }, 'BAD_ANSWER'],
      ['an empty body', { body: '' }, 'BAD_ANSWER'],
      ['another shape', { body: { hello: 'world' } }, 'BAD_ANSWER'],
      ['a list', { body: [1] }, 'BAD_ANSWER'],
      ['null', { body: 'null' }, 'BAD_ANSWER'],
      ['no answer', 'hang', 'TIMEOUT'],
      ['a slow drip', 'drip', 'TIMEOUT'],
      ['a cut', 'cut', 'BROKEN'],
      ['a flood', 'flood', 'BAD_ANSWER'],
    ] as const)('cannot tell what came of it after %s', async (_what, how, code) => {
      next(how);
      expect(await failure(gateway.send(ORDER, NEVER))).toMatchObject({ kind: 'unclear', code });
      expect(server.arrivals).toHaveLength(1);
    });

    it('knows that nothing left where nobody listens', async () => {
      await server.close();
      expect(await failure(gateway.send(ORDER, NEVER))).toMatchObject({ kind: 'later', code: 'AWAY' });
    });

    it('follows no redirect: its key is for one address', async () => {
      const elsewhere = await startFakeGateway(() => ({ body: {} }));
      next({ status: 307, headers: { location: elsewhere.baseUrl }, body: '' });
      expect(await failure(gateway.send(ORDER, NEVER))).toMatchObject({ kind: 'refused' });
      expect(elsewhere.arrivals).toEqual([]);
      await elsewhere.close();
    });

    it('gives up when its signal says so', async () => {
      next('hang');
      const stop = new AbortController();
      const sent = gateway.send(ORDER, stop.signal);
      setTimeout(() => stop.abort(new Error('stopping')), 20);
      await expect(sent).rejects.toThrow('stopping');
      await expect(gateway.send(ORDER, stop.signal)).rejects.toThrow('stopping');
    });

    it('tells the balance', async () => {
      expect(await gateway.balance?.(NEVER)).toEqual(gatewayCase.balance);
    });

    const { reports } = gatewayCase;
    if (reports === undefined) {
      it('does not pretend to know what became of a message', () => expect(gateway.report).toBeUndefined());
    } else {
      it.each(reports)('reports the provider’s %i as %s', async (status, state) => {
        const { handle } = await gateway.send(ORDER, NEVER);
        provider.messages[0]!.status = status;
        expect(await gateway.report?.({ handle: handle ?? '', to: ORDER.to }, NEVER)).toMatchObject({
          state,
        });
      });
    }

    /** Whether the provider took the message before the trouble, and what a delivery makes of it. */
    it.each(['hang', 'cut', 'drip', 'flood', { status: 500, body: '' }, { body: '' }] as const)(
      'never sends twice, and loses nothing that can be known: %j',
      async (how) => {
        for (const taken of [true, false]) {
          provider.messages.length = 0;
          const book = new MemoryBook();
          const { finish } = deliveryLab(book);
          next(how, taken);
          const outgoing = outgoingSms(gateway, { callId: CALL, ...ORDER });
          const { state } = await finish(outgoing);
          expect(provider.messages.length).toBeLessThanOrEqual(1);
          if (state === 'accepted') expect(provider.messages).toHaveLength(1);
          else expect(state).toBe('unknown');
          if (taken && gateway.lookup !== undefined) expect(state).toBe('accepted');
          if (gateway.lookup === undefined) {
            expect(state).toBe('unknown');
            expect(book.told.at(-1)?.detail).toMatch(/^SMS: неизвестно, отправлено ли \(.+\); не повторяем$/);
          }
          const before = server.arrivals.length;
          expect(await finish(outgoing)).toMatchObject({ state });
          expect(server.arrivals).toHaveLength(before);
        }
      },
    );

    it('is tried again after 429, and sends once', async () => {
      const book = new MemoryBook();
      const { deliveries, time } = deliveryLab(book);
      next({ status: 429, headers: { 'retry-after': '4' }, body: '' });
      const outgoing = outgoingSms(gateway, { callId: CALL, ...ORDER });
      expect(await deliveries.deliver(outgoing, NEVER)).toMatchObject({ state: 'accepted', attempts: 2 });
      expect(time.pauses).toEqual([4_000]);
      expect(provider.messages).toHaveLength(1);
      expect(book.told).toEqual([
        {
          state: 'pending',
          detail: 'SMS: не отправлено: просит подождать: слишком много запросов; повторим через 4 с',
        },
      ]);
    });
  });
}
