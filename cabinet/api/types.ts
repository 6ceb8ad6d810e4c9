/**
 * What the API says to the cabinet: its own schemas (D4.1–D4.5 and our extensions), as types only, so that nothing of
 * the server gets into the bundle.
 */
import type { DemoAbout } from '../../api/schemas/demo.ts';
import type { BrowserPhoneWay } from '../../engine/contract/browser-phone.ts';
import type { CallLanguage, Voice } from '../../engine/contract/languages.ts';

export type {
  AnalyticsDetails,
  AnalyticsPeriod,
  DemoAnalytics as Analytics,
  DemoResult,
  DemoSessionCreated,
  DemoSessionStatus,
} from '../../api/schemas/demo.ts';
export type {
  CallInteraction,
  ChatInteraction,
  CrmCard,
  Interaction,
  InteractionItem,
  InteractionList,
} from '../../api/schemas/interactions.ts';
export type { CallTimeline, RecordingPeaks, TimelineLine } from '../../api/schemas/timeline.ts';
export type { OpsCall, OpsCallNews, OpsCalls } from '../../api/schemas/ops.ts';
export type { LiveEvent } from '../../api/schemas/live.ts';
export type { CallStatus, Disposition } from '../../engine/contract/call-session.ts';
export type { CallLanguage, Voice };
export type About = DemoAbout;

/** POST /demo/session, as the form sends it. `phone` is `+7` and ten digits. */
export interface DemoOrder {
  readonly phone: string;
  readonly language: CallLanguage;
  readonly voice: Voice;
  readonly prompt: string;
}

export type { BrowserPhoneWay };

/** The same, answered in the page itself; `phone` only where the visitor gave one. */
export interface BrowserDemoOrder extends Omit<DemoOrder, 'phone'> {
  readonly phone?: string;
}

/** A call to this page. */
export interface BrowserDemo {
  readonly order: BrowserDemoOrder;
  /** Speech works offline: it knows the bundled callers' lines, and hardly a visitor's. */
  readonly offline: boolean;
}

export interface SpokenLine {
  readonly speaker: 'assistant' | 'user';
  readonly text: string;
}
