import { availableParallelism, cpus, loadavg } from 'node:os';
import { PART_NAMES, type Parts } from './parts.ts';
import { LIMITS, OTHERS_ON_USUAL, type Profile } from './profiles.ts';
import { summarise, type Summary } from './statistics.ts';
import type { MeasuredTurn } from './turns.ts';

export interface RunFigures {
  readonly profile: Profile;
  readonly line: 'quiet' | 'bad';
  readonly turns: number;
  readonly withPause: number;
  readonly gapMs: Summary;
  /** Last voice in → the operator's own words; longer than the gap where a filler bridged it. */
  readonly wordsMs: Summary;
  readonly providerMs: Summary;
  readonly overheadMs: Summary;
  readonly parts: Readonly<Record<keyof typeof PART_NAMES, Summary>>;
  readonly premature: number;
  readonly tooLate: number;
  readonly cutOffs: number;
  readonly falseInterruptions: number;
  readonly unanswered: number;
  /** First sounds that were no reply of the operator, by the journal's kind. */
  readonly bridged: Readonly<Record<string, number>>;
  readonly requestsPerTurn: Readonly<Record<'stt' | 'chat' | 'tts', number>>;
  readonly cancelledPerTurn: number;
}

/** What a run comes to. */
export function figures(
  profile: Profile,
  line: RunFigures['line'],
  turns: readonly MeasuredTurn[],
): RunFigures {
  const parts = turns.flatMap((turn) => turn.parts ?? []);
  const of = (name: keyof Parts) => summarise(parts.map((one) => one[name]));
  const sum = (count: (turn: MeasuredTurn) => number) => turns.reduce((all, turn) => all + count(turn), 0);
  const each = (count: (turn: MeasuredTurn) => number) => sum(count) / Math.max(1, turns.length);
  const bridged: Record<string, number> = {};
  for (const { gapMs, sound = 'unknown' } of turns)
    if (gapMs !== undefined && sound !== 'reply') bridged[sound] = (bridged[sound] ?? 0) + 1;
  return {
    profile,
    line,
    turns: turns.length,
    withPause: turns.filter(({ prompt }) => prompt.pauses.length > 0).length,
    gapMs: summarise(turns.flatMap(({ gapMs }) => gapMs ?? [])),
    wordsMs: summarise(parts.map(({ providerMs, overheadMs }) => providerMs + overheadMs)),
    providerMs: of('providerMs'),
    overheadMs: of('overheadMs'),
    parts: {
      toStt: of('toStt'),
      stt: of('stt'),
      toChat: of('toChat'),
      chat: of('chat'),
      toTts: of('toTts'),
      tts: of('tts'),
      toSound: of('toSound'),
    },
    premature: sum(({ premature }) => premature),
    tooLate: sum(({ tooLate }) => tooLate),
    cutOffs: sum(({ cutOffs }) => cutOffs),
    falseInterruptions: sum(({ falseInterruptions }) => falseInterruptions),
    unanswered: turns.filter(({ gapMs, premature }) => gapMs === undefined && premature === 0).length,
    bridged,
    requestsPerTurn: {
      stt: each(({ requests }) => requests.stt),
      chat: each(({ requests }) => requests.chat),
      tts: each(({ requests }) => requests.tts),
    },
    cancelledPerTurn: each(({ cancelled }) => cancelled),
  };
}

