import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App, AppDeps } from './app-deps.ts';

const NOT_BUILT = `<!doctype html>
<html lang="ru">
  <head><meta charset="utf-8"><title>HALO</title></head>
  <body>
    <h1>HALO работает, но кабинет ещё не собран</h1>
    <p>Остановите сервер и запустите его командой <code>npm start</code>: она собирает кабинет сама.
       Или соберите его отдельно: <code>npx vite build cabinet</code>, и перезапустите сервер.</p>
    <p>API уже доступен: <a href="/docs">описание</a>, <a href="/healthz">состояние</a>.</p>
  </body>
</html>
`;

/** Answers with the cabinet's page: for `/` and for every path that only the cabinet's own router knows. */
export type CabinetPage = (reply: FastifyReply) => FastifyReply;

/**
 * Serves the built cabinet. Vite puts a hash into the names under `assets/`, so those never change; everything else
 * is asked for anew. Returns what sends the page itself.
 */
export async function registerCabinet(app: App, deps: AppDeps): Promise<CabinetPage> {
  const folder = deps.cabinetDir;
  const page: CabinetPage =
    folder !== undefined && existsSync(join(folder, 'index.html'))
      ? (reply) =>
          reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false })
      : (reply) => reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(NOT_BUILT);
  app.get('/', { schema: { hide: true } }, (_request, reply) => page(reply));
  if (folder !== undefined && existsSync(folder)) {
    await app.register(fastifyStatic, {
      root: folder,
      prefix: '/',
      index: false,
      decorateReply: false,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders: (reply, path) => {
        const hashed = /[/\\]assets[/\\]/.test(path);
        void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  return page;
}

/** True for a browser that opens a page: not for scripts' requests, nor for missing files. */
export function wantsPage(request: FastifyRequest): boolean {
  const { method, headers } = request;
  const path = request.url.split('?', 1)[0] ?? '';
  const looksLikeFile = /\.[A-Za-z0-9]{1,8}$/.test(path);
  return (
    (method === 'GET' || method === 'HEAD') && !looksLikeFile && (headers.accept ?? '').includes('text/html')
  );
}
