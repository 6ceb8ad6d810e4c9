import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import type { LiveEvent } from '../schemas/live.ts';

/** What of an event the visitor's screen is told; undefined for what it has no use for, or must not know. */
export function liveMeaning(event: CallEvent): LiveEvent | undefined {
  const { at } = event;
  switch (event.type) {
    case 'call.created':
      return { type: 'call.created', at, language: event.language, voice: event.voice };
    case 'line.dialling':
      return { type: 'line.dialling', at, simulated: event.simulated };
    case 'line.ringing':
    case 'line.answered':
      return { type: event.type, at };
    case 'line.ended':
      return { type: 'line.ended', at, outcome: event.outcome, reason: event.reason };
    case 'speech.started':
      return { type: 'caller.started', at, turn: event.turn, start_ms: event.startMs };
    case 'turn.ended':
      return { type: 'caller.ended', at, turn: event.turn, start_ms: event.startMs, end_ms: event.endMs };
    case 'turn.dropped':
      return { type: 'caller.dropped', at, turn: event.turn };
    case 'turn.transcribed':
      return { type: 'caller.words', at, turn: event.turn, text: event.text };
    case 'turn.unrecognised':
      return { type: 'caller.words', at, turn: event.turn, text: '' };
    case 'utterance.started': {
      const { utterance, kind, startMs, gapMs } = event;
      return { type: 'assistant.started', at, utterance, kind, start_ms: startMs, ...gap(gapMs) };
    }
    case 'utterance.sentence':
      return { type: 'assistant.sentence', at, utterance: event.utterance, text: event.text };
    case 'utterance.held':
      return { type: 'assistant.held', at, utterance: event.utterance };
    case 'utterance.resumed':
      return { type: 'assistant.resumed', at, utterance: event.utterance };
    case 'utterance.finished': {
      const { utterance, endMs, text, complete } = event;
      return { type: 'assistant.ended', at, utterance, end_ms: endMs, text, complete };
    }
    case 'filler.said': {
      const { startMs, endMs, text, gapMs } = event;
      return { type: 'assistant.filler', at, start_ms: startMs, end_ms: endMs, text, ...gap(gapMs) };
    }
    case 'language.changed':
      return { type: 'language.changed', at, from: event.from, to: event.to };
    case 'limit.reached':
      return { type: 'limit.reached', at, limit: event.limit };
    case 'provider.failed':
      return { type: 'provider.failed', at, stage: event.stage };
    case 'call.ended': {
      const { status, reason, durationSec } = event;
      return { type: 'call.ended', at, status, reason, duration_sec: durationSec };
    }
    case 'analysis.done': {
      const { finalDisposition, shortSummary, interest } = event;
      return { type: 'analysis.done', at, disposition: finalDisposition, summary: shortSummary, interest };
    }
    case 'followup.done':
      return { type: 'step.done', at, step: 'followup', simulated: false };
    case 'sms.done':
      return { type: 'step.done', at, step: 'sms', simulated: event.simulated };
    case 'chat.done':
      return { type: 'step.done', at, step: 'chat', simulated: false };
    case 'crm.done':
      return { type: 'step.done', at, step: 'crm', simulated: false };
    case 'step.failed':
      return { type: 'step.failed', at, step: event.step };
    case 'delivery.changed': {
      const { channel, state, detail } = event;
      return { type: 'delivery.changed', at, channel, state, detail };
    }
    case 'line.dtmf':
    case 'media.measured':
    case 'call.traced':
    case 'recording.saved':
    case 'row.done':
      return undefined;
    default:
      return event satisfies never;
  }
}

const gap = (gapMs: number | undefined): { gap_ms?: number } =>
  gapMs === undefined ? {} : { gap_ms: gapMs };

/** What the visitor waits for after a call that was held; the row of the sheet is nothing to him. */
const VISITORS_STEPS = ['analysis', 'followup', 'sms', 'chat', 'crm'] as const;

/** True when nothing more will happen on the visitor's screen. */
export function demoIsOver(view: CallView): boolean {
  if (view.status === 'no_answer' || view.status === 'failed') return view.endedAt !== null;
  if (view.status !== 'completed') return false;
  return VISITORS_STEPS.every((step) => view.stepsDone.includes(step) || view.stepsFailed.includes(step));
}
