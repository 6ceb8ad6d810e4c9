import type {
  CallLanguage,
  CallStatus,
  DemoResult,
  DemoSessionStatus,
  Disposition,
  LiveEvent,
} from '../../api/types.ts';

/** One line of the conversation, as far as it is known. */
export interface LiveLine {
  /** The same for the same line, however often it changes. */
  readonly key: string;
  readonly speaker: 'user' | 'assistant';
  /** Empty: his words are not recognised yet. */
  readonly text: string;
  /** `open`: it is being said, or its words are still being recognised. */
  readonly state: 'open' | 'said';
  /** Of the assistant: the pause the caller heard before it, ms. */
  readonly gapMs: number | null;
  /** `filler`: a few words in the place of a reply that is late. `cut`: the caller broke in. `unclear`: no words in it. */
  readonly mark: 'filler' | 'cut' | 'unclear' | null;
}

export type AfterStep = 'analysis' | 'followup' | 'sms' | 'chat' | 'crm';

/** What the visitor's screen knows of his demo. Plain data, folded from the stream, or made of the polled answers. */
export interface LiveView {
  readonly status: CallStatus;
  /** The number is being called, and it rings there. */
  readonly ringing: boolean;
  readonly simulated: boolean;
  readonly orderedAt: string | null;
  readonly answeredAt: string | null;
  readonly durationSec: number | null;
  readonly spoken: CallLanguage | null;
  readonly languageChanged: boolean;
  readonly lines: readonly LiveLine[];
  /** The caller's turn, or the assistant's utterance, that is being said now. */
  readonly openTurn: number | null;
  readonly openUtterance: number | null;
  /** The assistant fell silent in mid-sentence, because the caller made a sound. */
  readonly held: boolean;
  /** The caller has finished and waits for a reply: his last voiced sample, ms from the answer. */
  readonly owedFromMs: number | null;
  readonly reason: string | null;
  readonly limit: 'time' | 'pairs' | null;
  /** Speech or language services failed so many times, and the assistant helped himself. */
  readonly stumbles: number;
  readonly disposition: Disposition | null;
  readonly summary: string | null;
  readonly stepsDone: readonly AfterStep[];
  readonly stepsFailed: readonly string[];
  readonly smsSimulated: boolean;
  /** What is known of the SMS beyond that the gateway took it; in Russian. */
  readonly smsDetail: string | null;
}

export const NOTHING_YET: LiveView = {
  status: 'created',
  ringing: false,
  simulated: false,
  orderedAt: null,
  answeredAt: null,
  durationSec: null,
  spoken: null,
  languageChanged: false,
  lines: [],
  openTurn: null,
  openUtterance: null,
  held: false,
  owedFromMs: null,
  reason: null,
  limit: null,
  stumbles: 0,
  disposition: null,
  summary: null,
  stepsDone: [],
  stepsFailed: [],
  smsSimulated: false,
  smsDetail: null,
};

export type Speaker = 'caller' | 'assistant' | 'thinking' | 'nobody';

/** Who is heard now. */
export function speakerNow(view: LiveView): Speaker {
  if (view.status !== 'in_progress') return 'nobody';
  if (view.openTurn !== null) return 'caller';
  if (view.openUtterance !== null) return view.held ? 'nobody' : 'assistant';
  return view.owedFromMs === null ? 'nobody' : 'thinking';
}

export function hasEnded({ status }: LiveView): boolean {
  return status === 'completed' || status === 'no_answer' || status === 'failed';
}

/** Applies one event of the stream; pure. */
export function foldLive(view: LiveView, event: LiveEvent): LiveView {
  return { ...view, ...change(view, event) };
}

