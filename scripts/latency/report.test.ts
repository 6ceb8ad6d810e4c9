import { describe, expect, it } from 'vitest';
import { PROFILES } from './profiles.ts';
import type { Prompt } from './prompts.ts';
import { comparison, figures, runTable, verdicts } from './report.ts';
import type { MeasuredTurn } from './turns.ts';

const PARTS = { toStt: 0, stt: 300, toChat: 0, chat: 350, toTts: 80, tts: 250, toSound: 0, providerMs: 980 };

function turn(gapMs: number | undefined, other: Partial<MeasuredTurn> = {}): MeasuredTurn {
  return {
    prompt: { pauses: [] } as unknown as Prompt,
    startMs: 0,
    endMs: 2000,
    gapMs,
    premature: 0,
    tooLate: 0,
    cutOffs: 0,
    falseInterruptions: 0,
    parts: gapMs === undefined ? undefined : { ...PARTS, overheadMs: gapMs - PARTS.providerMs },
    sound: 'reply',
    requests: { stt: 1, chat: 1, tts: 2 },
    cancelled: 0,
    heard: [],
    ...other,
  };
}

describe('figures and verdicts', () => {
  const quiet = figures(PROFILES.usual, 'quiet', [turn(1_000), turn(1_100), turn(1_300)]);

  it('judge the usual profile by issue 4', () => {
    expect(verdicts([quiet]).map(({ holds }) => holds)).toEqual([true, false, true, true]);
  });

  it('do not take a filler for an answer', () => {
    const late = { parts: { ...PARTS, overheadMs: 700 }, sound: 'filler' };
    const [p50] = verdicts([figures(PROFILES.usual, 'quiet', [turn(900, late)])]);
    expect(p50).toEqual({ what: expect.stringContaining('1,680 ms') as string, holds: false });
  });

  it('judge a bad line beside the quiet one, and not at all where nothing was heard', () => {
    const bad = (gapMs: number | undefined) => figures(PROFILES.usual, 'bad', [turn(gapMs)]);
    const last = (gapMs: number | undefined) => verdicts([quiet, bad(gapMs)]).at(-1);
    expect(last(1_600)?.holds).toBe(true);
    expect(last(1_800)?.holds).toBe(false);
    expect(last(undefined)?.holds).toBe(false);
  });

  it('count what went wrong', () => {
    const turns = [
      turn(900, { sound: 'filler' }),
      turn(undefined),
      turn(undefined, { premature: 1, cutOffs: 1, falseInterruptions: 2 }),
    ];
    expect(figures(PROFILES.slow, 'quiet', turns)).toMatchObject({
      ...{ turns: 3, premature: 1, cutOffs: 1, falseInterruptions: 2, unanswered: 1, bridged: { filler: 1 } },
      requestsPerTurn: { stt: 1, chat: 1, tts: 2 },
    });
  });

  it('print the table, and the others only beside the usual profile', () => {
    expect(runTable(quiet)).toContain('| gap on the recording | 1,100 | 1,300 | 1,300 | 1,300 |');
    expect(comparison([quiet])).toContain('| HALO, first sound | 1,100 | 1,300 | this run |');
    expect(comparison([figures(PROFILES.fast, 'quiet', [turn(900)])])).toBe('');
  });
});
