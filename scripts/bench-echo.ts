/**
 * Does the assistant's own echo pass for a caller, and does a caller still come through: `npm run bench:echo
 * [paths, default 20]`. Seeded line echoes and speakerphones (6 to 30 dB, 20 to 480 ms, through μ-law both ways),
 * the bundled voices on both sides, the product's turn detector behind it.
 */
import { performance } from 'node:perf_hooks';
import { EchoDetector } from '../engine/media/echo-detector.ts';
import { muLawDecode } from '../engine/media/g711.ts';
import type { TurnEvent } from '../engine/media/turn-detector.ts';
import { onTheLine } from '../engine/testing/echo-path.ts';
import {
  callerFrom,
  echoScenes,
  movedEcho,
  underCaller,
  turnEvents,
  type EchoScene,
} from '../engine/testing/echo-scenes.ts';

const count = Number(process.argv[2] ?? 20);
const FRAME = 160;
const BARGE_IN_AT_S = [3, 4.13, 5.37];
const MOVED_SAMPLES = 173;
/** An onset on a detector that decides every 32 ms. */
const LATE_MS = [32, 64, 96];
const BARGE_IN = ['speech.started', 'speech.sustained'] as const;

const share = (part: number, whole: number) => `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
const at = (sorted: number[], q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;

/** What an echo passes for: any voice, one that began later than 300 ms after it, one that takes the floor. */
function falseVoices(scene: EchoScene, heard: Int16Array, detector?: EchoDetector) {
  const first = scene.echo.findIndex((x) => Math.abs(x) > 20);
  const events = turnEvents(scene.sent, heard, detector);
  return {
    any: events.some((e) => e.type === 'speech.started'),
    later: events.some((e) => e.type === 'speech.started' && e.startSample > first + 300 * 8),
    floor: events.some((e) => e.type === 'speech.sustained'),
  };
}

/** Milliseconds from the first echo until it was found. */
function timeToFind({ sent, echo }: EchoScene, heard: Int16Array): number | undefined {
  const first = echo.findIndex((x) => Math.abs(x) > 20);
  const detector = new EchoDetector();
  for (let from = 0; from + FRAME <= heard.length; from += FRAME) {
    detector.sent(sent.subarray(from, from + FRAME));
    detector.judge(heard.subarray(from, from + FRAME));
    if (detector.lagMs !== undefined) return (from + FRAME - first) / 8;
  }
  return undefined;
}

function tally(into: Record<string, number>, what: Record<string, boolean>): void {
  for (const [name, is] of Object.entries(what)) if (is) into[name] = (into[name] ?? 0) + 1;
}

function costs(scene: EchoScene, heard: Int16Array) {
  const detector = new EchoDetector();
  const [searching, known, idle]: [number[], number[], number[]] = [[], [], []];
  const silence = new Int16Array(FRAME);
  for (let from = 0; from + FRAME <= heard.length + 100 * FRAME; from += FRAME) {
    const sent = from < heard.length ? scene.sent.subarray(from, from + FRAME) : silence;
    const frame = from < heard.length ? heard.subarray(from, from + FRAME) : silence;
    const list = from > heard.length + 40 * FRAME ? idle : detector.lagMs === undefined ? searching : known;
    const t = performance.now();
    detector.sent(sent);
    detector.judge(frame);
    list.push((performance.now() - t) * 1000);
  }
  return { searching, known, idle };
}

const ulaw = Uint8Array.from({ length: FRAME }, (_, i) => (i * 37) & 0xff);
for (let i = 0; i < 20_000; i++) muLawDecode(ulaw);
const t0 = performance.now();
for (let i = 0; i < 20_000; i++) muLawDecode(ulaw);
console.log(`yardstick: μ-law decode of a frame ${((performance.now() - t0) / 20).toFixed(2)} µs`);

const total = { searching: [] as number[], known: [] as number[], idle: [] as number[] };
for (const noisy of [false, true]) {
  const scenes = await echoScenes(count, { noisy });
  const without = { any: 0, later: 0, floor: 0 };
  const withIt = { any: 0, later: 0, floor: 0 };
  const moved = { any: 0, later: 0, floor: 0 };
  const late = { 'speech.started': [] as number[], 'speech.sustained': [] as number[] };
  const found: number[] = [];
  for (const scene of scenes) {
    const heard = onTheLine(scene.echo, scene.noise);
    const elsewhere = onTheLine(movedEcho(scene, MOVED_SAMPLES), scene.noise);
    tally(without, falseVoices(scene, heard));
    tally(withIt, falseVoices(scene, heard, new EchoDetector()));
    tally(moved, falseVoices(scene, elsewhere, new EchoDetector()));
    const foundAfter = timeToFind(scene, heard);
    if (foundAfter !== undefined) found.push(foundAfter);
    for (const second of BARGE_IN_AT_S) {
      const caller = callerFrom(scene, second * 8000);
      const alone = turnEvents(scene.sent, onTheLine(caller, scene.noise));
      const over = turnEvents(
        scene.sent,
        onTheLine(underCaller(scene), scene.noise, caller),
        new EchoDetector(),
      );
      for (const type of BARGE_IN) {
        const is = (e: TurnEvent) => e.type === type && e.atSample > second * 8000;
        const wanted = alone.find(is);
        if (wanted) late[type].push(((over.find(is)?.atSample ?? Infinity) - wanted.atSample) / 8);
      }
    }
    const cost = costs(scene, heard);
    for (const part of ['searching', 'known', 'idle'] as const) total[part].push(...cost[part]);
  }
  found.sort((a, b) => a - b);
  console.log(
    `${noisy ? 'noise 20 dB under the caller' : 'quiet line'}, ${count} paths where the echo passes for`,
  );
  for (const [what, passed] of Object.entries({
    'without the detector': without,
    'with it': withIt,
    moved,
  })) {
    console.log(
      `  ${what}: a voice ${share(passed.any, count)}, one begun > 300 ms after the first echo ` +
        `${share(passed.later, count)}, one that takes the floor ${share(passed.floor, count)}`,
    );
  }
  console.log(
    `  echo found in ${share(found.length, count)}, ` +
      `${at(found, 0.5).toFixed(0)} / ${at(found, 0.95).toFixed(0)} ms after it began (p50 / p95)`,
  );
  for (const type of BARGE_IN) {
    const all = late[type];
    const within = LATE_MS.map((ms) => `≤ ${ms} ms ${share(all.filter((x) => x <= ms).length, all.length)}`);
    console.log(`  ${type} over an echo 10 dB weaker, later than without echo: ${within.join(', ')}`);
  }
}
for (const [part, us] of Object.entries(total)) {
  us.sort((a, b) => a - b);
  const mean = us.reduce((a, b) => a + b, 0) / us.length;
  console.log(
    `${part}: mean ${mean.toFixed(1)} µs a frame, p50 ${at(us, 0.5).toFixed(1)}, p95 ${at(us, 0.95).toFixed(1)}, ` +
      `p99 ${at(us, 0.99).toFixed(1)}, p99.9 ${at(us, 0.999).toFixed(0)}`,
  );
}
