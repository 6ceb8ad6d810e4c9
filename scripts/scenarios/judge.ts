import { rowOf } from '../../api/channels/sheets/row.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { assistantVoice, callerVoice, WINDOW_MS } from '../../engine/observe/voiced-windows.ts';
import { measureGaps } from '../../engine/observe/gaps.ts';
import { measureStops } from '../../engine/observe/stops.ts';
import { only } from '../../engine/testing/call-lab-facts.ts';
import { durationMs } from './duration.ts';
import type { HeldCall, HeldScenario } from './hold.ts';
import type { Expectations } from './schema.ts';

/** One expectation and what came of it. */
export interface Check {
  /** The field of `expect`. */
  readonly name: string;
  readonly ok: boolean;
  readonly wanted: string;
  readonly got: string;
}

/** Both voices at once for so long may be a breath and a word's end. */
const TALK_OVER_MS = 100;

/** Everything that is expected of a scenario that was held, call by call. */
export function judge(held: HeldScenario, expect: Expectations): readonly Check[] {
  const refused = expect.refused ?? false;
  const order = check(
    'refused',
    held.refused === refused,
    refused ? 'заказ отклонён' : 'заказ принят',
    held.refused ? 'отклонён' : 'принят',
  );
  const clean = check(
    'nothing_left',
    held.leftovers.length === 0,
    'ничего не осталось',
    held.leftovers.length === 0 ? 'ничего' : held.leftovers.join('; '),
  );
  return [order, clean, ...held.calls.flatMap((call) => judgeCall(call, expect))];
}

function judgeCall(call: HeldCall, expect: Expectations): readonly Check[] {
  const { view, events, facts } = call;
  const checks: Check[] = [...always(call, expect)];
  const same = (name: keyof Expectations, got: unknown, wanted: unknown): void => {
    if (wanted !== undefined)
      checks.push(check(name, JSON.stringify(got) === JSON.stringify(wanted), text(wanted), text(got)));
  };
  const said = view.transcript.filter(({ speaker }) => speaker === 'assistant').map((line) => line.text);
  const kinds = only(events, 'utterance.started').map(({ kind }) => kind);

  same('status', view.status, expect.status);
  same('disposition', view.finalDisposition, expect.disposition);
  same('language', view.spokenLanguage, expect.language);
  same('heard', facts.heard, expect.heard);
  same('unrecognised', facts.unrecognised, expect.unrecognised);
  same('kinds', kinds, expect.kinds);
  same('goes_on', only(events, 'utterance.resumed').length, expect.goes_on);
  same('broken_off', facts.brokenOff, expect.broken_off);
  same('limit', only(events, 'limit.reached').at(0)?.limit ?? null, expect.limit);
  same(
    'dtmf',
    only(events, 'line.dtmf')
      .map(({ digit }) => digit)
      .join(''),
    expect.dtmf,
  );
  if (expect.reason !== undefined)
    checks.push(check('reason', matches(expect.reason, view.reason ?? ''), expect.reason, view.reason ?? ''));
  for (const kind of expect.has_kinds ?? [])
    checks.push(check('has_kinds', kinds.includes(kind), kind, kinds.join(', ')));
  for (const words of expect.says ?? [])
    checks.push(
      check(
        'says',
        said.some((line) => matches(words, line)),
        words,
        said.find((line) => matches(words, line)) ?? said.join(' | '),
      ),
    );
  for (const words of expect.never_says ?? [])
    checks.push(
      check(
        'never_says',
        !said.some((line) => matches(words, line)),
        `нигде нет «${words}»`,
        said.find((line) => matches(words, line)) ?? 'нет',
      ),
    );
  checks.push(...times(call, expect));
  for (const [column, words] of Object.entries(expect.row ?? {})) {
    const cell = Object.entries(rowOf(view)).find(([name]) => name === column)?.[1];
    checks.push(
      check(`row.${column}`, cell !== undefined && matches(words, cell), words, cell ?? 'нет такого столбца'),
    );
  }
  for (const message of expect.log ?? []) {
    const lines = call.log.filter((line) => line.message === message);
    const ok = lines.length > 0 && lines.every(({ callId }) => callId === view.callId);
    checks.push(check('log', ok, `${message}, с call_id`, call.log.map((line) => line.message).join(', ')));
  }
  return checks;
}

/** What holds of every call. */
function always({ view, events, facts }: HeldCall, expect: Expectations): readonly Check[] {
  const failures = [
    ...new Set(only(events, 'provider.failed').map(({ stage, code }) => `${stage} ${code}`)),
  ].sort();
  const wanted = [...(expect.failures ?? [])].sort();
  const numbered = events.every(({ seq }, at) => seq === at + 1);
  return [
    check('failures', JSON.stringify(failures) === JSON.stringify(wanted), text(wanted), text(failures)),
    check(
      'journal',
      numbered && events.at(-1)?.type === 'call.ended',
      'события подряд до call.ended',
      events.at(-1)?.type ?? '',
    ),
    check(
      'one_voice',
      facts.overlappingUtterances === 0,
      'одна реплика за раз',
      `${facts.overlappingUtterances} внахлёст`,
    ),
    check('reason_told', /[а-яё]{3}/.test(view.reason ?? ''), 'причина конца по-русски', view.reason ?? ''),
  ];
}

