import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { onTheLine } from '../testing/echo-path.ts';
import { callerFrom, echoScenes, movedEcho, turnEvents, underCaller } from '../testing/echo-scenes.ts';
import type { EchoScene } from '../testing/echo-scenes.ts';
import type { TurnEvent } from './turn-detector.ts';
import { EchoDetector } from './echo-detector.ts';

const FRAME = 160;
const PATHS = 6;
const BARGE_IN_AT = 4 * 8000;

type Started = Extract<TurnEvent, { type: 'speech.started' }>;
const started = (events: readonly TurnEvent[]) =>
  events.filter((event): event is Started => event.type === 'speech.started');
const tookTheFloor = (events: readonly TurnEvent[]) => events.some(({ type }) => type === 'speech.sustained');

describe('EchoDetector before the turn detector, on voices', () => {
  let scenes: EchoScene[];
  beforeAll(async () => {
    scenes = await echoScenes(PATHS, { noisy: false });
  });

  it('keeps the echo from being heard as a caller, where without it every path is', () => {
    for (const { sent, echo, path } of scenes) {
      const heard = onTheLine(echo);
      expect(tookTheFloor(turnEvents(sent, heard)), path.name).toBe(true);
      expect(started(turnEvents(sent, heard, new EchoDetector())), path.name).toEqual([]);
    }
  });

  it.each([
    ['speech.started', 96],
    ['speech.sustained', 64],
  ] as const)('lets a caller through who is 10 dB louder: %s at most %i ms later', (type, mostMs) => {
    for (const scene of scenes) {
      const caller = callerFrom(scene, BARGE_IN_AT);
      const onset = (heard: Int16Array, detector?: EchoDetector) =>
        turnEvents(scene.sent, heard, detector).find((e) => e.type === type && e.atSample > BARGE_IN_AT)!
          .atSample;
      const alone = onset(onTheLine(caller));
      const over = onset(onTheLine(underCaller(scene), caller), new EchoDetector());
      expect((over - alone) / 8, scene.path.name).toBeLessThanOrEqual(mostMs);
    }
  });

  it('never gives the floor to an echo whose delay changes', () => {
    for (const scene of scenes) {
      const heard = onTheLine(movedEcho(scene, 173));
      expect(tookTheFloor(turnEvents(scene.sent, heard, new EchoDetector())), scene.path.name).toBe(false);
    }
  });

  it('says how long the echo takes', () => {
    for (const { sent, echo, path } of scenes) {
      const detector = new EchoDetector();
      const heard = onTheLine(echo);
      for (let at = 0; at + FRAME <= heard.length / 2; at += FRAME) {
        detector.sent(sent.subarray(at, at + FRAME));
        detector.judge(heard.subarray(at, at + FRAME));
      }
      expect(Math.abs(detector.lagMs! - path.delayMs), path.name).toBeLessThan(25);
    }
  });

  it('never takes a caller for an echo where the line gives none back', () => {
    for (const scene of scenes) {
      const caller = callerFrom(scene, BARGE_IN_AT);
      const heard = onTheLine(caller);
      expect(turnEvents(scene.sent, heard, new EchoDetector())).toEqual(turnEvents(scene.sent, heard));
    }
  });
});

const loudness = fc.constantFrom(0, 1, 40, 3000, 32_768);
const frame = loudness.chain((peak) =>
  fc
    .array(fc.integer({ min: -peak, max: Math.min(32_767, peak) }), { minLength: 16, maxLength: 16 })
    .map((values) => Int16Array.from({ length: FRAME }, (_, i) => values[(i * 7) % 16]!)),
);

describe('EchoDetector', () => {
  it('takes any sound: it never throws, a residual is a frame, and silence stays silence', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(frame, frame), { maxLength: 60 }), fc.nat(30), (frames, lag) => {
        const detector = new EchoDetector();
        for (const [i, [sent, other]] of frames.entries()) {
          detector.sent(sent);
          const heard = i % 3 === 0 ? other : (frames[i - lag]?.[0] ?? other);
          const before = heard.slice();
          const { echo, residual } = detector.judge(heard);
          expect(heard).toEqual(before);
          expect(residual === undefined || residual.length === FRAME).toBe(true);
          if (heard.every((x) => x === 0)) expect({ echo, residual }).toEqual({ echo: false });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('survives the loudest sound there is, and is well afterwards', () => {
    const detector = new EchoDetector();
    const square = Int16Array.from({ length: FRAME }, (_, i) => (i % 20 < 10 ? -32_768 : 32_767));
    for (let i = 0; i < 200; i++) {
      detector.sent(square);
      detector.judge(i < 100 ? square : square.map((x) => (x < 0 ? 32_767 : -32_768)));
    }
    const { residual } = detector.judge(new Int16Array(FRAME));
    expect(residual ?? new Int16Array(FRAME)).toEqual(new Int16Array(FRAME));
  });

  it('does not touch a caller while nothing is sent, nor 600 ms after', async () => {
    const [scene] = await echoScenes(1, { noisy: false });
    const { sent, caller } = scene!;
    const detector = new EchoDetector();
    const judged = () => {
      for (let at = 0; at + FRAME <= caller.length; at += FRAME) {
        detector.sent(new Int16Array(FRAME));
        expect(detector.judge(caller.subarray(at, at + FRAME))).toEqual({ echo: false });
      }
    };
    judged();
    for (let at = 0; at + FRAME <= sent.length; at += FRAME) {
      detector.sent(sent.subarray(at, at + FRAME));
      detector.judge(new Int16Array(FRAME));
    }
    judged();
  });

  it('refuses frames of another length', () => {
    expect(() => new EchoDetector().sent(new Int16Array(80))).toThrow(RangeError);
    expect(() => new EchoDetector().judge(new Int16Array(161))).toThrow(/160 samples/);
  });
});
