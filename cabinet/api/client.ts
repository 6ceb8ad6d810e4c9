import { requestJson } from './http.ts';
import type {
  About,
  Analytics,
  BrowserDemoOrder,
  BrowserPhoneWay,
  CallTimeline,
  AnalyticsDetails,
  DemoOrder,
  DemoSessionCreated,
  DemoResult,
  DemoSessionStatus,
  Interaction,
  InteractionList,
  RecordingPeaks,
} from './types.ts';

/** Placing an order may wait for the database; a poll should fail sooner than the visitor gets worried. */
const ORDER_TIMEOUT_MS = 20_000;
const READ_TIMEOUT_MS = 10_000;
const POLL_TIMEOUT_MS = 5_000;

/** The API's routes that the cabinet uses. Every method throws ApiError (api-error.ts). */
export class ApiClient {
  /** D4.1. Dials a phone: never repeated by itself. */
  startDemo(order: DemoOrder, signal?: AbortSignal): Promise<DemoSessionCreated> {
    return requestJson('/demo/session', { method: 'POST', body: order, timeoutMs: ORDER_TIMEOUT_MS, signal });
  }

  /** D4.1 with the page as the phone; the answer has `browser_phone`. Never repeated by itself. */
  startBrowserDemo(
    order: BrowserDemoOrder & { readonly browser_ways: readonly BrowserPhoneWay[] },
    signal?: AbortSignal,
  ): Promise<DemoSessionCreated> {
    const body = { ...order, answer: 'browser' };
    return requestJson('/demo/session', { method: 'POST', body, timeoutMs: ORDER_TIMEOUT_MS, signal });
  }

  /** D4.2. */
  sessionStatus(id: string, signal?: AbortSignal): Promise<DemoSessionStatus> {
    return requestJson(`/demo/session/${encodeURIComponent(id)}`, { timeoutMs: POLL_TIMEOUT_MS, signal });
  }

  /** What the session has brought so far: live words, the call, the chat. */
  sessionResult(id: string, signal?: AbortSignal): Promise<DemoResult> {
    return requestJson(`/demo/session/${encodeURIComponent(id)}/result`, {
      timeoutMs: POLL_TIMEOUT_MS,
      signal,
    });
  }

  /** D4.3. */
  analytics(signal?: AbortSignal): Promise<Analytics> {
    return requestJson('/demo/analytics', { timeoutMs: READ_TIMEOUT_MS, signal });
  }

  /** Days of the visitor's time zone, for the charts. */
  analyticsDetails(days: number, signal?: AbortSignal): Promise<AnalyticsDetails> {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const query = new URLSearchParams({ days: String(days), tz: timeZone });
    return requestJson(`/demo/analytics/details?${query}`, { timeoutMs: READ_TIMEOUT_MS, signal });
  }

  /** A page of D4.4's list; `query` as api/demo/interaction-params.ts reads it. */
  interactions(query: string, signal?: AbortSignal): Promise<InteractionList> {
    return requestJson(`/demo/interactions?${query}`, { timeoutMs: READ_TIMEOUT_MS, signal });
  }

  /** D4.5. */
  interaction(id: string, signal?: AbortSignal): Promise<Interaction> {
    return requestJson(`/demo/interaction/${encodeURIComponent(id)}`, { timeoutMs: READ_TIMEOUT_MS, signal });
  }

  /** When everything of a call was said. */
  timeline(id: string, signal?: AbortSignal): Promise<CallTimeline> {
    return requestJson(`/demo/interaction/${encodeURIComponent(id)}/timeline`, {
      timeoutMs: READ_TIMEOUT_MS,
      signal,
    });
  }

  /** How loud both sides of a recording are; for the session that made the call. */
  peaks(callId: string, sessionId: string, signal?: AbortSignal): Promise<RecordingPeaks> {
    const query = new URLSearchParams({ session: sessionId });
    return requestJson(`/recordings/${encodeURIComponent(callId)}/peaks?${query.toString()}`, {
      timeoutMs: READ_TIMEOUT_MS,
      signal,
    });
  }

  /** What is at work: telephony, speech, languages, voices, notices. */
  about(signal?: AbortSignal): Promise<About> {
    return requestJson('/demo/about', { timeoutMs: READ_TIMEOUT_MS, signal });
  }
}

export const api = new ApiClient();
