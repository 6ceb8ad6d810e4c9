import type { AfterCallStep, CallEvent } from '../../engine/contract/call-event.ts';
import type { FarEndOrder } from '../../engine/contract/call-plan.ts';
import type { Disposition } from '../../engine/contract/call-session.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import type { CallLanguage, Voice } from '../../engine/contract/languages.ts';
import type { InteractionQuery } from '../demo/interaction-query.ts';
import type { GuardLimits } from '../guards/limits.ts';
import type { GuardsToday } from '../guards/usage.ts';
import type { RealLines } from './interaction-feed.ts';
import type { TelegramBinding, TelegramUser } from './telegram-binding.ts';

/** What a call is ordered with. The phone is E.164 already (`+7` and ten digits). */
export interface CallOrder {
  readonly phone: string;
  readonly language: CallLanguage;
  readonly voice: Voice;
  readonly prompt: string;
  /** Only the simulator reads it. */
  readonly farEnd?: FarEndOrder;
}

/** How a call is created beside what is ordered. */
export interface CreateOptions {
  /** False: it is not put into the dial queue, its creator places it himself. */
  readonly dial?: boolean;
  /** The guards that judge it and that it counts against. Without them it does neither. */
  readonly guards?: GuardLimits | undefined;
  /** The address of who ordered it, where that counts (`perClientHourly`). Only a keyed hash of it is stored. */
  readonly client?: string | undefined;
}

/** D1: a demo session, with what D4.1 and D7 say is stored of it. */
export interface DemoSession {
  readonly id: string;
  readonly callId: CallId;
  /** Unguessable, `[A-Za-z0-9_-]`, at most 64 characters: Telegram's `start` parameter. */
  readonly callIdHash: string;
  /** Of the short link in the SMS: unguessable, `[0-9A-Za-z]`; null in sessions older than short links. */
  readonly linkCode: string | null;
  readonly createdAt: string;
  readonly telegramUserId: string | null;
  readonly telegramUsername: string | null;
}

/** D2: the chat record that shows the follow-up. */
export interface ChatRecord {
  readonly id: string;
  readonly callId: CallId;
  readonly createdAt: string;
  readonly summary: string;
  readonly messages: readonly { readonly from: 'assistant' | 'user'; readonly text: string }[];
}

/** D2: the CRM card (a picture, not an integration: D15). */
export interface CrmRecord {
  readonly callId: CallId;
  readonly clientPhone: string;
  readonly status: Disposition;
  readonly interest: string;
  readonly telegramLinkSent: boolean;
  readonly telegramConnected: boolean;
}

/** One real call or chat, as the table of D5 lists it. */
export interface RealInteraction {
  readonly id: string;
  readonly type: 'call' | 'chat';
  readonly createdAt: string;
  readonly callId: CallId;
  readonly disposition: Disposition;
  readonly summary: string | null;
}

/** Sums over the real calls, for D4. */
export interface RealTotals {
  readonly calls: number;
  readonly chats: number;
  /** Calls in which the person was reached and spoke at least once. */
  readonly talked: number;
  readonly interested: number;
  /** Interested, and the CRM card is there. */
  readonly leads: number;
  /** Sum of durations and count of the calls that were held. */
  readonly durationSecSum: number;
  readonly heldCalls: number;
}

/** Sums over the interactions of a period, for the charts. */
export interface PeriodSums extends Readonly<Record<Disposition, number>> {
  readonly calls: number;
  readonly chats: number;
  readonly talked: number;
  readonly leads: number;
  readonly held: number;
  readonly heldSec: number;
  /** Replies whose gap was measured, the sum of the gaps, and those later than the 2 s of V9. */
  readonly replies: number;
  readonly replyGapMs: number;
  readonly lateReplies: number;
}

/** Everything the routes ask of storage. PostgreSQL's implementation is in this folder; tests have one in memory. */
export interface Store {
  /**
   * One transaction: the call's row, its `call.created` event (seq 1) and, unless `dial` is false, its place in the
   * dial queue. Throws GuardRefusal when `guards` refuse it: then nothing is stored but the refusal's count.
   */
  createCall(order: CallOrder, options?: CreateOptions): Promise<CallId>;
  /** D1, the same transaction with the demo session in it. */
  createDemoSession(order: CallOrder, options?: CreateOptions): Promise<DemoSession>;
  /** What the guards admitted and refused today. */
  guardsToday(): Promise<GuardsToday>;
  call(callId: string): Promise<CallView | undefined>;
  /** Events of a call with seq > `afterSeq`, in order. */
  events(callId: string, afterSeq?: number): Promise<readonly CallEvent[]>;
  /** Of each of these calls the events after that number; each call's in order and without gaps, a batch at a time. */
  journalTail(after: ReadonlyMap<CallId, number>): Promise<readonly CallEvent[]>;
  /** Calls for those who watch over them: all that have not ended, and the last `ended` of those that have; newest first. */
  watchedCalls(ended: number): Promise<readonly CallView[]>;
  /** Another word whenever a call begins, ends, or something happens in one that has not ended. */
  liveMark(): Promise<string>;
  demoSession(id: string): Promise<DemoSession | undefined>;
  /** D7: connects a Telegram user to the session of that hash, once and for good. */
  bindTelegram(callIdHash: string, user: TelegramUser): Promise<TelegramBinding>;
  /** The session whose short link has this code. */
  demoSessionByLink(code: string): Promise<DemoSession | undefined>;
  chat(id: string): Promise<ChatRecord | undefined>;
  crm(callId: string): Promise<CrmRecord | undefined>;
  /** Newest first. Calls appear when they have ended, chats when they are written. */
  realInteractions(limit: number): Promise<readonly RealInteraction[]>;
  realTotals(): Promise<RealTotals>;
  /** A page of what realInteractions lists, filtered and sorted. */
  realLines(query: InteractionQuery): Promise<RealLines>;
  /** The sums of each period between two neighbours of `bounds` (ascending, each a quarter of an hour). */
  realSums(bounds: readonly Date[]): Promise<readonly PeriodSums[]>;
  /** Rejects when the database does not answer within a second. */
  ping(): Promise<void>;
}

/** What the steps after a call write. Every write is idempotent: done twice, it is there once. */
export interface AfterCallStore {
  call(callId: CallId): Promise<CallView | undefined>;
  demoSessionOfCall(callId: CallId): Promise<DemoSession | undefined>;
  /**
   * Writes the step's event under the next free seq, and in the same transaction the record it made. Once: a step
   * whose event is there already changes nothing.
   */
  finishStep(callId: CallId, step: AfterCallStep, event: StepEvent, record?: StepRecord): Promise<void>;
}

/** What a step leaves in the database beside its event. */
export type StepRecord =
  | { readonly kind: 'chat'; readonly chat: Omit<ChatRecord, 'callId' | 'createdAt'> }
  | { readonly kind: 'crm'; readonly crm: Omit<CrmRecord, 'callId' | 'telegramConnected'> };

export type StepEvent = { readonly [K in CallEvent as K['type']]: Omit<K, 'callId' | 'seq' | 'at'> }[
  | 'analysis.done'
  | 'followup.done'
  | 'sms.done'
  | 'chat.done'
  | 'crm.done'
  | 'row.done'
  | 'step.failed'];
