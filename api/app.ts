import { randomUUID } from 'node:crypto';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController } from 'fastify';
import { pino } from 'pino';
import { ApiError } from './errors.ts';
import type { App, AppDeps } from './routes/app-deps.ts';
import { registerCabinet, wantsPage } from './routes/cabinet.ts';
import { registerCallRoutes } from './routes/calls.ts';
import { JournalHub } from './live/journal-hub.ts';
import { registerDemoCabinetRoutes } from './routes/demo-cabinet.ts';
import { registerBrowserPhoneRoute } from './routes/browser-phone.ts';
import { registerDemoSessionRoutes } from './routes/demo-sessions.ts';
import { registerDemoEventsRoute } from './routes/demo-events.ts';
import { registerDocsPage, registerOpenApi } from './routes/docs.ts';
import { answerBrokenHttp, refuseMethod, sendFailure } from './routes/failures.ts';
import { registerGuardsRoute } from './routes/guards.ts';
import { registerHealthRoute } from './routes/health.ts';
import { registerMetricsRoute } from './routes/metrics.ts';
import { registerReadyRoute } from './routes/ready.ts';
import { KnownPaths } from './routes/known-paths.ts';
import { registerOpsListenRoute } from './routes/ops-listen.ts';
import { registerOpsRoutes } from './routes/ops.ts';
import { registerRecordingRoutes } from './routes/recordings.ts';
import { registerRequestLog } from './routes/request-log.ts';
import { registerShortLinkRoute } from './routes/short-links.ts';
import { registerTelegramRoute } from './routes/telegram.ts';
import { registerTelephonyAudioRoutes } from './routes/telephony-audio.ts';
import { registerTelephonyEventRoutes } from './routes/telephony-events.ts';
import { registerWebSockets } from './routes/telephony-socket.ts';

/** The longest prompt in JSON's longest spelling (`\uXXXX` twice for a sign) is 48 kB. */
const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

const CSP = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'font-src': ["'self'"],
  'media-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'worker-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/**
 * The HTTP API with every route, ready for `listen` or `inject`. It owns nothing of what it is given: closing it ends
 * its connections only. Requests that arrive while it closes are still answered.
 */
export async function buildApp(deps: AppDeps): Promise<App> {
  const { trustedProxies = [] } = deps;
  const app: App = fastify({
    loggerInstance: deps.log ?? pino({ level: 'silent' }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false },
    },
    frameworkErrors: (error, request, reply) => void sendFailure(error, request, reply),
    clientErrorHandler: answerBrokenHttp,
  }).withTypeProvider<TypeBoxTypeProvider>();

  const known = new KnownPaths();
  app.addHook('onRoute', ({ method, path }) => {
    for (const one of [method].flat()) known.add(one, path);
  });
  app.setErrorHandler(sendFailure);
  // Without this a body of type text/plain would be read as a string, and a form on another site could send one.
  app.removeContentTypeParser('text/plain');

  registerRequestLog(app);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CSP },
    // Served over plain HTTP on a machine of one's own: these would only break it.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  // The microphone is for «Ответить в браузере», and for this page only.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', 'microphone=(self), camera=(), geolocation=()');
  });
  await app.register(fastifyStatic, { serve: false });
  await registerWebSockets(app);
  await registerOpenApi(app);

  registerCallRoutes(app, deps);
  registerDemoSessionRoutes(app, deps);
  const hub = openHub(app, deps);
  registerDemoEventsRoute(app, deps, hub);
  registerOpsRoutes(app, deps, hub);
  registerOpsListenRoute(app, deps);
  registerBrowserPhoneRoute(app, deps);
  registerDemoCabinetRoutes(app, deps);
  registerRecordingRoutes(app, deps);
  registerTelegramRoute(app, deps);
  registerShortLinkRoute(app, deps);
  registerTelephonyEventRoutes(app, deps);
  registerTelephonyAudioRoutes(app, deps);
  registerGuardsRoute(app, deps);
  registerHealthRoute(app, deps);
  registerReadyRoute(app, deps);
  registerMetricsRoute(app, deps);
  await registerDocsPage(app);
  const cabinetPage = await registerCabinet(app, deps);

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = known.methodsOf(path);
    if (allowed.length > 0 && !allowed.includes(request.method)) return refuseMethod(reply, allowed);
    if (wantsPage(request) && !known.sharesRoot(path)) return cabinetPage(reply);
    return sendFailure(new ApiError('NOT_FOUND'), request, reply);
  });
  await app.ready();
  return app;
}

/** The hub of everybody who follows a call over this app; it ends with the app's connections. */
function openHub(app: App, { store, engine }: AppDeps): JournalHub {
  const hub = new JournalHub({ read: (after) => store.journalTail(after), log: app.log });
  const unsubscribe = engine.subscribe(({ callId, seq }) => hub.poke(callId, seq));
  app.addHook('preClose', async () => {
    unsubscribe();
    hub.close();
  });
  return hub;
}
