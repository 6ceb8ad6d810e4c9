import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallEventOf, CallEventType } from '../contract/call-event.ts';
import { toCallId } from '../contract/ids.ts';
import type { MediaNumbers } from '../contract/media-numbers.ts';
import type { FrameTicker } from '../ports/clock.ts';
import { openOfflineParts, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { Audience } from './audience.ts';
import { MediaPath } from './media-path.ts';

vi.setConfig({ testTimeout: 60_000 });

let parts: OfflineParts;
beforeAll(async () => {
  parts = await openOfflineParts();
});
afterAll(() => parts.close());

describe('A call’s media numbers', () => {
  it('are told from the answer to the end over a bad line, and come to what the journal says', async () => {
    const lab = await CallLab.open(parts);
    const seen: (readonly [CallEventType, MediaNumbers | undefined])[] = [];
    let measured: CallEventOf<'media.measured'> | undefined;
    lab.exchange.subscribe((event) => {
      seen.push([event.type, lab.exchange.mediaNumbers(event.callId)]);
      if (event.type === 'media.measured') measured = event;
    });
    const faults = { loss: 0.05, jitterMs: 40, duplicates: 0.05, seed: 1 };
    const { callId } = await lab.call({ phone: '+79990000006', farEnd: { persona: 'hangs_up', faults } });

    const told = (type: CallEventType): MediaNumbers | undefined => seen.find(([one]) => one === type)?.[1];
    expect(told('line.ringing')).toBeUndefined();
    const early = told('utterance.started')!;
    const late = told('speech.started')!;
    expect(late.sent).toBeGreaterThan(early.sent);
    expect(late.lost / (late.lost + late.received)).toBeGreaterThan(0.01);
    expect(late.duplicate).toBeGreaterThan(0);
    expect(late.jitterMs).toBeGreaterThan(2);
    expect(late.bufferMs).toBeGreaterThan(20);
    expect(late.loopback).toBe(true);

    const last = told('media.measured')!;
    const { packets, lost, late: tooLate, strangers, concealedFrames, jitterMs } = measured!;
    expect(last).toMatchObject({
      received: packets,
      lost,
      late: tooLate,
      strangers,
      concealedFrames,
      jitterMs,
    });
    expect(lab.exchange.mediaNumbers(callId)).toBeUndefined();
  });

  it('tell how late this call’s own beats are', async () => {
    const lab = await CallLab.open(parts);
    let beat: (frame: number, lateMs: number) => void = () => undefined;
    const ticker: FrameTicker = {
      start: (onFrame) => {
        beat = onFrame;
        return () => undefined;
      },
    };
    const path = await MediaPath.open({
      callId: toCallId('11111111-1111-4111-8111-111111111111'),
      ...{ transport: lab.transport, recordings: lab.recordings, ticker, audience: new Audience() },
      now: () => lab.clock.now(),
      vad: { push: () => [], reset: () => {} },
    });
    expect(path.numbers).toBeUndefined();
    path.start({ address: '192.0.2.1', port: 9 }, () => {});
    [1, 2, 30.004, 1].forEach((lateMs, frame) => beat(frame, lateMs));
    expect(path.numbers).toMatchObject({
      sent: 4,
      received: 0,
      lateness: { p50Ms: 1, p99Ms: 30, maxMs: 30, lastSecondMaxMs: 30, worstMs: 30 },
      loopback: false,
    });
    await path.close();
  });
});
