import { ApiError } from '../errors.ts';
import { ErrorBody } from '../schemas/error.ts';
import { TokenQuery } from '../schemas/telephony.ts';
import type { App, AppDeps } from './app-deps.ts';
import { holdSound, type SoundRequest } from './telephony-socket.ts';

/** The WebSocket of phones in visitors' pages: SIP for the edge Asterisk, or JSON and sound (engine/contract/browser-phone.ts). */
export function registerBrowserPhoneRoute(app: App, deps: AppDeps): void {
  app.route({
    method: 'GET',
    url: '/demo/phone',
    schema: {
      tags: ['Демо-кабинет'],
      operationId: 'browserPhone',
      summary: 'Телефон в браузере по WebSocket',
      description:
        'Адрес с одноразовым ключом выдаёт POST /demo/session с answer=browser. Что говорить: docs/browser-phone.md.',
      querystring: TokenQuery,
      response: { 401: ErrorBody, 403: ErrorBody, 426: ErrorBody },
    },
    preHandler: async (request: SoundRequest) => {
      const { browserPhones: phones } = deps.engine;
      if (phones === undefined) throw new ApiError('BROWSER_PHONE_OFF');
      if (!request.ws) return;
      if (!isOwnPage(request)) throw new ApiError('PHONE_TOKEN_REFUSED');
      const { token = '' } = request.query as { token?: string };
      const admitted = phones.admit(token);
      if (typeof admitted === 'string') throw new ApiError('PHONE_TOKEN_REFUSED');
      request.ticket = admitted;
    },
    handler: async () => {
      throw new ApiError('UPGRADE_REQUIRED');
    },
    wsHandler: (socket, request: SoundRequest) => holdSound(socket, request),
  });
}

/** A browser says whose page it is (RFC 6455 §10.2); programs say nothing. */
function isOwnPage({ headers: { origin, host }, hostname }: SoundRequest): boolean {
  if (origin === undefined) return true;
  try {
    const page = new URL(origin);
    return page.host === host || page.hostname === hostname;
  } catch {
    return false;
  }
}
