import { assign, emit } from 'xstate';
import { notePause } from '../dialogue/turn-end.ts';
import { call } from './call-setup.ts';

/** A caller who spoke into the assistant's last words is answered if he ended within this time of theirs. */
const OVERLAP_MS = 1_500;

/** Writes the journal and keeps the context true; decides nothing. */
export const ledger = call.createStateConfig({
  initial: 'open',
  states: {
    open: {
      on: {
        'line.ringing': { actions: emit({ type: 'line.ringing' }) },
        'line.answered': {
          actions: [assign({ answeredAtMs: ({ event }) => event.atMs }), emit({ type: 'line.answered' })],
        },
        'line.dtmf': { actions: 'write' },
        'line.ended': {
          actions: [
            assign({ end: ({ event: { outcome, reason, atMs } }) => ({ outcome, reason, atMs }) }),
            emit(({ event: { outcome, reason, cause } }) => ({
              type: 'line.ended',
              outcome,
              reason,
              ...(cause === undefined ? {} : { cause }),
            })),
          ],
        },
        'speech.started': { actions: [assign({ openTurn: ({ event }) => event.turn }), 'write'] },
        'speech.resumed': {
          actions: assign({ rhythm: ({ context, event }) => notePause(context.rhythm, event.pausedMs) }),
        },
        'turn.dropped': { actions: [assign({ openTurn: undefined }), 'write'] },
        'turn.ended': {
          actions: [
            assign({
              openTurn: undefined,
              pendingTurns: ({ context, event: { turn, startMs, endMs } }) => [
                ...context.pendingTurns,
                { turn, startMs, endMs },
              ],
            }),
            'write',
          ],
        },
        'utterance.started': { actions: 'write' },
        'utterance.sentence': { actions: 'write' },
        'utterance.finished': {
          actions: [
            assign({
              history: ({ context, event }) =>
                event.text === ''
                  ? context.history
                  : [...context.history, { speaker: 'assistant' as const, text: event.text }],
              /** What was said in the middle of our words wants no answer; what cut them off or came at their end does. */
              pendingTurns: ({ context, event }) =>
                context.pendingTurns.filter(
                  (turn) => !event.complete || turn.endMs > event.endMs - OVERLAP_MS,
                ),
            }),
            'write',
          ],
        },
        'utterance.held': { actions: 'write' },
        'utterance.resumed': { actions: 'write' },
        'filler.said': { actions: 'write' },
        'stage.failed': { actions: 'noteFailure' },
        'recording.closed': 'closed',
      },
    },
    closed: { type: 'final' },
  },
});
