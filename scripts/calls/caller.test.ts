import { expect, it } from 'vitest';
import { muLawEncode } from '../../engine/media/g711.ts';
import { Caller, firstAudible, type CallerNote, type CallerTurn } from './caller.ts';

const voice = muLawEncode(new Int16Array(160).fill(3_000));
const quiet = new Uint8Array(160).fill(0xff);
/** Five frames; the voice ends 10 ms into the fourth. */
const TURN: CallerTurn = { frames: [voice, voice, voice, voice, quiet], voicedEndMs: 70 };

function begin(): { readonly caller: Caller; readonly notes: CallerNote[] } {
  const notes: CallerNote[] = [];
  const note = (one: CallerNote) => void notes.push(one);
  return { caller: new Caller([TURN], { first: 0, reactionMs: 200, note }), notes };
}

/** Beats from `fromMs` until `untilMs`; the moments when he spoke. */
function spoke(caller: Caller, fromMs: number, untilMs: number): number[] {
  const moments: number[] = [];
  for (let ms = fromMs; ms < untilMs; ms += 20) if (caller.beat(ms) === voice) moments.push(ms);
  return moments;
}

it('finds the first audible sample of a packet', () => {
  expect(firstAudible(quiet)).toBeUndefined();
  const late = quiet.slice();
  late.fill(voice[0]!, 40);
  expect(firstAudible(late)).toBe(40);
});

it('waits for the greeting, then for a second of quiet and his own reaction', () => {
  const { caller } = begin();
  expect(spoke(caller, 0, 5_000)).toEqual([]);
  caller.hear(voice, 5_000);
  expect(spoke(caller, 5_000, 6_300)).toEqual([6_200, 6_220, 6_240, 6_260]);
});

it('measures from the last voiced sample that left to the first audible one that came', () => {
  const { caller, notes } = begin();
  caller.hear(voice, 0);
  spoke(caller, 0, 1_400);
  // His voice ended 10 ms into the frame that left at 1,260; the reply begins 5 ms into its packet.
  const reply = quiet.slice();
  reply.fill(voice[0]!, 40);
  caller.hear(quiet, 2_240);
  caller.hear(reply, 2_260);
  caller.hear(voice, 2_280);
  expect(notes).toEqual([{ type: 'gap', gapMs: 995 }]);
});

it('counts a reply that begins while he speaks once, when he speaks again, and no gap for it', () => {
  const { caller, notes } = begin();
  caller.hear(voice, 0);
  spoke(caller, 0, 1_240);
  caller.hear(voice, 1_235);
  caller.hear(voice, 1_255);
  spoke(caller, 1_240, 1_400);
  caller.hear(voice, 1_400);
  expect(notes).toEqual([]);
  spoke(caller, 1_400, 2_640);
  expect(notes).toEqual([{ type: 'early' }]);
});

it('counts no goodbye: he never speaks after it', () => {
  const { caller, notes } = begin();
  caller.hear(voice, 0);
  spoke(caller, 0, 1_240);
  caller.hear(voice, 1_235);
  expect(notes).toEqual([]);
});

it('speaks again when nobody answers within ten seconds', () => {
  const { caller, notes } = begin();
  caller.hear(voice, 0);
  const moments = spoke(caller, 0, 13_000);
  expect(moments.slice(4)[0]).toBeGreaterThanOrEqual(11_270);
  expect(notes).toEqual([{ type: 'unanswered' }]);
});