function change(view: LiveView, event: LiveEvent): Partial<LiveView> {
  switch (event.type) {
    case 'call.created':
      return { orderedAt: event.at, spoken: event.language === 'auto' ? null : event.language };
    case 'line.dialling':
      return { status: 'dialing', simulated: event.simulated };
    case 'line.ringing':
      return { status: 'dialing', ringing: true };
    case 'line.answered':
      return { status: 'in_progress', ringing: false, answeredAt: event.at };
    case 'line.ended':
      return { ringing: false, openTurn: null, openUtterance: null, owedFromMs: null, reason: event.reason };
    case 'caller.started':
      return {
        openTurn: event.turn,
        owedFromMs: null,
        lines: [...view.lines, line(`u${event.turn}`, 'user')],
      };
    case 'caller.ended':
      return { openTurn: null, owedFromMs: event.end_ms };
    case 'caller.dropped':
      return { openTurn: null, lines: view.lines.filter(({ key }) => key !== `u${event.turn}`) };
    case 'caller.words':
      return {
        lines: amend(view, `u${event.turn}`, {
          text: event.text,
          state: 'said',
          ...(event.text === '' ? { mark: 'unclear' as const } : {}),
        }),
      };
    case 'assistant.started':
      return {
        openUtterance: event.utterance,
        held: false,
        owedFromMs: null,
        lines: [...view.lines, line(`a${event.utterance}`, 'assistant', { gapMs: event.gap_ms ?? null })],
      };
    case 'assistant.sentence': {
      const key = `a${event.utterance}`;
      const before = view.lines.find((one) => one.key === key)?.text ?? '';
      return { lines: amend(view, key, { text: before === '' ? event.text : `${before} ${event.text}` }) };
    }
    case 'assistant.held':
      return { held: true };
    case 'assistant.resumed':
      return { held: false };
    case 'assistant.ended': {
      const key = `a${event.utterance}`;
      const lines = amend(view, key, {
        text: event.text,
        state: 'said',
        ...(event.complete ? {} : { mark: 'cut' as const }),
      });
      // Cut off before the first word: nothing of it was heard.
      return {
        openUtterance: null,
        held: false,
        lines: lines.filter((one) => one.key !== key || one.text !== ''),
      };
    }
    case 'assistant.filler':
      return {
        lines: [
          ...view.lines,
          line(`f${event.start_ms}`, 'assistant', {
            text: event.text,
            state: 'said',
            gapMs: event.gap_ms ?? null,
            mark: 'filler',
          }),
        ],
      };
    case 'language.changed':
      return { spoken: event.to, languageChanged: true };
    case 'limit.reached':
      return { limit: event.limit };
    case 'provider.failed':
      return { stumbles: view.stumbles + 1 };
    case 'call.ended':
      return {
        status: event.status,
        reason: event.reason,
        durationSec: event.duration_sec,
        ringing: false,
        openTurn: null,
        openUtterance: null,
        owedFromMs: null,
        lines: view.lines.filter(({ text, mark }) => text !== '' || mark === 'unclear').map(closed),
      };
    case 'analysis.done':
      return { ...done(view, 'analysis'), disposition: event.disposition, summary: event.summary };
    case 'step.done':
      return {
        ...done(view, event.step),
        ...(event.step === 'sms' ? { smsSimulated: event.simulated, smsDetail: null } : {}),
      };
    case 'step.failed':
      return { stepsFailed: [...new Set([...view.stepsFailed, event.step])] };
    case 'delivery.changed':
      return event.channel === 'sms' ? { smsDetail: event.detail } : {};
    default:
      // A newer server's event is no reason to stop.
      return {};
  }
}

/** The same from the polled answers, where there is no stream. `before`: what the stream had told until it broke. */
export function viewOfAnswers(
  before: LiveView,
  { session, result }: { readonly session: DemoSessionStatus; readonly result: DemoResult },
): LiveView {
  const { live } = result;
  const ended = live.status === 'completed' || live.status === 'no_answer' || live.status === 'failed';
  const lines = live.transcript.map((one, index) => polledLine(one, index));
  const last = live.transcript.at(-1);
  // The journal's lines are the same as the stream's; those know more.
  const same =
    lines.length === before.lines.length &&
    lines.every(({ text }, index) => before.lines[index]?.text === text);
  return {
    ...before,
    status: live.status,
    ringing: live.status === 'dialing' && before.ringing,
    simulated: live.simulated ?? before.simulated,
    answeredAt: live.started_at,
    durationSec: ended ? (result.call?.duration_sec ?? before.durationSec) : null,
    spoken: live.started_at === null ? before.spoken : live.spoken_language,
    lines: same ? before.lines : lines,
    openTurn: !ended && last?.speaker === 'user' && last.text === '' ? 0 : null,
    openUtterance: null,
    held: false,
    owedFromMs: null,
    reason: result.call_status_text,
    disposition: session.analysis_status === 'done' ? (result.call?.disposition ?? null) : null,
    summary: session.analysis_status === 'done' ? (result.call?.summary ?? null) : null,
    stepsDone: [
      ...(session.analysis_status === 'done' ? (['analysis'] as const) : []),
      ...(session.followup_status === 'done' ? (['followup'] as const) : []),
      ...(session.sms_status === 'sent' ? (['sms'] as const) : []),
      ...(session.crm_status === 'added' ? (['crm'] as const) : []),
      ...(session.chat_ready ? (['chat'] as const) : []),
    ],
    stepsFailed: result.failed_steps,
    smsSimulated: result.sms?.simulated ?? false,
    smsDetail: result.sms_delivery?.detail ?? null,
  };
}

/** What the journal's fold puts in the place of words that could not be made out (engine/contract/fold-call.ts). */
const UNCLEAR = /^\[неразборчиво\]$/;

function polledLine(one: DemoResult['live']['transcript'][number], index: number): LiveLine {
  const unclear = UNCLEAR.test(one.text);
  return line(`p${index}`, one.speaker, {
    text: unclear ? '' : one.text,
    gapMs: one.gap_ms,
    state: one.text === '' ? 'open' : 'said',
    mark: unclear ? 'unclear' : null,
  });
}

function line(key: string, speaker: LiveLine['speaker'], fields: Partial<LiveLine> = {}): LiveLine {
  return { key, speaker, text: '', state: 'open', gapMs: null, mark: null, ...fields };
}

const closed = (one: LiveLine): LiveLine => (one.state === 'said' ? one : { ...one, state: 'said' });

function amend(view: LiveView, key: string, fields: Partial<LiveLine>): readonly LiveLine[] {
  return view.lines.map((one) => (one.key === key ? { ...one, ...fields } : one));
}

function done(view: LiveView, step: AfterStep): Partial<LiveView> {
  return {
    stepsDone: [...new Set([...view.stepsDone, step])],
    stepsFailed: view.stepsFailed.filter((failed) => failed !== step),
  };
}
