import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { SHEET_CHANNEL } from '../channels/sheets/waiting-rows.ts';
import { SMS_CHANNEL } from '../channels/sms/outgoing-sms.ts';
import { TELEGRAM_CHANNEL } from '../channels/telegram/follow-up.ts';
import type { ChatRecord, CrmRecord, DemoSession } from '../persistence/store.ts';
import type { DemoResult, DemoSessionStatus } from '../schemas/demo.ts';
import { realCallDetails, realChatDetails } from './interactions.ts';

/** D4.2: the six fields, from the call's journal alone. */
export function sessionStatus(view: CallView): DemoSessionStatus {
  const done = new Set(view.stepsDone);
  return {
    call_status: callStatus(view),
    analysis_status: done.has('analysis') ? 'done' : 'pending',
    followup_status: done.has('followup') ? 'done' : 'pending',
    sms_status: done.has('sms') ? 'sent' : 'pending',
    crm_status: done.has('crm') ? 'added' : 'pending',
    chat_ready: done.has('chat'),
  };
}

/** Everything known of one session. */
export interface SessionFacts {
  readonly session: DemoSession;
  readonly view: CallView;
  readonly crm: CrmRecord | undefined;
  readonly chat: ChatRecord | undefined;
  readonly events: readonly CallEvent[];
}

/** The visitor's own data: live while the call goes on, D4.5's shapes when they are there. */
export function sessionResult({ session, view, crm, chat, events }: SessionFacts): DemoResult {
  const sms = events.findLast((event) => event.type === 'sms.done');
  const told = (channel: string) =>
    events.findLast((event) => event.type === 'delivery.changed' && event.channel === channel);
  return {
    call_id: view.callId,
    chat_id: view.chatId,
    call_status_text: view.reason,
    live: {
      status: view.status,
      simulated: view.simulated ?? null,
      started_at: view.startedAt,
      spoken_language: view.spokenLanguage,
      transcript: view.transcript.map((line) => ({
        speaker: line.speaker,
        text: line.text,
        timestamp: line.timestamp,
        gap_ms: line.gapMs,
      })),
    },
    failed_steps: [...view.stepsFailed],
    call: hasEnded(view) ? realCallDetails(view, crm) : null,
    chat: chat === undefined ? null : realChatDetails(chat),
    sms:
      sms === undefined
        ? null
        : { text: sms.text, parts: sms.parts, gateway: sms.gateway, simulated: sms.simulated },
    sms_delivery: delivery(told(SMS_CHANNEL), sms !== undefined),
    row_delivery: delivery(told(SHEET_CHANNEL), view.stepsDone.includes('row')),
    telegram_connected: session.telegramUserId !== null,
    telegram_delivery: delivery(told(TELEGRAM_CHANNEL), false),
    recording_url: view.recording === null ? null : recordingUrl(view.callId, session.id),
  };
}

/** A retry that has succeeded since is no news any more. */
function delivery(told: CallEvent | undefined, done: boolean): DemoResult['sms_delivery'] {
  if (told?.type !== 'delivery.changed') return null;
  const { state, gateway, detail } = told;
  return done && (state === 'pending' || state === 'sending') ? null : { state, gateway, detail };
}

/** Where the session's visitor hears the recording: knowing his session's id is what lets him. */
function recordingUrl(callId: string, sessionId: string): string {
  return `/recordings/${callId}?session=${sessionId}`;
}

function callStatus(view: CallView): DemoSessionStatus['call_status'] {
  if (view.status === 'completed') return 'completed';
  return hasEnded(view) ? 'failed' : 'pending';
}

function hasEnded(view: CallView): boolean {
  return view.status === 'completed' || view.status === 'failed' || view.status === 'no_answer';
}
