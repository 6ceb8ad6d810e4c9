import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ended, hands, settle } from '../testing/call-by-hand.ts';

type Hands = ReturnType<typeof hands>;

/** Whatever the line, the caller, the providers and time may do next, sensible or not. */
const HAPPENINGS = {
  'speech.started': (call) =>
    call.media({ type: 'speech.started', turn: call.turn, startMs: call.clock.now() }),
  'speech.sustained': (call) => call.media({ type: 'speech.sustained', turn: call.turn }),
  'speech.paused': (call) =>
    call.media({
      type: 'speech.paused',
      turn: call.turn,
      startMs: call.clock.now(),
      endMs: call.clock.now(),
    }),
  'speech.resumed': (call) => call.media({ type: 'speech.resumed', turn: call.turn, pausedMs: 200 }),
  'turn.ended': async (call) => {
    const at = call.clock.now();
    await call.media({ type: 'turn.ended', turn: call.turn, startMs: at, endMs: at });
    call.turn += 1;
  },
  'turn.dropped': async (call) => {
    await call.media({ type: 'turn.dropped', turn: call.turn });
    call.turn += 1;
  },
  'words.foreseen': (call) => call.media({ type: 'words.foreseen', turn: call.turn, text: 'да, и' }),
  'line.quiet': (call) => call.media({ type: 'line.quiet', quietMs: 1_400 }),
  'filler.said': (call) =>
    call.media({ type: 'filler.said', startMs: 0, endMs: 500, text: 'Так…', complete: true }),
  'utterance.started': (call) =>
    call.media({
      type: 'utterance.started',
      utterance: latest(call),
      kind: 'reply',
      startMs: call.clock.now(),
    }),
  'utterance.finished': (call) => finished(call, 'слова', true),
  'utterance.cut': (call) => finished(call, 'сло…', false),
  goodbye: (call) => finished(call, 'Спасибо, до свидания!', true),
  'utterance.failed': (call) =>
    call.utterFails({ type: 'utterance.failed', utterance: latest(call), ...FAILURE }),
  'stage.failed': (call) => call.utterFails({ type: 'stage.failed', ...FAILURE }),
  recognised: (call) => answer(call, { kind: 'recognised', text: 'расскажите подробнее' }),
  backchannel: (call) => answer(call, { kind: 'recognised', text: 'угу' }),
  misheard: (call) => answer(call, { kind: 'not_recognised' }),
  deaf: (call) => answer(call, new Error('deaf')),
  dtmf: (call) => call.line({ type: 'line.dtmf', digit: '1' }),
} as const satisfies Record<string, (call: Hands) => Promise<void>>;

const FAILURE = { stage: 'tts', code: 'X', message: 'x' } as const;

const latest = (call: Hands): number => call.orders.at(-1)?.utterance ?? 1;

function finished(call: Hands, text: string, complete: boolean): Promise<void> {
  const endMs = call.clock.now();
  return call.media({ type: 'utterance.finished', utterance: latest(call), endMs, text, complete });
}

async function answer(
  call: Hands,
  how: Parameters<Hands['recognising'][number]['answer']>[0],
): Promise<void> {
  call.recognising.at(-1)?.answer(how);
  await settle();
}

const step = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...(Object.keys(HAPPENINGS) as (keyof typeof HAPPENINGS)[])) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 9_000 }) },
);

/** Once, at any moment: nothing, the caller hangs up, the line is lost, or we are asked to hang up. */
const end = fc.record({
  after: fc.nat({ max: 70 }),
  how: fc.constantFrom('nothing', 'far', 'error', 'hangup' as const),
});

async function takeStep(call: Hands, one: keyof typeof HAPPENINGS | number): Promise<void> {
  if (typeof one === 'number') await call.advance(one);
  else await HAPPENINGS[one](call);
}

async function endBy(call: Hands, how: 'nothing' | 'far' | 'error' | 'hangup'): Promise<void> {
  if (how === 'far') await call.line(ended('hangup_far', call.clock.now()));
  if (how === 'error') await call.line(ended('error', call.clock.now()));
  if (how === 'hangup' && !call.done()) call.actor.send({ type: 'hangup' });
}

/** What is true of a call at every moment. */
function check(call: Hands): void {
  expect(call.orders.length - call.cancelled.length, 'voices at once').toBeLessThanOrEqual(1);
  // A voice is held only while it is found out what the caller's sound was.
  if (call.held()) expect(call.state()).toMatch(/doubting|weighing|waiting/);
  expect(call.types().filter((type) => type === 'call.ended').length).toBeLessThanOrEqual(1);
  const { pairs } = call.actor.getSnapshot().context;
  expect(pairs).toBeLessThanOrEqual(12);
}

describe('Any order of events', () => {
  it('leaves the call with one voice, never stuck, and over within its limits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 70 }), end, async (steps, { after, how }) => {
        const call = hands();
        call.turn = 1;
        await call.answered();
        for (const [at, one] of steps.entries()) {
          if (at === after) await endBy(call, how);
          await takeStep(call, one);
          check(call);
        }
        // Providers that never answer again, a caller who says nothing more: it ends by itself.
        await call.advance(130_000);
        await call.advance(10_000);
        expect(call.done()).toBe(true);
        expect(call.types().filter((type) => type === 'call.ended')).toHaveLength(1);
        expect(call.types().at(-1)).toBe('call.ended');
        expect(call.orders.length - call.cancelled.length, 'utterances left').toBe(0);
        expect(call.recognising.every(({ signal, settled }) => settled() || signal.aborted)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is answered: every turn that was understood while the line was up gets words, or the call closes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('recognised', 'misheard', 'deaf'), { minLength: 1, maxLength: 8 }),
        async (answers) => {
          const call = hands();
          call.turn = 1;
          await call.answered();
          await call.assistantSays('Здравствуйте!');
          for (const how of answers) {
            const before = call.orders.length;
            await takeStep(call, 'speech.started');
            await takeStep(call, 'turn.ended');
            await takeStep(call, how);
            expect(call.orders.length).toBe(before + 1);
            if (call.orders.at(-1)?.kind === 'closing') break;
            await call.assistantSays('Понятно.');
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
