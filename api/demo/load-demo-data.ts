import { readFile } from 'node:fs/promises';
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Disposition } from '../../engine/contract/call-session.ts';
import { exact } from '../schemas/exact.ts';
import { workingMoment } from './working-moment.ts';
import type { DemoData } from './demo-data.ts';

/** When, relative to the day of loading: so many days ago, at this Moscow time. */
const When = {
  days_ago: Type.Integer({ minimum: 1, maximum: 57 }),
  time: Type.String({ pattern: String.raw`^(09|1\d):[0-5]\d:[0-5]\d$` }),
};
const About = {
  is_demo: Type.Literal(true),
  industry: Type.String({ minLength: 3 }),
  company: Type.String({ minLength: 3 }),
};
const Words = Type.String({ minLength: 2, maxLength: 400 });

export const CallSeed = exact({
  id: Type.String({ pattern: String.raw`^demo-call-\d+$` }),
  ...About,
  ...When,
  phone: Type.String({ pattern: String.raw`^\+79\d{9}$` }),
  duration_sec: Type.Integer({ minimum: 5, maximum: 120 }),
  disposition: Disposition,
  summary: Words,
  transcript: Type.Array(exact({ speaker: Type.Enum(['user', 'assistant']), text: Words }), {
    minItems: 1,
    maxItems: 12,
  }),
  crm_record: exact({
    status: Type.Literal('added'),
    interest: Type.String(),
    telegram_link_sent: Type.Boolean(),
  }),
});
export type CallSeed = Static<typeof CallSeed>;

export const ChatSeed = exact({
  id: Type.String({ pattern: String.raw`^demo-chat-\d+$` }),
  ...About,
  ...When,
  /** The call that it follows. */
  call: Type.String({ pattern: String.raw`^demo-call-\d+$` }),
  summary: Words,
  messages: Type.Array(exact({ from: Type.Enum(['assistant', 'user']), text: Words }), {
    minItems: 1,
    maxItems: 3,
  }),
});
export type ChatSeed = Static<typeof ChatSeed>;

/** Where the data lie in the project. */
export const DEMO_SEEDS = new URL('../../seeds/demo/', import.meta.url);

/** Moscow's days: the demo data are dated anew at its midnight, so that they are never older than they say. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;

/** Reads the demo data once; what it gives is dated for the Moscow day it is asked on. Rejects as loadDemoData. */
export async function openDemoData(
  options: { readonly folder?: URL; readonly wallTime?: () => Date } = {},
): Promise<() => DemoData> {
  const { folder = DEMO_SEEDS, wallTime = () => new Date() } = options;
  const seeds = await readBoth(folder);
  let dated: { readonly day: number; readonly data: DemoData } | undefined;
  return () => {
    const now = wallTime();
    const day = Math.floor((now.getTime() + MOSCOW_OFFSET_MS) / DAY_MS);
    if (dated?.day !== day) dated = { day, data: dateSeeds(seeds, now) };
    return dated.data;
  };
}

/**
 * Reads the 50 demo calls and 50 demo chats and dates them within the 60 days before `today`.
 * Rejects when a file is missing or breaks its schema, naming the file and the place in it.
 */
export async function loadDemoData(options: {
  readonly today: Date;
  readonly folder?: URL;
}): Promise<DemoData> {
  return dateSeeds(await readBoth(options.folder ?? DEMO_SEEDS), options.today);
}

interface Seeds {
  readonly calls: readonly CallSeed[];
  readonly chats: readonly ChatSeed[];
}

async function readBoth(folder: URL): Promise<Seeds> {
  const [calls, chats] = await Promise.all([
    readSeeds(new URL('calls.json', folder), CallSeed),
    readSeeds(new URL('chats.json', folder), ChatSeed),
  ]);
  return { calls, chats };
}

function dateSeeds({ calls, chats }: Seeds, today: Date): DemoData {
  const createdAt = (seed: { days_ago: number; time: string }) =>
    workingMoment(today, seed.days_ago, seed.time).toISOString();
  return {
    calls: calls.map((seed) => ({
      id: seed.id,
      createdAt: createdAt(seed),
      phone: seed.phone,
      durationSec: seed.duration_sec,
      disposition: seed.disposition,
      summary: seed.summary,
      transcript: seed.transcript,
      interest: seed.crm_record.interest,
      telegramLinkSent: seed.crm_record.telegram_link_sent,
    })),
    chats: chats.map((seed) => ({
      id: seed.id,
      createdAt: createdAt(seed),
      summary: seed.summary,
      messages: seed.messages,
    })),
  };
}

async function readSeeds<Schema extends TSchema>(
  file: URL,
  schema: Schema,
): Promise<readonly Static<Schema>[]> {
  const data: unknown = JSON.parse(await readFile(file, 'utf8'));
  const list = Type.Array(schema);
  if (Value.Check(list, data)) return data;
  const first = Value.Errors(list, data)[0];
  throw new Error(
    `demo data: ${file.pathname} at ${first?.instancePath ?? '/'}: ${first?.message ?? 'wrong shape'}`,
  );
}
