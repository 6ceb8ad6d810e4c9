import { createHash } from 'node:crypto';
import type { CallEvent, CallEventOf, CallEventType } from '../../engine/contract/call-event.ts';
import { firstSoundAt, ReplyWaits } from '../../engine/contract/reply-waits.ts';
import { codeOf } from './error-code.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One span of a trace, done. Times are wall times, ms since 1970. */
export interface SpanDraft {
  /** 32 hexadecimal digits: the call's id without its dashes, so that a call's trace is found by the call. */
  readonly traceId: string;
  /** 16 hexadecimal digits, the same whoever makes the span and however often. */
  readonly spanId: string;
  readonly parentId?: string;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes: Attributes;
  /** What failed, as a code or a word of the contract. */
  readonly failure?: string;
  readonly notes?: readonly {
    readonly name: string;
    readonly atMs: number;
    readonly attributes: Attributes;
  }[];
}

const STEP = /^(analysis|followup|sms|chat|crm|row)\.done$/;

/** True for what ends a step after a call. */
export function endsStep(event: CallEvent): boolean {
  return STEP.test(event.type) || event.type === 'step.failed';
}

/**
 * The spans of an ended call: the call; dialling, ringing, the conversation; in that each turn of the caller, each
 * pause before a reply with its stages, each utterance. Neither numbers nor words: those are in the journal alone.
 * Empty for a journal without `call.ended`.
 */
export function callSpans(events: readonly CallEvent[]): readonly SpanDraft[] {
  const created = first(events, 'call.created');
  const ended = first(events, 'call.ended');
  if (created === undefined || ended === undefined) return [];
  const { callId } = created;
  const dialling = first(events, 'line.dialling');
  const ringing = first(events, 'line.ringing');
  const answered = first(events, 'line.answered');
  const lineEnded = first(events, 'line.ended');
  const endMs = msOf(ended);

  const root: SpanDraft = {
    ...idsOf(callId, 'call'),
    name: 'call',
    fromMs: msOf(created),
    toMs: endMs,
    attributes: {
      'halo.call_id': callId,
      'halo.language': created.language,
      'halo.voice': created.voice,
      'halo.status': ended.status,
      'halo.duration_sec': ended.durationSec,
      ...(dialling && { 'halo.via': dialling.via, 'halo.simulated': dialling.simulated }),
      ...(lineEnded && { 'halo.outcome': lineEnded.outcome }),
    },
    ...(ended.status === 'failed' && { failure: lineEnded?.outcome ?? 'failed' }),
    notes: events.flatMap((event) =>
      event.type === 'provider.failed'
        ? [
            {
              name: 'provider.failed',
              atMs: msOf(event),
              attributes: { 'halo.stage': event.stage, 'halo.code': codeOf(event.code) },
            },
          ]
        : [],
    ),
  };
  const child = (
    key: string,
    fromMs: number,
    toMs: number,
    attributes: Attributes = {},
    parent = 'call',
  ) => ({
    ...idsOf(callId, key),
    parentId: idsOf(callId, parent).spanId,
    // `turn 2`: numbers tell spans of one kind apart in their ids, not in their names.
    name: key.replace(/[ \d]+$/, ''),
    fromMs,
    toMs: Math.max(fromMs, toMs),
    attributes,
  });
  const overMs = lineEnded === undefined ? endMs : msOf(lineEnded);
  const spans: SpanDraft[] = [root];
  if (dialling !== undefined)
    spans.push(child('dial', msOf(dialling), ringing || answered ? msOf((ringing ?? answered)!) : overMs));
  if (ringing !== undefined) spans.push(child('ring', msOf(ringing), answered ? msOf(answered) : overMs));
  if (answered === undefined) return spans;

  const answeredMs = msOf(answered);
  spans.push(child('conversation', answeredMs, overMs));
  const talk = (key: string, fromMs: number, toMs: number, attributes: Attributes = {}): number =>
    spans.push(child(key, fromMs, toMs, attributes, 'conversation'));
  const replies = new ReplyWaits();
  const begun = new Map<number, CallEventOf<'utterance.started'>>();
  let pauses = 0;
  for (const event of events) {
    const reply = replies.note(event);
    if (reply !== undefined && (event.type === 'utterance.started' || event.type === 'filler.said')) {
      pauses += 1;
      let atMs = firstSoundAt(event) - reply.gapMs;
      talk(`reply ${pauses}`, atMs, atMs + reply.gapMs, { 'halo.by': reply.by });
      for (const { stage, ms } of reply.parts) {
        spans.push(child(`${stage} ${pauses}`, atMs, atMs + ms, {}, `reply ${pauses}`));
        atMs += ms;
      }
    }
    if (event.type === 'turn.ended')
      talk(`turn ${event.turn}`, answeredMs + event.startMs, answeredMs + event.endMs, {
        'halo.turn': event.turn,
      });
    if (event.type === 'utterance.started') begun.set(event.utterance, event);
    if (event.type === 'utterance.finished') {
      const { utterance, endMs: heardMs, complete } = event;
      const start = begun.get(utterance);
      if (start !== undefined)
        talk(`utterance ${utterance}`, answeredMs + start.startMs, answeredMs + heardMs, {
          'halo.kind': start.kind,
          'halo.complete': complete,
        });
    }
  }
  return spans;
}

/** The span of the step that ended with this event; it began when the one before it had ended. */
export function stepSpan(events: readonly CallEvent[], seq: number): SpanDraft | undefined {
  const event = events.find((one) => one.seq === seq);
  if (event === undefined || !endsStep(event)) return undefined;
  const before = events.filter((one) => one.seq < seq && (one.type === 'call.ended' || endsStep(one))).at(-1);
  const failed = event.type === 'step.failed';
  const step = failed ? event.step : event.type.slice(0, -'.done'.length);
  const toMs = msOf(event);
  return {
    ...idsOf(event.callId, `step ${step} ${seq}`),
    parentId: idsOf(event.callId, 'call').spanId,
    name: `after-call ${step}`,
    fromMs: Math.min(toMs, before === undefined ? toMs : msOf(before)),
    toMs,
    attributes: { 'halo.call_id': event.callId, 'halo.step': step },
    ...(failed && { failure: 'step.failed' }),
  };
}

function idsOf(callId: string, key: string): { readonly traceId: string; readonly spanId: string } {
  const spanId = createHash('sha256').update(`${callId} ${key}`).digest('hex').slice(0, 16);
  return { traceId: callId.replaceAll('-', ''), spanId };
}

function first<T extends CallEventType>(events: readonly CallEvent[], type: T): CallEventOf<T> | undefined {
  return events.find((event): event is CallEventOf<T> => event.type === type);
}

function msOf(event: CallEvent): number {
  return Date.parse(event.at);
}
