import { isUuid } from '../../engine/contract/ids.ts';
import { about } from '../demo/about.ts';
import { analyticsDetails, DAYS_DEFAULT, DAYS_MAX } from '../demo/analytics-details.ts';
import { analytics } from '../demo/analytics.ts';
import { interactionPage } from '../demo/interaction-page.ts';
import { asksPage, parseInteractionParams } from '../demo/interaction-params.ts';
import {
  demoCallDetails,
  demoChatDetails,
  interactionItems,
  realCallDetails,
  realChatDetails,
} from '../demo/interactions.ts';
import { callTimeline, demoTimeline } from '../demo/timeline.ts';
import { isTimeZone } from '../demo/local-days.ts';
import { ApiError } from '../errors.ts';
import { IdParams } from '../schemas/call.ts';
import { AnalyticsDetails, AnalyticsDetailsQuery, DemoAbout, DemoAnalytics } from '../schemas/demo.ts';
import { ErrorBody } from '../schemas/error.ts';
import { CallTimeline } from '../schemas/timeline.ts';
import { Interaction, InteractionList, InteractionQueryString } from '../schemas/interactions.ts';
import type { App, AppDeps } from './app-deps.ts';

const TAGS = { tags: ['Демо-кабинет'] };

/** The list shows the newest so many real calls and chats; older ones still open by their id. */
const REAL_ITEMS_MAX = 1000;
const MOSCOW = 'Europe/Moscow';

/** D4, D5, D6 and what is at work. */
export function registerDemoCabinetRoutes(app: App, deps: AppDeps): void {
  app.get(
    '/demo/analytics',
    {
      schema: {
        ...TAGS,
        operationId: 'getDemoAnalytics',
        summary: 'Аналитика',
        description: 'Итоги и воронка: демо-данные и реальные звонки вместе.',
        response: { 200: DemoAnalytics, 503: ErrorBody },
      },
    },
    async () => analytics(deps.demoData(), await deps.store.realTotals()),
  );

  app.get(
    '/demo/analytics/details',
    {
      schema: {
        ...TAGS,
        operationId: 'getDemoAnalyticsDetails',
        summary: 'Аналитика по дням',
        description:
          'Для графиков: звонки по дням, итоги, паузы перед ответами; за период и за столько же дней перед ним. Дополнение к документу.',
        querystring: AnalyticsDetailsQuery,
        response: { 200: AnalyticsDetails, 400: ErrorBody, 503: ErrorBody },
      },
    },
    async ({ query: { days = String(DAYS_DEFAULT), tz = MOSCOW } }) => {
      if (!/^\d{1,3}$/.test(days) || Number(days) < 1 || Number(days) > DAYS_MAX)
        throw new ApiError('INVALID_FILTER', undefined, {
          message: `Параметр days не подходит. Передайте целое число от 1 до ${DAYS_MAX}.`,
        });
      if (!isTimeZone(tz))
        throw new ApiError('INVALID_FILTER', undefined, {
          message: 'Параметр tz не подходит. Передайте имя часового пояса, например Europe/Moscow.',
        });
      const asked = { now: new Date(), timeZone: tz, days: Number(days) };
      return await analyticsDetails(deps.demoData(), deps.store, asked);
    },
  );

  app.get(
    '/demo/interactions',
    {
      schema: {
        ...TAGS,
        operationId: 'listInteractions',
        summary: 'Все обращения',
        description: `Без параметров: 50 демо-звонков, 50 демо-чатов и реальные (не больше ${REAL_ITEMS_MAX} последних), новые сверху. С любым из параметров: страница всего списка, с фильтрами, поиском и порядком.`,
        querystring: InteractionQueryString,
        response: { 200: InteractionList, 400: ErrorBody, 503: ErrorBody },
      },
    },
    async ({ query }) => {
      if (asksPage(query))
        return await interactionPage(deps.demoData(), deps.store, parseInteractionParams(query));
      return { items: interactionItems(deps.demoData(), await deps.store.realInteractions(REAL_ITEMS_MAX)) };
    },
  );

  app.get(
    '/demo/interaction/:id',
    {
      schema: {
        ...TAGS,
        operationId: 'getInteraction',
        summary: 'Детали обращения',
        description: 'Звонок (телефон скрыт: +7 9XX XXX-12-34) или чат.',
        params: IdParams,
        response: { 200: Interaction, 404: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => {
      const found = await findInteraction(deps, request.params.id);
      if (found === undefined) throw new ApiError('INTERACTION_NOT_FOUND');
      return found;
    },
  );

  app.get(
    '/demo/interaction/:id/timeline',
    {
      schema: {
        ...TAGS,
        operationId: 'getCallTimeline',
        summary: 'Звонок по времени',
        description:
          'Реплики звонка на часах записи и паузы перед ответами, разложенные на части. Дополнение к документу.',
        params: IdParams,
        response: { 200: CallTimeline, 404: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (deps.demoData().calls.some((call) => call.id === id)) return demoTimeline(id);
      const found = isUuid(id) ? callTimeline(await deps.store.events(id.toLowerCase())) : undefined;
      if (found === undefined) throw new ApiError('INTERACTION_NOT_FOUND');
      return found;
    },
  );

  app.get(
    '/demo/about',
    {
      schema: {
        ...TAGS,
        operationId: 'getAbout',
        summary: 'Что здесь работает',
        description:
          'Телефония и речь, языки и голоса; что смоделировано и что изменит ключ. Дополнение к документу.',
        response: { 200: DemoAbout },
      },
    },
    async () =>
      about(deps.engine.describe(), deps.channelNotices ?? [], deps.engine.browserPhones !== undefined),
  );
}

async function findInteraction(deps: AppDeps, id: string): Promise<Interaction | undefined> {
  const demo = deps.demoData();
  const demoCall = demo.calls.find((call) => call.id === id);
  if (demoCall !== undefined) return demoCallDetails(demoCall);
  const demoChat = demo.chats.find((chat) => chat.id === id);
  if (demoChat !== undefined) return demoChatDetails(demoChat);
  if (!isUuid(id)) return undefined;
  const realId = id.toLowerCase();
  const view = await deps.store.call(realId);
  if (view !== undefined) return realCallDetails(view, await deps.store.crm(view.callId));
  const chat = await deps.store.chat(realId);
  return chat && realChatDetails(chat);
}
