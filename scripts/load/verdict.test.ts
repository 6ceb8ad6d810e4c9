import { describe, expect, it } from 'vitest';
import { summarise } from '../latency/statistics.ts';
import type { EndedCall } from './call-book.ts';
import { leaks } from './handles.ts';
import type { Handles, Weight } from './messages.ts';
import type { Sample, SoakFigures } from './soak.ts';
import { memoryOf, verdicts } from './verdict.ts';

const MB = 2 ** 20;
const RUN = { calls: 30 };
const NONE = summarise([]);

/** Twenty samples in ten minutes; the heap doubles while it warms up. */
const samples = (mbPerMinute: number): Sample[] =>
  Array.from({ length: 20 }, (_, at) => {
    const atMinute = at / 2;
    const mb = atMinute < 2 ? 50 + 25 * atMinute : 100 + mbPerMinute * atMinute + (at % 3);
    return {
      ...{ atMinute, heap: mb * MB, heapTotal: mb * MB, rss: 2 * mb * MB, anonymous: mb * MB },
      ...{ live: 30, collectedInMs: 80, machinePercent: 50 },
    };
  });

const weight = (handles: Handles): Weight => ({
  ...{
    rss: 0,
    heap: 0,
    heapTotal: 0,
    anonymous: 0,
    lost: 0,
    cpuMs: 0,
    collectedInMs: 0,
    latenessMs: NONE,
    handles,
  },
  loopDelayMs: { p50: 0, p99: 0, max: 0 },
  loopDelayOfRunMs: { p50: 0, p99: 0, max: 0 },
});

const call = (wrong: readonly string[]): EndedCall => ({
  callId: '0d9a2a4c-6f0e-4b35-9c57-3f1d2b8e7a60' as EndedCall['callId'],
  ...{ nth: 0, caller: 'да', recording: null, wrong },
  planned: { status: 'completed', disposition: 'interested' },
  got: { status: 'completed', finalDisposition: 'interested', reason: null },
});

const figures = (changes: Partial<SoakFigures> = {}): SoakFigures => ({
  ...{ elapsedSec: 660, interrupted: false, ordered: 1, cut: 0, mostLive: 30, ended: [call([])] },
  ...{ providerFailures: 0, gapMs: NONE, gapOnRecordingMs: NONE, cpuPercent: 50, troubles: [] },
  ...{ before: weight({ Timeout: 20 }), after: weight({ Timeout: 19 }), samples: samples(0.1) },
  ...changes,
});

/** What does not hold, and what is not judged. */
const failing = (changes: Partial<SoakFigures>, run = RUN) =>
  verdicts(figures(changes), run).flatMap(({ what, holds }) => (holds === false ? what : []));
const unjudged = (changes: Partial<SoakFigures>, run = RUN) =>
  verdicts(figures(changes), run).flatMap(({ what, holds }) => (holds === null ? what : []));

describe('The verdict on a load', () => {
  it('is that all holds where all was well; what the warm-up took is no growth', () => {
    expect(verdicts(figures(), RUN).map(({ holds }) => holds)).toEqual(Array(6).fill(true));
    expect(memoryOf(samples(0.1)).heap?.perMinute).toBeCloseTo(0.1, 1);
  });

  it('finds memory that grows by a megabyte a minute', () => {
    expect(failing({ samples: samples(1.2) })).toEqual([
      expect.stringMatching(/^куча после сборки мусора: \+1\.\d\d ± 0\.\d\d МБ\/мин/),
      expect.stringMatching(/^память процесса \(RSS\): \+2\.\d\d/),
    ]);
  });

  it('does not judge memory by less than three minutes after the two in which any process grows', () => {
    expect(unjudged({ samples: samples(9).slice(0, 10) })).toHaveLength(2);
    expect(failing({ samples: samples(9).slice(0, 11) })).toHaveLength(2);
    expect(unjudged({ samples: [] })).toHaveLength(2);
  });

  it('names what stays open', () => {
    const after = weight({ Timeout: 19, 'UDP-сокеты': 2, 'fd socket': 1 });
    expect(failing({ after })).toEqual(['остались открытыми: UDP-сокеты 0 → 2, fd socket 0 → 1']);
    expect(leaks({ Timeout: 3 }, { Timeout: 3 })).toEqual([]);
  });

  it('finds a call that went otherwise, a slot too many and a fault of its own', () => {
    expect(failing({ ended: [call([]), call(['итог neutral'])] })).toEqual([
      'звонки с тем концом, что задуман: 1 из 2',
    ]);
    expect(failing({ mostLive: 31 })).toEqual(['звонков сразу не больше 30: было 31']);
    expect(failing({ troubles: ['заказ 1 не принят'] })).toEqual(['сбоев самой проверки: 1']);
    expect(failing({ ended: [] })).toEqual(['звонки с тем концом, что задуман: 0 из 0']);
  });

  it('does not call an interrupted run a success', () => {
    const after = weight({ Timeout: 21 });
    expect(unjudged({ interrupted: true, cut: 3, after })).toEqual([
      'остались открытыми: Timeout 20 → 21',
      'звонки с тем концом, что задуман: 1 из 1; прерваны нами: 3',
    ]);
  });
});
