import { describe, expect, it } from 'vitest';
import { JitterBuffer, type ReceivedFrame } from './jitter-buffer.ts';

interface Line {
  readonly seconds: number;
  /** How much faster the sender's clock runs, in parts per million. */
  readonly ppm?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  /** Milliseconds by which packets are late, beside the jitter, by the sender's time. */
  readonly extraMs?: (sentMs: number) => number;
  readonly signal?: (sample: number) => number;
}

interface Heard {
  readonly frames: readonly ReceivedFrame[];
  readonly delaysMs: readonly number[];
  readonly late: number;
}

/** A small generator of repeatable chance (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const speech = (sample: number): number => 6000 * Math.sin((2 * Math.PI * 210 * sample) / 8000);
/** 300 ms of voice, 200 ms of near silence. */
const words = (sample: number): number => (sample % 4000 < 2400 ? speech(sample) : 20 * Math.sin(sample));

/** Packets of 20 ms over a line, pulled on our own beat; all in virtual time. */
function listen(line: Line, seed = 1): Heard {
  const { seconds, ppm = 0, jitterMs = 0, loss = 0, extraMs = () => 0, signal = speech } = line;
  const random = chance(seed);
  const arrivals = Array.from({ length: seconds * 50 }, (_, i) => {
    const sentMs = (i * 20) / (1 + ppm / 1e6);
    return { i, lost: random() < loss, atMs: sentMs + random() * jitterMs + extraMs(sentMs) };
  })
    .filter(({ lost }) => !lost)
    .sort((a, b) => a.atMs - b.atMs);
  const buffer = new JitterBuffer();
  const frames: ReceivedFrame[] = [];
  const delaysMs: number[] = [];
  let late = 0;
  let next = 0;
  for (let beat = 0; beat < seconds * 50; beat++) {
    for (; next < arrivals.length && arrivals[next]!.atMs <= beat * 20 + 7; next++) {
      const timestamp = arrivals[next]!.i * 160;
      const samples = Int16Array.from({ length: 160 }, (_, k) => signal(timestamp + k));
      if (buffer.push({ timestamp, samples }) === 'late') late += 1;
    }
    frames.push(buffer.pull());
    delaysMs.push(buffer.delayMs);
  }
  return { frames, delaysMs, late };
}

const share = (heard: Heard, kind: ReceivedFrame['kind']): number =>
  heard.frames.filter((frame) => frame.kind === kind).length / heard.frames.length;

describe('JitterBuffer', () => {
  it('holds 40 ms on an even line', () => {
    const heard = listen({ seconds: 20 });
    expect(share(heard, 'concealed')).toBe(0);
    expect(heard.delaysMs.at(-1)).toBe(40);
  });

  it.each([1, 2, 3, 4])('copes with 40 ms of jitter and one packet in twenty lost (seed %i)', (seed) => {
    const heard = listen({ seconds: 60, jitterMs: 40, loss: 0.05, signal: words }, seed);
    // 5 % are lost on the way; little may be added to that by coming late.
    expect(share(heard, 'concealed')).toBeLessThan(0.075);
    expect(Math.max(...heard.delaysMs.slice(50))).toBeLessThanOrEqual(120);
  });

  it('grows for packets that come late while others are waiting', () => {
    const heard = listen({ seconds: 30, jitterMs: 80, signal: words });
    expect(heard.late / 1500).toBeLessThan(0.03);
    expect(share(heard, 'concealed')).toBeLessThan(0.04);
  });

  it('waits at once for a line that falls behind, and drops nothing of it', () => {
    const heard = listen({ seconds: 10, extraMs: (sentMs) => (sentMs > 5000 ? 60 : 0) });
    expect(heard.late).toBe(0);
    expect(heard.frames.filter((frame) => frame.kind === 'concealed')).toHaveLength(2);
  });

  it.each([200, -200])('follows a clock that is %i ppm off for two minutes', (ppm) => {
    for (const signal of [speech, words]) {
      const heard = listen({ seconds: 120, ppm, signal });
      const steady = heard.delaysMs.slice(50);
      expect(Math.max(...steady)).toBeLessThanOrEqual(82);
      expect(Math.min(...steady)).toBeGreaterThanOrEqual(15);
      expect(share(heard, 'concealed')).toBeLessThan(0.001);
      expect(share(heard, 'silence')).toBeLessThan(0.001);
    }
  });

  it('drifts and jitters together without growing delay', () => {
    const heard = listen({ seconds: 120, ppm: 200, jitterMs: 40, loss: 0.05, signal: words });
    expect(heard.delaysMs.at(-1)).toBeLessThanOrEqual(100);
    expect(share(heard, 'concealed')).toBeLessThan(0.08);
  });

  it('stretches for a line that slows down by 60 ms, and comes back when it recovers', () => {
    const slow = (sentMs: number): number => (sentMs > 5000 && sentMs < 12_000 ? 60 : 0);
    const heard = listen({ seconds: 30, extraMs: slow, signal: words });
    expect(share({ ...heard, frames: heard.frames.slice(300, 590) }, 'voice')).toBeGreaterThan(0.99);
    expect(heard.delaysMs.at(-1)).toBeLessThanOrEqual(60);
    expect(share(heard, 'concealed')).toBeLessThan(0.01);
  });

  it('takes a line that slows down by half a second for a new start', () => {
    const heard = listen({ seconds: 20, extraMs: (sentMs) => (sentMs > 5000 ? 500 : 0) });
    const after = heard.frames.slice(300);
    expect(after.every((frame) => frame.kind === 'voice')).toBe(true);
    expect(heard.delaysMs.at(-1)).toBeLessThanOrEqual(60);
  });

  it('loses nothing when this process stalls: packets wait, then beats catch up', () => {
    const buffer = new JitterBuffer();
    const heard: number[] = [];
    const push = (i: number): void => {
      buffer.push({ timestamp: i * 160, samples: new Int16Array(160).fill(i + 1) });
    };
    let sent = 0;
    for (let beat = 0; beat < 200; beat++) {
      if (beat === 100) while (sent < 125) push(sent++);
      if (sent <= beat) push(sent++);
      heard.push(buffer.pull().samples[80]!);
    }
    expect(heard.slice(2)).toEqual(Array.from({ length: 198 }, (_, i) => i + 1));
  });

  it('splices and conceals without clicks', () => {
    const heard = listen({ seconds: 120, ppm: 200, loss: 0.02 });
    const ownStep = 6000 * 2 * Math.sin((Math.PI * 210) / 8000);
    let largest = 0;
    let last = 0;
    for (const frame of heard.frames) {
      for (const sample of frame.samples) {
        largest = Math.max(largest, Math.abs(sample - last));
        last = sample;
      }
    }
    expect(largest).toBeLessThan(2 * ownStep);
  });
});
