import { createActor, fromCallback, fromPromise } from 'xstate';
import type { UtterOrder } from '../call/call-context.ts';
import type { CallMachineEvent, ClosedMedia, MediaOrder, Recognised, TurnSpan } from '../call/call-events.ts';
import { CallRecorder } from '../call/call-recorder.ts';
import { callMachine } from '../call/call.machine.ts';
import type { CallEventDraft, LineOutcome } from '../contract/call-event.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import { toCallId } from '../contract/ids.ts';
import type { MediaAddress } from '../ports/media-transport.ts';
import type { Recognition } from '../ports/speech.ts';
import { VirtualClock } from './virtual-clock.ts';

const plan: CallPlan = {
  callId: toCallId('11111111-1111-4111-8111-111111111111'),
  phone: '+79990000001',
  language: 'auto',
  voice: 'female',
  prompt: '',
};

/** Lets promises settle. */
export const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

/** The machine with hands instead of effects: the test plays the line, the media path and the providers. */
export function hands() {
  const clock = new VirtualClock();
  const journal: CallEventDraft[] = [];
  const orders: UtterOrder[] = [];
  const cancelled: number[] = [];
  const asked: MediaOrder[] = [];
  const recognising: {
    spans: readonly TurnSpan[];
    signal: AbortSignal;
    answer: (how: Recognition | Error) => void;
    settled: () => boolean;
  }[] = [];
  let held = false;
  let hangups = 0;
  let done = false;
  let tell: (event: CallMachineEvent) => void = () => {};
  let hear: (event: CallMachineEvent) => void = () => {};
  let fail: (event: CallMachineEvent) => void = () => {};

  const machine = callMachine.provide({
    actors: {
      openMedia: fromPromise<undefined>(async () => undefined),
      line: fromCallback<{ type: 'hangup' }, CallPlan>(({ sendBack, receive }) => {
        tell = sendBack;
        receive(() => {
          hangups += 1;
          tell(ended('hangup_near', clock.now()));
        });
      }),
      media: fromCallback<MediaOrder, { remote: MediaAddress }>(({ sendBack, receive }) => {
        hear = sendBack;
        receive((order) => {
          asked.push(order);
          if (order.type === 'hold') held = true;
          if (order.type === 'release' || order.type === 'hush') held = false;
        });
      }),
      recognise: fromPromise<Recognised, { spans: readonly TurnSpan[] }>(
        ({ input, signal }) =>
          new Promise((resolve, reject) => {
            const last = input.spans.at(-1)!;
            let settled = false;
            recognising.push({
              spans: input.spans,
              signal,
              answer: (how) => {
                settled = true;
                if (how instanceof Error) reject(how);
                else resolve({ recognition: how, span: last, tookMs: 5 });
              },
              settled: () => settled,
            });
          }),
      ),
      utter: fromCallback<CallMachineEvent, UtterOrder>(({ input, sendBack }) => {
        orders.push(input);
        fail = sendBack;
        return () => {
          cancelled.push(input.utterance);
          held = false;
        };
      }),
      foresee: fromCallback(() => undefined),
      closeMedia: fromPromise<ClosedMedia>(async () => ({
        recording: { file: 'call.wav', durationMs: 1000 },
        received: undefined,
      })),
    },
  });
  const recorder = new CallRecorder(() => clock.now());
  const actor = createActor(machine, {
    input: { plan, via: 'hands', simulated: true, languages: ['ru', 'en'] },
    clock,
    inspect: recorder.inspect,
  });
  actor.on('*', (draft) => {
    recorder.emitted(draft);
    journal.push(draft);
  });
  actor.subscribe({ complete: () => (done = true) });
  actor.start();

  const api = {
    actor,
    clock,
    recorder,
    journal,
    orders,
    cancelled,
    /** What the media path was asked for. */
    asked,
    recognising,
    /** The assistant's voice is held, as the media path would have it. */
    held: () => held,
    hangups: () => hangups,
    done: () => done,
    types: () => journal.map((draft) => draft.type),
    line: async (event: CallMachineEvent) => {
      tell(event);
      await settle();
    },
    media: async (event: CallMachineEvent) => {
      hear(event);
      await settle();
    },
    utterFails: async (event: CallMachineEvent) => {
      fail(event);
      await settle();
    },
    advance: async (ms: number) => {
      clock.advance(ms);
      await settle();
    },
    answered: async () => {
      await settle();
      await api.line({ type: 'line.ringing' });
      await api.line({ type: 'line.answered', remote: { address: '127.0.0.1', port: 9 }, atMs: clock.now() });
    },
    /** The assistant's current utterance is heard from beginning to end. */
    assistantSays: async (text: string) => {
      const { utterance, kind, replyTo } = orders.at(-1)!;
      const startMs = clock.now();
      const reply = replyTo === undefined ? {} : { replyTo: replyTo.turn, gapMs: 700 };
      await api.media({ type: 'utterance.started', utterance, kind, startMs, ...reply });
      await api.media({ type: 'utterance.sentence', utterance, text });
      await api.media({ type: 'utterance.finished', utterance, endMs: startMs + 1000, text, complete: true });
    },
    turn: 0,
    /** The caller says something and it is recognised (or not). */
    callerSays: async (text: string | undefined) => {
      api.turn += 1;
      await api.media({ type: 'speech.started', turn: api.turn, startMs: clock.now() });
      await api.media({ type: 'turn.ended', turn: api.turn, startMs: clock.now(), endMs: clock.now() + 500 });
      recognising
        .at(-1)
        ?.answer(
          text === undefined ? { kind: 'not_recognised' } : { kind: 'recognised', text, language: 'ru' },
        );
      await settle();
    },
    state: () => JSON.stringify(actor.getSnapshot().value),
  };
  return api;
}

/** The line has ended so. */
export function ended(outcome: LineOutcome, atMs: number): CallMachineEvent {
  return { type: 'line.ended', outcome, reason: `конец: ${outcome}`, atMs };
}
