import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analytics } from './analytics.ts';
import { DEMO_SEEDS, loadDemoData, openDemoData, type CallSeed, type ChatSeed } from './load-demo-data.ts';

const today = new Date('2026-11-22T08:00:00Z');
const demo = await loadDemoData({ today });
const seeds = async <Seed>(name: string): Promise<Seed[]> =>
  JSON.parse(await readFile(new URL(name, DEMO_SEEDS), 'utf8')) as Seed[];
const callSeeds = await seeds<CallSeed>('calls.json');
const chatSeeds = await seeds<ChatSeed>('chats.json');
const nothingReal = {
  calls: 0,
  chats: 0,
  talked: 0,
  interested: 0,
  leads: 0,
  durationSecSum: 0,
  heldCalls: 0,
};

const words = (lines: readonly { readonly text: string }[]) => lines.map((line) => line.text).join('\n');
const count = <T>(items: readonly T[], is: (item: T) => boolean) => items.filter(is).length;

describe('the demo data (D14)', () => {
  it('has 50 calls and 50 chats under the document’s ids', () => {
    const ids = (kind: string) => Array.from({ length: 50 }, (_, at) => `demo-${kind}-${at + 1}`);
    expect(demo.calls.map((call) => call.id)).toEqual(ids('call'));
    expect(demo.chats.map((chat) => chat.id)).toEqual(ids('chat'));
  });

  it.each(['2026-11-22T08:00:00Z', '2026-01-01T00:00:00Z', '2024-02-29T21:30:00Z', '2026-11-23T20:59:59Z'])(
    'lies within the 60 days before %s, in Moscow’s working hours, never on a Sunday',
    async (moment) => {
      const now = new Date(moment);
      const { calls, chats } = await loadDemoData({ today: now });
      for (const { createdAt, id } of [...calls, ...chats]) {
        const ageMs = now.getTime() - Date.parse(createdAt);
        const moscow = new Date(Date.parse(createdAt) + 3 * 3_600_000);
        expect(ageMs, id).toBeGreaterThan(0);
        expect(ageMs, id).toBeLessThan(60 * 86_400_000);
        expect(moscow.getUTCHours(), id).toBeGreaterThanOrEqual(9);
        expect(moscow.getUTCHours(), id).toBeLessThan(20);
        expect(moscow.getUTCDay(), id).not.toBe(0);
      }
    },
  );

  it('is dated anew every Moscow day, and only then', async () => {
    let now = new Date('2026-11-20T20:59:00Z');
    const data = await openDemoData({ wallTime: () => now });
    const before = data();
    expect(data()).toBe(before);
    now = new Date('2026-11-20T21:00:00Z');
    const [first] = data().calls;
    expect(first?.createdAt.slice(0, 10)).toBe('2026-11-20');
    expect(before.calls[0]?.createdAt.slice(0, 10)).toBe('2026-11-19');
  });

  it('looks like work that goes on: some calls in every week, more lately, hardly any on Saturdays', () => {
    const ages = demo.calls.map((call) => (today.getTime() - Date.parse(call.createdAt)) / 86_400_000);
    for (let week = 0; week < 8; week += 1)
      expect(
        count(ages, (age) => age >= week * 7 && age < week * 7 + 7),
        `week ${week}`,
      ).toBeGreaterThan(2);
    const lately = count(ages, (age) => age < 30);
    expect(lately / 50).toBeGreaterThan(0.5);
    expect(lately / 50).toBeLessThan(0.7);
    expect(count(demo.calls, (call) => new Date(call.createdAt).getUTCDay() === 6)).toBeLessThan(6);
  });

  it('lets every chat follow a call of the same company that sent its link', () => {
    const firsts = new Set<string>();
    for (const chat of chatSeeds) {
      const call = callSeeds.find((one) => one.id === chat.call);
      expect(call?.company, chat.id).toBe(chat.company);
      expect(call?.crm_record.telegram_link_sent, chat.id).toBe(true);
      const begun = demo.chats.find((one) => one.id === chat.id)?.createdAt ?? '';
      const called = demo.calls.find((one) => one.id === chat.call);
      const endedMs = Date.parse(called?.createdAt ?? '') + (called?.durationSec ?? 0) * 1000;
      expect(Date.parse(begun), chat.id).toBeGreaterThan(endedMs);
      // The first of a call is the follow-up, within the hour; a later one may be the client's.
      if (Date.parse(begun) - endedMs < 3_600_000) {
        expect(firsts.has(chat.call), chat.id).toBe(false);
        expect(chat.messages[0]?.from, chat.id).toBe('assistant');
        firsts.add(chat.call);
      }
    }
    expect(firsts.size).toBeGreaterThan(35);
  });

  it('comes from many trades, and is in several languages with Russian summaries', () => {
    expect(new Set(callSeeds.map(({ industry }) => industry)).size).toBeGreaterThan(25);
    const spoken = (pattern: RegExp) =>
      count(demo.calls, ({ transcript }) => transcript.filter(({ text }) => pattern.test(text)).length > 2);
    for (const letters of [/[әғқңөұүһі]/i, /o‘|albatta|yubor/i, /[ışğ]/, /ə/, /\b(you|the)\b/i])
      expect(spoken(letters), String(letters)).toBeGreaterThan(0);
    for (const { id, summary } of [...demo.calls, ...demo.chats]) {
      const letters = summary.replace(/[^\p{L}]/gu, '');
      expect(letters.replace(/[^а-яё]/gi, '').length / letters.length, id).toBeGreaterThan(0.8);
    }
  });

  it('greets by the hour', () => {
    for (const { id, time, transcript } of callSeeds) {
      const [line = { text: '' }] = transcript;
      const hour = Number(time.slice(0, 2));
      if (/добрый день/i.test(line.text)) expect(hour, id).toBeLessThan(18);
      if (/доброе утро/i.test(line.text)) expect(hour, id).toBeLessThan(12);
      if (/добрый вечер/i.test(line.text)) expect(hour, id).toBeGreaterThanOrEqual(17);
    }
  });

  it('never says the same twice', () => {
    const distinct = (texts: readonly string[]) => expect(new Set(texts).size).toBe(texts.length);
    distinct(demo.calls.map((call) => words(call.transcript)));
    distinct(demo.calls.map((call) => call.summary));
    distinct(demo.calls.map((call) => call.phone));
    distinct(demo.calls.map((call) => call.transcript[0]?.text ?? ''));
    distinct(demo.chats.map((chat) => words(chat.messages)));
    distinct(demo.chats.map((chat) => chat.summary));
  });

  it('lets both sides speak in turn, and lasts as long as such words take', () => {
    for (const call of demo.calls) {
      const { id, transcript, disposition } = call;
      const talked = transcript.some((line) => line.speaker === 'user');
      expect(transcript[0]?.speaker, id).toBe('assistant');
      expect(talked, id).toBe(disposition !== 'unknown');
      if (talked) {
        expect(transcript.length, id).toBeGreaterThanOrEqual(4);
        expect(transcript.length, id).toBeLessThanOrEqual(10);
        transcript.forEach((line, at) => expect(line.speaker, id).toBe(at % 2 === 0 ? 'assistant' : 'user'));
      }
      // 14 signs a second, a pause before each line, the greeting's and the farewell's silence.
      const expectedSec = 1.15 * (words(transcript).length / 14 + transcript.length * 1.3 + 8);
      if (talked) expect(Math.abs(call.durationSec / expectedSec - 1), id).toBeLessThan(0.15);
      const charsPerSec = words(transcript).length / call.durationSec;
      expect(charsPerSec, id).toBeGreaterThan(3);
      expect(charsPerSec, id).toBeLessThan(13);
      expect(call.durationSec, id).toBeGreaterThanOrEqual(25);
      expect(call.durationSec, id).toBeLessThanOrEqual(110);
    }
  });

  it('has a believable mix of outcomes, and the analytics that follow from it', () => {
    const byDisposition = (name: string) => count(demo.calls, (call) => call.disposition === name);
    for (const name of ['interested', 'not_interested', 'call_later', 'neutral', 'unknown']) {
      expect(byDisposition(name), name).toBeGreaterThanOrEqual(4);
    }
    const { totals, funnel } = analytics(demo, nothingReal);
    expect(totals).toMatchObject({ calls: 50, chats: 50 });
    expect(funnel.called).toBe(50);
    expect(funnel.talked).toBe(50 - byDisposition('unknown'));
    expect(funnel.interested).toBe(byDisposition('interested'));
    expect(funnel.lead).toBeLessThan(funnel.interested);
    expect(totals.lead_rate).toBeCloseTo(funnel.lead / 50, 2);
  });

  it('has chats of one to three messages, some with the client’s own words', () => {
    for (const length of [1, 2, 3]) {
      expect(count(demo.chats, (chat) => chat.messages.length === length)).toBeGreaterThan(5);
    }
    expect(count(demo.chats, (chat) => chat.messages.some((one) => one.from === 'user'))).toBeGreaterThan(15);
  });

  it('refuses broken data, naming the file and the place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'halo-demo-'));
    await writeFile(join(folder, 'calls.json'), JSON.stringify([{ id: 'demo-call-1' }]));
    await writeFile(join(folder, 'chats.json'), '[]');
    await expect(loadDemoData({ today, folder: pathToFileURL(`${folder}/`) })).rejects.toThrow(
      /calls\.json at \/0/,
    );
    await rm(folder, { recursive: true });
  });
});
