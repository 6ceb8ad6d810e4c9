import type { CallView } from '../../engine/contract/fold-call.ts';
import type { ChatRecord, CrmRecord, RealInteraction } from '../persistence/store.ts';
import type { CallInteraction, ChatInteraction, InteractionItem } from '../schemas/interactions.ts';
import type { DemoCall, DemoChat, DemoData } from './demo-data.ts';
import { maskedPhone } from './phone-mask.ts';

/** D4.4: demo and real, newest first; of the same moment, in the order of their ids. */
export function interactionItems(demo: DemoData, real: readonly RealInteraction[]): InteractionItem[] {
  const items: InteractionItem[] = [
    ...demo.calls.map((call) => callItem(call, true, call.disposition)),
    ...demo.chats.map((chat) => chatItem(chat, true, chat.summary)),
    ...real.map((one) =>
      one.type === 'call' ? callItem(one, false, one.disposition) : chatItem(one, false, one.summary ?? ''),
    ),
  ];
  return items.sort((a, b) => compare(b.created_at, a.created_at) || compare(a.id, b.id));
}

/** D4.5, a demo call. */
export function demoCallDetails(call: DemoCall): CallInteraction {
  return {
    id: call.id,
    type: 'call',
    is_demo: true,
    phone_masked: maskedPhone(call.phone),
    created_at: call.createdAt,
    duration_sec: call.durationSec,
    disposition: call.disposition,
    summary: call.summary,
    transcript: call.transcript.map(({ speaker, text }) => ({ speaker, text })),
    crm_record: { status: 'added', interest: call.interest, telegram_link_sent: call.telegramLinkSent },
  };
}

/** D4.5, a demo chat. */
export function demoChatDetails(chat: DemoChat): ChatInteraction {
  const { id, createdAt, summary, messages } = chat;
  return {
    id,
    type: 'chat',
    is_demo: true,
    created_at: createdAt,
    summary,
    messages: messages.map(({ from, text }) => ({ from, text })),
  };
}

/** D4.5, a real call; lines whose words are not known yet are left out. */
export function realCallDetails(view: CallView, crm: CrmRecord | undefined): CallInteraction {
  return {
    id: view.callId,
    type: 'call',
    is_demo: false,
    phone_masked: maskedPhone(view.phone),
    created_at: view.createdAt,
    duration_sec: view.durationSec ?? 0,
    disposition: view.finalDisposition,
    summary: view.shortSummary ?? summaryWithoutAnalysis(view),
    transcript: view.transcript
      .filter((line) => line.text !== '')
      .map(({ speaker, text }) => ({ speaker, text })),
    crm_record:
      crm === undefined
        ? null
        : { status: 'added', interest: crm.interest, telegram_link_sent: crm.telegramLinkSent },
  };
}

/** D4.5, a real chat. */
export function realChatDetails(chat: ChatRecord): ChatInteraction {
  const { id, createdAt, summary, messages } = chat;
  return {
    id,
    type: 'chat',
    is_demo: false,
    created_at: createdAt,
    summary,
    messages: messages.map(({ from, text }) => ({ from, text })),
  };
}

/** V8's words for a call that was not held. */
function summaryWithoutAnalysis(view: CallView): string {
  if (view.status !== 'no_answer' && view.status !== 'failed') return '';
  return view.startedAt === null
    ? `Не дозвонились: статус ${view.status}`
    : `Разговор прерван: ${view.reason ?? `статус ${view.status}`}`;
}

function callItem(
  one: { readonly id: string; readonly createdAt: string },
  isDemo: boolean,
  disposition: DemoCall['disposition'],
): InteractionItem {
  return {
    id: one.id,
    is_demo: isDemo,
    type: 'call',
    channel: 'voice',
    created_at: one.createdAt,
    disposition,
  };
}

function chatItem(
  one: { readonly id: string; readonly createdAt: string },
  isDemo: boolean,
  summary: string,
): InteractionItem {
  return {
    id: one.id,
    is_demo: isDemo,
    type: 'chat',
    channel: 'telegram',
    created_at: one.createdAt,
    summary,
  };
}

/** ISO moments of one form sort as text. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
