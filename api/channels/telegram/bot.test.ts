import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../log.ts';
import { FakeStore } from '../../testing/fake-store.ts';
import { TelegramBot } from './bot.ts';
import { CONNECTED_WORDS, STRANGER_WORDS } from './words.ts';

const ORDER = { phone: '+79161231234', language: 'auto', voice: 'female', prompt: '' } as const;

async function newBot(language: 'auto' | 'uz' = 'auto') {
  const store = new FakeStore();
  const session = await store.createDemoSession({ ...ORDER, language });
  const bot = new TelegramBot({ store, botName: 'HALO_DEMO_BOT', log: SILENT_LOG });
  const write = (text: string, from: object = { id: 7, username: 'anna' }, chat?: object): Promise<unknown> =>
    bot.answer({ update_id: 1, message: { from, text, ...(chat === undefined ? {} : { chat }) } });
  return { store, session, bot, write, now: () => store.sessions.get(session.id) };
}

const says = (text: string, to = 7) => ({ method: 'sendMessage', chat_id: to, text });

describe('the bot', () => {
  it('connects whoever comes by the link, and says so in the language of the call', async () => {
    const { write, session, now } = await newBot('uz');
    expect(await write(`/start ${session.callIdHash}`)).toEqual(says(CONNECTED_WORDS.uz.bound));
    expect(now()).toEqual({ ...session, telegramUserId: '7', telegramUsername: 'anna' });
  });

  it('follows the conversation where it changed its language', async () => {
    const { write, session, store } = await newBot();
    store.happen(session.callId, { type: 'language.changed', from: 'ru', to: 'tr' });
    expect(await write(`/start ${session.callIdHash}`)).toEqual(says(CONNECTED_WORDS.tr.bound));
  });

  it('tells the same user that it is done already, and keeps the name he had', async () => {
    const { write, session, now } = await newBot();
    await write(`/start ${session.callIdHash}`);
    const answer = await write(`/start ${session.callIdHash}`, { id: 7, username: 'renamed' });
    expect(answer).toEqual(says(CONNECTED_WORDS.ru.known));
    expect(now()?.telegramUsername).toBe('anna');
  });

  it('tells a second user nothing of the first, not even his language', async () => {
    const { write, session, now } = await newBot('uz');
    await write(`/start ${session.callIdHash}`);
    const answer = await write(`/start ${session.callIdHash}`, { id: 8, username: 'boris' });
    expect(answer).toEqual(says(STRANGER_WORDS.taken, 8));
    expect(JSON.stringify(answer)).not.toMatch(/anna|"7"/);
    expect(now()).toMatchObject({ telegramUserId: '7', telegramUsername: 'anna' });
  });

  it('takes a user without a name', async () => {
    const { write, session, now } = await newBot();
    await write(`/start ${session.callIdHash}`, { id: 4_503_599_627_370_495 });
    expect(now()).toMatchObject({ telegramUserId: '4503599627370495', telegramUsername: null });
  });

  it.each([
    ['/start CALL_AAAAAAAAAAAAAAAAAAAAAA', STRANGER_WORDS.unknown],
    ['/start CALL_AAAA AAAA', STRANGER_WORDS.unknown],
    [`/start ${'x'.repeat(65)}`, STRANGER_WORDS.unknown],
    [`/start '; drop table demo_sessions; --`, STRANGER_WORDS.unknown],
    ['/start\nЗВОНОК', STRANGER_WORDS.unknown],
    ['/start', STRANGER_WORDS.start],
    ['/start@halo_demo_bot', STRANGER_WORDS.start],
    ['/start   ', STRANGER_WORDS.start],
    ['/started', STRANGER_WORDS.other],
    ['/start@other_bot CALL_x', STRANGER_WORDS.other],
    ['/help', STRANGER_WORDS.other],
    ['Здравствуйте', STRANGER_WORDS.other],
  ])('answers %j politely, and changes nothing', async (text, words) => {
    const { write, session, now } = await newBot();
    expect(await write(text)).toEqual(says(words));
    expect(now()).toEqual(session);
  });

  it('does not take a hash that differs in case, or only begins like it', async () => {
    const { write, session, now } = await newBot();
    for (const hash of [
      session.callIdHash.toLowerCase(),
      session.callIdHash.slice(0, -1),
      `${session.callIdHash}A`,
    ])
      expect(await write(`/start ${hash}`)).toEqual(says(STRANGER_WORDS.unknown));
    expect(now()).toEqual(session);
  });

  it('accepts the command with its own name', async () => {
    const { write, session } = await newBot();
    expect(await write(`/start@HALO_demo_bot ${session.callIdHash}`)).toEqual(says(CONNECTED_WORDS.ru.bound));
  });

  it.each(['group', 'supergroup', 'channel', 'sender'])('is silent in a %s', async (type) => {
    const { write, session, now } = await newBot();
    expect(await write(`/start ${session.callIdHash}`, { id: 7 }, { id: -100, type })).toBeUndefined();
    expect(now()).toEqual(session);
  });

  it('is silent to other bots, and to all that is no message with a text', async () => {
    const { write, bot, session, now } = await newBot();
    const message = { from: { id: 7 }, text: `/start ${session.callIdHash}` };
    expect(await write(message.text, { id: 7, is_bot: true })).toBeUndefined();
    for (const update of [
      {},
      { update_id: 5 },
      { edited_message: message },
      { channel_post: message },
      { business_message: message },
      { callback_query: { id: '1', from: { id: 7 }, message, data: message.text } },
      { my_chat_member: { from: { id: 7 }, chat: { type: 'private', id: 7 } } },
      { message: { from: { id: 7 }, sticker: {} } },
      { message: { from: { id: 7 }, photo: [], caption: message.text } },
      { message: { text: message.text } },
      { message: { ...message, from: { id: '7' } } },
      { message: { ...message, from: { id: 0.5 } } },
      { message: { ...message, text: 5 } },
      null,
      [],
      'text',
    ])
      expect(await bot.answer(update), JSON.stringify(update)).toBeUndefined();
    expect(now()).toEqual(session);
  });

  it('rejects with what the store rejects with', async () => {
    const { write, store, session } = await newBot();
    store.failure = new Error('the database is away');
    await expect(write(`/start ${session.callIdHash}`)).rejects.toBe(store.failure);
  });

  it('answers any text with one message to its writer, and any JSON with one or none', async () => {
    const { bot, write, session, now } = await newBot();
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((tail) => `/start ${tail}`),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.jsonValue(), async (said, json) => {
        expect(await write(said)).toEqual(says(expect.any(String) as string));
        expect((await bot.answer(json)) ?? {}).toBeTypeOf('object');
      }),
    );
    expect(now()).toEqual(session);
  });
});
