import type { App, AppDeps } from './app-deps.ts';
import { isLinkCode } from '../channels/sms/short-link.ts';
import { telegramLink } from '../channels/telegram/link.ts';

const UNKNOWN = `<!doctype html>
<html lang="ru">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ссылка не найдена</title></head>
  <body>
    <h1>Такой ссылки нет</h1>
    <p>Проверьте, что адрес из SMS скопирован целиком: строчные и заглавные буквы в нём различаются.</p>
  </body>
</html>
`;

/** The short links of text messages: on to Telegram. What cannot be a code is answered without asking the database. */
export function registerShortLinkRoute(app: App, deps: AppDeps): void {
  app.get<{ Params: { code: string } }>(
    '/t/:code',
    { schema: { hide: true } },
    async ({ params: { code } }, reply) => {
      void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      const session = isLinkCode(code) ? await deps.store.demoSessionByLink(code) : undefined;
      if (session !== undefined)
        return reply.redirect(telegramLink(deps.telegram.botName, session.callIdHash), 302);
      return reply.code(404).type('text/html; charset=utf-8').send(UNKNOWN);
    },
  );
}
