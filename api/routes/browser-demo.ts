import type { FastifyRequest } from 'fastify';
import { BROWSER_PHONE_WAYS, type BrowserPhone } from '../../engine/contract/browser-phone.ts';
import { EngineBusyError } from '../../engine/contract/errors.ts';
import { ApiError } from '../errors.ts';
import type { GuardLimits } from '../guards/limits.ts';
import type { CallOrder, CreateOptions } from '../persistence/store.ts';
import type { BrowserPhoneAnswer, DemoOrderBody, DemoSessionCreated } from '../schemas/demo.ts';
import type { AppDeps } from './app-deps.ts';
import { clientOf } from './guards.ts';

/**
 * D1 with the visitor's page in the place of his phone. Nobody is dialled over a trunk: the call goes past the dial
 * queue, to the engine of this very process, where the page's connection comes in.
 */
export async function startInBrowser(
  deps: AppDeps,
  request: FastifyRequest<{ Body: DemoOrderBody }>,
  order: CallOrder,
): Promise<DemoSessionCreated> {
  const { engine, store } = deps;
  const phones = engine.browserPhones;
  if (phones === undefined) throw new ApiError('BROWSER_PHONE_OFF');
  const { maxCalls } = engine.describe();
  if (engine.liveCalls().length >= maxCalls)
    throw new EngineBusyError(`all ${maxCalls} lines are busy: try again later or raise HALO_MAX_CALLS`);

  const session = await store.createDemoSession(order, { ...guardedInBrowser(deps, request), dial: false });
  const { callId } = session;
  request.log.info(
    { callId, 'pii.phone': order.phone, language: order.language, voice: order.voice, answer: 'browser' },
    'call requested',
  );
  const { browser_ways: ways = BROWSER_PHONE_WAYS } = request.body;
  const phone = await phones
    .issue(callId, { ways, address: pageAddress(request) })
    .catch((error: unknown) => {
      throw new ApiError('BROWSER_PHONE_UNFIT', error);
    });
  engine.place({ callId, ...order, answeredBy: 'browser' });
  return { demo_session_id: session.id, status: 'initiated', browser_phone: toAnswer(phone) };
}

/** The guards of money and of one client hold; those of a number do not, since none is dialled. */
function guardedInBrowser(deps: AppDeps, request: FastifyRequest): CreateOptions {
  const { guards } = deps;
  if (guards === undefined) return {};
  const limits: GuardLimits = {
    ...guards,
    prefixes: [''],
    perNumberAtOnce: guards.callsAtOnce,
    perNumberHourly: guards.dailyCalls,
  };
  return { guards: limits, ...clientOf(deps, request) };
}

/** Empty where a proxy that nobody vouches for stands between: its own address says nothing of the page. */
function pageAddress(request: FastifyRequest): string {
  const forwarded =
    request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
  return forwarded && request.ip === request.socket.remoteAddress ? '' : request.ip;
}

function toAnswer(phone: BrowserPhone): BrowserPhoneAnswer {
  const connection = {
    url: `/demo/phone?token=${encodeURIComponent(phone.token)}`,
    expires_at: phone.expiresAt.toISOString(),
  };
  if (phone.kind === 'socket') return { kind: 'socket', ...connection };
  const { uri, username, password } = phone;
  return { kind: 'webrtc', ...connection, uri, username, password };
}
