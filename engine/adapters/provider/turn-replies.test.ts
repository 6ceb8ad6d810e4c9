import { describe, expect, it } from 'vitest';
import { muLawEncode } from '../../media/g711.ts';
import { parseWav } from '../../media/wav.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { TurnReplies } from './turn-replies.ts';

const VOICE = muLawEncode(Int16Array.from({ length: 160 }, (_, at) => 8000 * Math.sin(at / 3)));
const QUIET = new Uint8Array(160).fill(0xff);
const never = new AbortController().signal;

function lab() {
  const clock = new VirtualClock();
  const replies = new TurnReplies(clock);
  const say = (frame: Uint8Array, count: number) => {
    for (let n = 0; n < count; n++) replies.hear(frame);
  };
  return { clock, replies, say };
}

const framesOf = (wav: Uint8Array): number => (parseWav(wav).samples[0]?.length ?? 0) / 160;

describe('answers for who posts sound in pieces', () => {
  it('are what is said from the last piece on until it is quiet, without the silence around', async () => {
    const { replies, say } = lab();
    say(VOICE, 50);
    const { reply, token } = replies.expect();
    say(QUIET, 30);
    say(VOICE, 20);
    say(QUIET, 40);
    say(VOICE, 20);
    say(QUIET, 60);
    say(VOICE, 99);
    const taken = await replies.take(reply, token, never);
    if (taken.kind !== 'said') throw new Error(taken.kind);
    expect(framesOf(taken.wav)).toBe(20 + 40 + 20 + 10);
    expect(await replies.take(reply, token, never)).toEqual({ kind: 'unknown' });
  });

  it('are shared by pieces that follow each other, and the last word for one counts', () => {
    const { replies, say } = lab();
    const first = replies.expect();
    const second = replies.expect();
    expect([first.reply, second.reply]).toEqual([1, 1]);
    say(VOICE, 5);
    say(QUIET, 60);
    expect(replies.expect().reply).toBe(2);
  });

  it('are waited for, not for ever, and can be asked for again', async () => {
    const { clock, replies, say } = lab();
    const { reply, token } = replies.expect();
    const first = replies.take(reply, token, never);
    await clock.run(25_000);
    expect(await first).toEqual({ kind: 'unfinished' });
    const second = replies.take(reply, token, never);
    say(VOICE, 5);
    say(QUIET, 60);
    expect((await second).kind).toBe('said');
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('are kept for who hung up while he waited', async () => {
    const { replies, say } = lab();
    const { reply, token } = replies.expect();
    const gone = new AbortController();
    const first = replies.take(reply, token, gone.signal);
    gone.abort();
    expect(await first).toEqual({ kind: 'unfinished' });
    say(VOICE, 5);
    say(QUIET, 60);
    expect((await replies.take(reply, token, never)).kind).toBe('said');
  });

  it('end with the call, and may be empty', async () => {
    const { replies } = lab();
    const { reply, token } = replies.expect();
    const waiting = replies.take(reply, token, never);
    replies.end();
    const taken = await waiting;
    expect(taken.kind).toBe('said');
  });

  it('that nobody fetches are dropped, the oldest first', async () => {
    const { replies, say } = lab();
    const links = Array.from({ length: 6 }, () => {
      const link = replies.expect();
      say(VOICE, 5);
      say(QUIET, 60);
      return link;
    });
    const kinds = await Promise.all(
      links.map(async ({ reply, token }) => (await replies.take(reply, token, never)).kind),
    );
    expect(kinds).toEqual(['unknown', 'unknown', 'said', 'said', 'said', 'said']);
  });
});