/** The machine that was measured on. */
export function machine(): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${availableParallelism()} × ${cpu?.model.trim() ?? 'unknown CPU'}, node ${process.version}, ${process.platform}-${process.arch}, load ${load}`;
}

/** A run as Markdown. */
export function runTable(run: RunFigures): string {
  const { profile, gapMs, wordsMs, providerMs, overheadMs } = run;
  const bridged = Object.entries(run.bridged).map(([kind, count]) => `${count} ${kind}`);
  const requests = run.requestsPerTurn;
  return [
    `\n${title(run)}: ${profile.sttMs} / ${profile.chatMs} + ${profile.wordMs} a word / ${profile.ttsMs} ms, ${run.turns} turns (${run.withPause} with a pause ≥ 250 ms inside)`,
    '',
    row('ms', 'p50', 'p95', 'p99', 'max'),
    '|---|--:|--:|--:|--:|',
    cells('gap on the recording', gapMs),
    cells('… to the operator’s own words', wordsMs),
    cells('provider’s own sum', providerMs),
    cells('overhead', overheadMs),
    ...Object.entries(PART_NAMES).map(([key, name]) =>
      cells(`· ${name}`, run.parts[key as keyof typeof PART_NAMES]),
    ),
    '',
    `premature replies ${run.premature}, cut-offs ${run.cutOffs}, false interruptions ${run.falseInterruptions}, replies so late that the caller had gone on ${run.tooLate}, unanswered ${run.unanswered}; first sound was no reply of the operator: ${bridged.join(', ') || 'never'}`,
    `requests a turn: STT ${requests.stt.toFixed(2)}, chat ${requests.chat.toFixed(2)}, speech ${requests.tts.toFixed(2)}; given up ${run.cancelledPerTurn.toFixed(2)}`,
  ].join('\n');
}

/** The usual profile beside what issue 4 says of others. */
export function comparison(runs: readonly RunFigures[]): string {
  const usual = runs.find(({ profile, line }) => profile.name === 'usual' && line === 'quiet');
  if (usual === undefined) return '';
  return [
    '\nUsual profile beside others:',
    '',
    row('', 'p50', 'p95', 'source'),
    '|---|--:|--:|---|',
    row('HALO, first sound', ms(usual.gapMs.p50), ms(usual.gapMs.p95), 'this run'),
    row('HALO, the operator’s own words', ms(usual.wordsMs.p50), ms(usual.wordsMs.p95), 'this run'),
    ...OTHERS_ON_USUAL.map(([name, p50, p95]) => row(name, ms(p50), ms(p95), 'issue 4')),
  ].join('\n');
}

/** The limits of issue 4 that these runs can tell of. */
export function verdicts(
  runs: readonly RunFigures[],
): readonly { readonly what: string; readonly holds: boolean }[] {
  const list: { what: string; holds: boolean }[] = [];
  const below = (what: string, value: number | undefined, limit: number, unit = ' ms') => {
    const holds = value !== undefined && value <= limit;
    list.push({
      what: `${what}: ${value === undefined ? '—' : number(value)}${unit}, limit ${number(limit)}${unit}`,
      holds,
    });
  };
  for (const run of runs) {
    const { name } = run.profile;
    if (run.line === 'bad') {
      const quiet = runs.find((other) => other.line === 'quiet' && other.profile.name === name);
      const ratio = (run.gapMs.p95 ?? NaN) / (quiet?.gapMs.p95 ?? NaN);
      below(`${title(run)}, gap p95 beside the quiet line’s`, ratio, LIMITS.badLineP95Ratio, '×');
      continue;
    }
    if (name === 'usual') {
      // A filler is not what these two ask for.
      below('usual, gap to the operator’s own words p50', run.wordsMs.p50, LIMITS.usualP50Ms);
      below('usual, gap to the operator’s own words p95', run.wordsMs.p95, LIMITS.usualP95Ms);
    }
    if (name === 'slow') below('slow, longest silence', run.gapMs.max, LIMITS.slowMaxMs);
    below(
      `${name}, premature replies`,
      (100 * run.premature) / Math.max(1, run.turns),
      100 * LIMITS.prematureShare,
      ' %',
    );
    below(`${name}, unanswered turns`, run.unanswered, 0, '');
  }
  return list;
}

/** One turn in a line. */
export function turnLine({
  prompt,
  gapMs,
  parts,
  sound,
  premature,
  cutOffs,
  requests,
  heard,
}: MeasuredTurn): string {
  const inside = prompt.pauses.map(({ startMs, endMs }) => endMs - startMs);
  return [
    prompt.key.padEnd(34),
    `gap ${ms(gapMs)}`,
    parts === undefined
      ? ''
      : `= ${Object.keys(PART_NAMES)
          .map((key) => Math.round(parts[key as keyof Parts]))
          .join(' + ')}`,
    sound === 'reply' ? '' : `(${sound ?? 'no sound known'})`,
    `requests ${requests.stt}/${requests.chat}/${requests.tts}`,
    inside.length > 0 ? `pauses ${inside.join(', ')}` : '',
    premature > 0 ? `PREMATURE ${premature}` : '',
    cutOffs > 0 ? `CUT OFF ${cutOffs}` : '',
    heard.map((text) => `«${text}»`).join(' '),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function title({ profile, line }: RunFigures): string {
  return `${profile.name}${line === 'bad' ? ', 15 dB of noise and 5 % loss' : ''}`;
}

function cells(name: string, { p50, p95, p99, max }: Summary): string {
  return row(name, ms(p50), ms(p95), ms(p99), ms(max));
}

function row(...values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}

function ms(value: number | undefined): string {
  return value === undefined ? '—' : Math.round(value).toLocaleString('en-GB');
}

function number(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
