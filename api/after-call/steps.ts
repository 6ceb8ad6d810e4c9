import { randomUUID } from 'node:crypto';
import type { AfterCallStep } from '../../engine/contract/call-event.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { invitation, type SmsGateway } from '../channels/sms/gateway.ts';
import { outgoingSms } from '../channels/sms/outgoing-sms.ts';
import { countParts } from '../channels/sms/parts.ts';
import { linkInSms, type LinkOptions } from '../channels/sms/short-link.ts';
import type { RowSink } from '../channels/sheets/row-sink.ts';
import { rowOf } from '../channels/sheets/row.ts';
import type { Deliveries } from '../deliveries/deliver.ts';
import { detailOf, isTaken } from '../deliveries/delivery.ts';
import type { DemoSession, StepEvent, StepRecord } from '../persistence/store.ts';
import type { Analyst, Conversation, Judgement } from './analyst.ts';

/** Who does the steps' work. */
export interface StepHands extends LinkOptions {
  readonly analyst: Analyst;
  readonly sms: SmsGateway;
  readonly rows: RowSink;
  /** The way of everything that leaves the house through somebody's API. */
  readonly deliveries: Deliveries;
}

export interface StepInput {
  /** As it is now: with what the earlier steps have found. */
  readonly view: CallView;
  readonly session: DemoSession | undefined;
  readonly hands: StepHands;
}

export interface StepOutcome {
  readonly event: StepEvent;
  /** Stored in the same transaction as the event. */
  readonly record?: StepRecord;
}

/** One step: an effect that may be run twice and then is there once. */
export interface Step {
  readonly timeoutMs: number;
  readonly tries: number;
  /** `waiting`: it is on its way, and whoever finishes it writes the step's event. */
  run(input: StepInput, signal: AbortSignal): Promise<StepOutcome | 'waiting'>;
}

/** The step cannot be done, however often it is tried. `message` is for people. */
export class StepImpossible extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StepImpossible';
  }
}

/**
 * Which steps a call gets, in their order:
 * - a completed call of a demo session: all of them;
 * - a completed call of plain POST /call: analysis and row. Its person did not ask for the demo: no SMS, chat or card;
 * - a call that nobody answered, or that failed: the row only, with V8's words.
 */
export function stepsFor(view: CallView, session: DemoSession | undefined): readonly AfterCallStep[] {
  if (view.status !== 'completed') return ['row'];
  if (session === undefined) return ['analysis', 'row'];
  return ['analysis', 'followup', 'sms', 'chat', 'crm', 'row'];
}

/** The interest of a client whose conversation could not be judged. */
export const UNKNOWN_INTEREST = 'не определён';

export const STEPS: Readonly<Record<AfterCallStep, Step>> = {
  analysis: {
    timeoutMs: 30_000,
    tries: 3,
    async run({ view, hands }, signal) {
      const { finalDisposition, shortSummary, interest } = await hands.analyst.analyse(
        conversationOf(view),
        signal,
      );
      return { event: { type: 'analysis.done', finalDisposition, shortSummary, interest } };
    },
  },
  followup: {
    timeoutMs: 30_000,
    tries: 3,
    async run({ view, hands }, signal) {
      const analysis = judgementOf(view);
      if (analysis === undefined)
        throw new StepImpossible('Нет анализа разговора: писать follow-up не о чем');
      const text = await hands.analyst.followUp({ ...conversationOf(view), analysis }, signal);
      return { event: { type: 'followup.done', text } };
    },
  },
  sms: {
    // Deliveries count their own tries and end by themselves; these are for a database that falters.
    timeoutMs: 180_000,
    tries: 3,
    async run({ view, session, hands }, signal) {
      if (session === undefined)
        throw new StepImpossible('У звонка нет демо-сессии: ссылку отправить некуда');
      // Who answered in his page need not have given a number.
      if (view.phone === '' && !hands.sms.simulated)
        throw new StepImpossible('Номер телефона не указан: SMS отправлять некуда');
      const text = invitation(linkInSms(session, hands));
      const outgoing = outgoingSms(hands.sms, { callId: view.callId, to: view.phone, text });
      const delivery = await hands.deliveries.deliver(outgoing, signal);
      if (!isTaken(delivery.state)) throw new StepImpossible(detailOf(outgoing.title, delivery));
      const { name: gateway, simulated } = hands.sms;
      return { event: { type: 'sms.done', text, parts: countParts(text).parts, gateway, simulated } };
    },
  },
  chat: {
    timeoutMs: 5_000,
    tries: 1,
    async run({ view }) {
      if (view.followUp === null)
        throw new StepImpossible('Нет follow-up сообщения: чат показывать не из чего');
      const id = randomUUID();
      return {
        event: { type: 'chat.done', chatId: id },
        record: {
          kind: 'chat',
          chat: {
            id,
            summary: view.shortSummary ?? '',
            messages: [{ from: 'assistant', text: view.followUp }],
          },
        },
      };
    },
  },
  crm: {
    timeoutMs: 5_000,
    tries: 1,
    async run({ view }) {
      const status = view.finalDisposition;
      const interest = view.interest ?? UNKNOWN_INTEREST;
      const telegramLinkSent = view.stepsDone.includes('sms');
      return {
        event: { type: 'crm.done', status, interest, telegramLinkSent },
        record: { kind: 'crm', crm: { clientPhone: view.phone, status, interest, telegramLinkSent } },
      };
    },
  },
  row: {
    timeoutMs: 15_000,
    tries: 6,
    async run({ view, hands }, signal) {
      const taken = await hands.rows.append(rowOf(view), signal);
      return taken === 'waiting' ? taken : { event: { type: 'row.done', sink: hands.rows.name } };
    },
  },
};

function conversationOf(view: CallView): Conversation {
  return {
    prompt: view.prompt,
    language: view.spokenLanguage,
    transcript: view.transcript.map(({ speaker, text }) => ({ speaker, text })),
  };
}

function judgementOf(view: CallView): Judgement | undefined {
  const { finalDisposition, shortSummary, interest } = view;
  if (finalDisposition === 'unknown' || shortSummary === null || interest === null) return undefined;
  return { finalDisposition, shortSummary, interest };
}
