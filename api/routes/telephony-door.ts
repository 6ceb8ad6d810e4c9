import type { FastifyRequest } from 'fastify';
import type { ProviderCallback, ProviderDoor, Refused } from '../../engine/contract/provider.ts';
import { ApiError } from '../errors.ts';
import type { App, AppDeps } from './app-deps.ts';

/** The way to the provider's adapter; throws where another telephony is at work. */
export function doorOf({ engine }: AppDeps): ProviderDoor {
  if (engine.provider === undefined) throw new ApiError('PROVIDER_OFF');
  return engine.provider;
}

const REFUSALS = {
  unknown: 'PROVIDER_CALL_UNKNOWN',
  forged: 'PROVIDER_UNAUTHORIZED',
  over: 'PROVIDER_CALL_OVER',
} as const satisfies Record<Refused, string>;

export function refusalOf(refused: Refused): ApiError {
  return new ApiError(REFUSALS[refused]);
}

/** Bodies as the bytes that came, whatever they claim to be: signatures are made over these. */
export function readBodiesAsBytes(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

export function callbackOf(request: FastifyRequest): ProviderCallback {
  const { headers, body } = request;
  return { headers, body: Buffer.isBuffer(body) ? body : new Uint8Array() };
}
