import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallPlan, LineFaults } from '../../engine/contract/call-plan.ts';
import type { CallEngine } from '../../engine/contract/engine.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { composeEngine, parseWav } from '../../engine/index.ts';
import type { StereoRecording } from '../../engine/observe/gaps.ts';
import { MemoryJournal } from '../../engine/testing/memory-journal.ts';
import type { Prompt } from './prompts.ts';
import { monotonicMs } from './provider-log.ts';

/** An event and when it was told. */
export interface TimedEvent {
  readonly event: CallEvent;
  readonly toldMs: number;
}

/** A call as it was: its turns in their order, its journal, its recording. */
export interface HeldCall {
  readonly callId: CallId;
  readonly prompts: readonly Prompt[];
  readonly events: readonly TimedEvent[];
  readonly recording: StereoRecording;
}

export interface HoldOptions {
  readonly baseUrl: string;
  readonly dataDir: string;
  /** The turns of each call. */
  readonly calls: readonly (readonly Prompt[])[];
  readonly atOnce: number;
  readonly faults?: Omit<LineFaults, 'seed'>;
  readonly seed: number;
  readonly onTrouble: (what: string) => void;
}

const VOICES = fileURLToPath(new URL('../../seeds/voices', import.meta.url));
const LONGEST_CALL_MS = 180_000;
/** Calls do not all begin in the same frame. */
const BETWEEN_CALLS_MS = 370;

/** Holds the calls through the product's own engine, `atOnce` at a time, in real time. */
export async function holdCalls(options: HoldOptions): Promise<readonly HeldCall[]> {
  const { baseUrl, dataDir, calls, atOnce, onTrouble } = options;
  const journal = new MemoryJournal();
  const { engine, close } = await composeEngine(
    {
      dataDir,
      voicesDir: VOICES,
      openai: { apiKey: 'bench', baseUrl },
      telephony: {
        kind: 'simulator',
        asteriskDir: join(dataDir, 'no-asterisk'),
        mediaAddress: '127.0.0.1',
        sip: { address: '127.0.0.1', port: 5060 },
        rtp: { from: 10_000, to: 20_000 },
        localNetworks: [],
        inbound: 'refuse',
        browserPhone: 'off',
        trunks: [],
      },
      maxCalls: Math.max(atOnce, 1),
      ringTimeoutMs: 30_000,
    },
    {
      journal,
      onTrouble: (_callId, what, error) => onTrouble(`${what}: ${String(error)}`),
      onNews: () => undefined,
    },
  );
  const events = new Map<CallId, TimedEvent[]>();
  engine.subscribe((event) => {
    const told = events.get(event.callId) ?? [];
    told.push({ event, toldMs: monotonicMs() });
    events.set(event.callId, told);
  });
  try {
    const plans = calls.map((prompts, at) => ({ plan: planOf(prompts, at, options), prompts }));
    const waiting = [...plans];
    const lane = async (at: number) => {
      await new Promise((resolve) => setTimeout(resolve, at * BETWEEN_CALLS_MS));
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await hold(engine, journal, next.plan);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, plans.length) }, (_, at) => lane(at)));
    const held: HeldCall[] = [];
    for (const { plan, prompts } of plans) {
      const file = journal.view(plan.callId).recording;
      if (file === null) {
        onTrouble(`call ${plan.callId} has no recording: ${journal.view(plan.callId).reason ?? ''}`);
        continue;
      }
      const recording = await stereo(join(dataDir, 'recordings', file));
      held.push({ callId: plan.callId, prompts, events: events.get(plan.callId) ?? [], recording });
    }
    return held;
  } finally {
    await close();
  }
}

function planOf(prompts: readonly Prompt[], at: number, { faults, seed }: HoldOptions): CallPlan {
  return {
    callId: toCallId(randomUUID()),
    phone: `+7901${String(1_000_000 + at * 12_347).padStart(7, '0')}`,
    language: prompts[0]?.language ?? 'auto',
    voice: 'female',
    prompt: '',
    farEnd: {
      audioFiles: prompts.map(({ file }) => file),
      ...(faults !== undefined && { faults: { ...faults, seed: seed + at } }),
    },
  };
}

async function hold(engine: CallEngine, journal: MemoryJournal, plan: CallPlan): Promise<void> {
  const { callId, phone, language, voice, prompt } = plan;
  const at = new Date().toISOString();
  await journal.append({ type: 'call.created', callId, seq: 1, at, phone, language, voice, prompt });
  const placed = engine.place(plan);
  const timer = setTimeout(() => placed.hangup(), LONGEST_CALL_MS);
  await placed.ended;
  clearTimeout(timer);
}

async function stereo(path: string): Promise<StereoRecording> {
  const { rateHz, samples } = parseWav(await readFile(path));
  const [caller, assistant] = samples;
  if (caller === undefined || assistant === undefined) throw new Error(`${path} is not a stereo recording`);
  return { caller, assistant, rateHz };
}
