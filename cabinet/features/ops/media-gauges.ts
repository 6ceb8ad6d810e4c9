import { msg } from '@lit/localize';
import { formatMs, formatPercent } from '../../ui/format.ts';
import type { Tone } from '../../ui/words.ts';
import { lateShare, lossShare, measureNow, pointsOf, type MediaSample, type Point } from './media-history.ts';

/** One thing that can go wrong with a call's sound: how it is now, how it was, and what that means. */
export interface Gauge {
  readonly name: string;
  readonly value: string;
  /** What the value is taken over. */
  readonly span: string;
  readonly tone: Tone;
  readonly words: string;
  readonly points: readonly Point[];
  /** From here on it is no longer good. */
  readonly limit: number;
  readonly format: (value: number) => string;
}

// ITU-T G.1010 table I.1: conversational voice bears less than 3 % of its packets lost; engineers plan for 1 %.
const LOSS = { warm: 0.01, bad: 0.03 };
// The jitter buffer adds 120 ms at most (engine/media/jitter-buffer.ts).
const JITTER_MS = { warm: 30, bad: 60 };
// One frame is 20 ms: later than that is a hole which the far end's buffer must bridge.
const LATENESS_MS = { warm: 10, bad: 20 };

/** The latest minute in four gauges; `samples` oldest first. */
export function gaugesOf(samples: readonly MediaSample[]): readonly Gauge[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  // Of the first sample, all that is known: since the answer.
  const answer = { ...last, received: 0, lost: 0, late: 0 };
  const lost = measureNow(samples, lossShare) ?? lossShare(answer, last);
  const late = measureNow(samples, lateShare) ?? lateShare(answer, last);
  const { jitterMs, lateness } = last;
  return [
    {
      ...{ name: msg('Потери'), value: percent(lost), span: msg('за 10 с') },
      ...graded(lost, LOSS, msg('не слышны'), msg('потери заметны'), msg('речь рвётся')),
      ...{ points: pointsOf(samples, lossShare), format: percent },
    },
    {
      ...{ name: msg('Опоздали'), value: percent(late), span: msg('за 10 с') },
      ...graded(late, LOSS, msg('успевают'), msg('опоздания слышны'), msg('буфер не успевает')),
      ...{ points: pointsOf(samples, lateShare), format: percent },
    },
    {
      ...{ name: msg('Джиттер'), value: formatMs(jitterMs), span: msg('сейчас') },
      ...graded(jitterMs, JITTER_MS, msg('буферу по силам'), msg('сеть дрожит'), msg('буферу не по силам')),
      ...{ points: pointsOf(samples, (_, to) => to.jitterMs), format: formatMs },
    },
    {
      ...{
        name: msg('Наши пакеты опаздывают'),
        value: formatMs(lateness.p99Ms),
        span: msg('99 из 100, за 10 с'),
      },
      ...graded(
        lateness.p99Ms,
        LATENESS_MS,
        msg('ритм ровный'),
        msg('пакеты уходят неровно'),
        msg('сервер не успевает'),
      ),
      ...{ points: pointsOf(samples, (_, to) => to.lateness.lastSecondMaxMs), format: formatMs },
    },
  ];
}

function graded(
  value: number,
  { warm, bad }: { readonly warm: number; readonly bad: number },
  fine: string,
  worse: string,
  worst: string,
): Pick<Gauge, 'tone' | 'words' | 'limit'> {
  if (value > bad) return { tone: 'bad', words: worst, limit: warm };
  if (value > warm) return { tone: 'warm', words: worse, limit: warm };
  return { tone: 'good', words: fine, limit: warm };
}

function percent(share: number): string {
  return formatPercent(share, 1);
}