function times(call: HeldCall, expect: Expectations): readonly Check[] {
  const { events, facts, spokenSteps } = call;
  const { recording } = facts;
  const checks: Check[] = [];
  const within = (
    name: keyof Expectations,
    rule: { within: string; at_least?: number } | undefined,
    got: readonly number[],
  ): void => {
    if (rule === undefined) return;
    const least = rule.at_least ?? 1;
    const ok = got.length >= least && got.every((ms) => ms <= durationMs(rule.within));
    checks.push(
      check(
        name,
        ok,
        `≤ ${rule.within}, не меньше ${least} раз`,
        got.length === 0 ? 'ни разу' : got.map((ms) => `${Math.round(ms)} мс`).join(', '),
      ),
    );
  };
  within('reply', expect.reply, replyGaps(events));
  within(
    'sound',
    expect.sound,
    recording === undefined ? [] : measureGaps(recording).map(({ gapMs }) => gapMs),
  );
  within(
    'stops',
    expect.stops,
    recording === undefined ? [] : measureStops(recording).map(({ stoppedAfterMs }) => stoppedAfterMs),
  );
  within(
    'fillers',
    expect.fillers,
    only(events, 'filler.said').flatMap(({ gapMs }) => (gapMs === undefined ? [] : [gapMs])),
  );
  if (expect.no_premature_reply === true) {
    const turns = facts.heard.length + facts.unrecognised;
    checks.push(
      check(
        'no_premature_reply',
        facts.doubleTalkMs <= TALK_OVER_MS && facts.brokenOff === 0 && turns <= spokenSteps,
        `никто никого не перебил, реплик абонента не больше ${spokenSteps}`,
        `внахлёст ${facts.doubleTalkMs} мс, оборвано ${facts.brokenOff}, реплик ${turns}`,
      ),
    );
  }
  const most = (name: keyof Expectations, limit: string | undefined, gotMs: number): void => {
    if (limit !== undefined)
      checks.push(check(name, gotMs <= durationMs(limit), `≤ ${limit}`, `${Math.round(gotMs)} мс`));
  };
  const lastedMs = lasted(events);
  most(
    'silent_at_most',
    expect.silent_at_most,
    recording === undefined ? Infinity : longestSilenceMs(recording),
  );
  most('lasts_at_most', expect.lasts_at_most, lastedMs);
  if (expect.lasts_at_least !== undefined)
    checks.push(
      check(
        'lasts_at_least',
        lastedMs >= durationMs(expect.lasts_at_least),
        `≥ ${expect.lasts_at_least}`,
        `${lastedMs} мс`,
      ),
    );
  const { lost_packets: loss } = expect;
  if (loss !== undefined) {
    const lost = only(events, 'media.measured').at(0)?.lost ?? NaN;
    checks.push(
      check(
        'lost_packets',
        lost >= (loss.at_least ?? 0) && lost <= (loss.at_most ?? Infinity),
        text(loss),
        String(lost),
      ),
    );
  }
  return checks;
}

/** From the end of the turn to the first sample of the reply to it. */
function replyGaps(events: readonly CallEvent[]): readonly number[] {
  return only(events, 'utterance.started').flatMap(({ replyTo, startMs }) => {
    const turn = only(events, 'turn.ended').findLast((ended) => ended.turn === replyTo);
    return turn === undefined ? [] : [startMs - turn.endMs];
  });
}

function lasted(events: readonly CallEvent[]): number {
  const at = (type: 'line.answered' | 'line.ended'): number => Date.parse(only(events, type).at(0)?.at ?? '');
  return at('line.ended') - at('line.answered');
}

/** Nobody is heard, on the recording. */
export function longestSilenceMs(recording: NonNullable<HeldCall['facts']['recording']>): number {
  const caller = callerVoice(recording.caller, recording.rateHz);
  const assistant = assistantVoice(recording.assistant, recording.rateHz);
  let longest = 0;
  let quiet = 0;
  caller.forEach((voiced, at) => {
    quiet = voiced || assistant[at] === true ? 0 : quiet + WINDOW_MS;
    longest = Math.max(longest, quiet);
  });
  return longest;
}

function matches(pattern: string, got: string): boolean {
  return new RegExp(pattern, 'iu').test(got);
}

function check(name: string, ok: boolean, wanted: string, got: string): Check {
  return { name, ok, wanted, got };
}

function text(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return 'нет';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
