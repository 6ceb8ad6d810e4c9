/**
 * The provider of the bench, in a process of its own: engine/testing's OpenAI-compatible server with a profile's
 * latencies, ears that know the prompts by their sound, and a log of what came when.
 */
import { readFileSync } from 'node:fs';
import { parseWav } from '../../engine/index.ts';
import { startFakeOpenAi, type FakeArrival, type FakeStage } from '../../engine/testing/fake-openai.ts';
import type { Profile } from './profiles.ts';
import { fixedWords, namedReply, streamed } from './provider-words.ts';
import {
  monotonicMs,
  type ProviderEntry,
  type ProviderNews,
  type ProviderOrder,
  type ProviderPrompt,
} from './provider-log.ts';
import { hearPrompt, shapeOf, type HeardPrompt, type KnownPrompt } from './recogniser-of-prompts.ts';
import { voicedSpans } from './sound-shape.ts';

/**
 * The beginning of a text at people's pace (a filler holds the line as long as it would), the rest by a quick speaker:
 * the bench need not wait.
 */
const SPEECH_S_PER_CHAR = 0.065;
const QUICK_S_PER_CHAR = 0.03;
const SLOW_CHARS = 24;

interface Logged {
  readonly entry: ProviderEntry;
  readonly heard?: HeardPrompt;
}

let profile: Profile | undefined;
let known: readonly KnownPrompt[] = [];
let replies = 0;
let names = new Set<string>();
let counted = 0;
const logged = new WeakMap<FakeArrival['body'], Logged>();

const server = await startFakeOpenAi({
  // The first thing the server asks of a request that has come: here the log begins.
  fail: (stage) => {
    arrived(stage, server.arrivals.at(-1)!);
    return undefined;
  },
  transcribe: (_file, body) => {
    const { entry, heard } = answered(body);
    entry.text = heard?.text ?? '';
    const language = /\p{Script=Cyrillic}/u.test(entry.text) ? 'russian' : 'english';
    return { text: entry.text, language };
  },
  chat: (body) => {
    const { entry } = answered(body);
    // The first piece is the role; the first word comes a piece later.
    entry.answeredMs = entry.answeredMs! + server.behaviour.pieceMs.chat;
    const talk = body['messages'] as readonly { readonly role: string; readonly content: string }[];
    entry.text = talk.findLast(({ role }) => role === 'user')?.content ?? '';
    const language = /\p{Script=Cyrillic}/u.test(entry.text) ? 'ru' : 'en';
    if (entry.text.startsWith('('))
      return streamed(fixedWords('ru', entry.text.includes('end now') ? 'goodbye' : 'greeting'));
    const reply = namedReply(language, replies++);
    names.add(reply.name);
    entry.reply = reply.name;
    entry.clauseWords = reply.clauseWords;
    return streamed(reply.words);
  },
  speechSeconds: (text) => {
    // Asked in the order of the answers; the body is known by its text.
    const arrival = server.arrivals
      .slice(counted)
      .find(
        ({ stage, body }) =>
          stage === 'tts' && body['input'] === text && logged.get(body)?.entry.answeredMs === undefined,
      );
    if (arrival !== undefined) answered(arrival.body);
    const slow = Math.min(text.length, SLOW_CHARS);
    return Math.max(0.2, slow * SPEECH_S_PER_CHAR + (text.length - slow) * QUICK_S_PER_CHAR);
  },
});

function arrived(stage: FakeStage, arrival: FakeArrival): void {
  const arrivedMs = monotonicMs();
  const entry: ProviderEntry = { stage, arrivedMs, aborted: false, text: '' };
  if (stage === 'stt' && arrival.file !== undefined) {
    const { rateHz, samples } = parseWav(arrival.file);
    const [pcm = new Int16Array()] = samples;
    const heard = hearPrompt({ samples: pcm, rateHz }, known);
    entry.uploadMs = (pcm.length / rateHz) * 1000;
    if (heard !== undefined) Object.assign(entry, { prompt: heard.key, likeness: heard.likeness });
    logged.set(arrival.body, { entry, ...(heard !== undefined && { heard }) });
  } else {
    logged.set(arrival.body, { entry });
  }
  if (stage === 'tts') {
    entry.text = String(arrival.body['input']);
    const name = [...names].find((one) => entry.text.includes(one));
    if (name !== undefined) entry.reply = name;
  }
  // What hearing took is part of the latency.
  if (profile !== undefined) {
    const { latencyMs } = server.behaviour;
    latencyMs.stt = Math.max(0, profile.sttMs - (monotonicMs() - arrivedMs));
    latencyMs.chat = Math.max(0, profile.chatMs - profile.wordMs);
    latencyMs.tts = profile.ttsMs;
  }
}

function answered(body: FakeArrival['body']): Logged {
  const one = logged.get(body);
  if (one === undefined) throw new Error('an answer to a request that never came');
  one.entry.answeredMs = monotonicMs();
  return one;
}

function begin(next: Profile, prompts: readonly ProviderPrompt[]): void {
  profile = next;
  server.behaviour.pieceMs.chat = next.wordMs;
  known = prompts.map(({ key, text, file }) => {
    const { rateHz, samples } = parseWav(readFileSync(file));
    const [pcm = new Int16Array()] = samples;
    return { key, text, shape: shapeOf(pcm, rateHz), voiced: voicedSpans(pcm, rateHz) };
  });
  names = new Set();
  counted = server.arrivals.length;
}

function entries(): readonly ProviderEntry[] {
  return server.arrivals.slice(counted).flatMap((arrival) => {
    const entry = logged.get(arrival.body)?.entry;
    return entry === undefined ? [] : [{ ...entry, aborted: arrival.aborted }];
  });
}

function tell(news: ProviderNews): void {
  process.send?.(news);
}

process.on('message', (order: ProviderOrder) => {
  switch (order.type) {
    case 'begin':
      begin(order.profile, order.prompts);
      tell({ type: 'begun' });
      break;
    case 'report':
      tell({ type: 'log', entries: entries() });
      break;
    case 'end':
      process.disconnect();
  }
});
// Also when the bench is killed.
process.once('disconnect', () => void server.close().finally(() => process.exit(0)));
tell({ type: 'ready', baseUrl: server.baseUrl });
