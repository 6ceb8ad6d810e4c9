import { emit, raise, sendTo } from 'xstate';
import { CLOSING_STARTS_MS, MAX_CALL_MS } from '../dialogue/limits.ts';
import { callEnded, startingContext, utterOrder } from './call-context.ts';
import { failureOf, type LineMeaning, type MediaOrder } from './call-events.ts';
import { call } from './call-setup.ts';
import { ledger } from './ledger.ts';
import { bridged, spoken } from './spoken.ts';

/** A reply that is being spoken when the limit comes may end; not later than this. */
const CLOSE_AT_THE_LATEST_MS = CLOSING_STARTS_MS + 6_000;
/** V5.2 to the letter: the line itself is down by MAX_CALL_MS. */
const HANG_UP_AT_MS = MAX_CALL_MS - 500;
const REPROMPT_AFTER_MS = 6_000;
/** The last syllable of a goodbye must not be cut. */
const AFTER_GOODBYE_MS = 400;
/** A closing that takes longer than this is cut. */
const LONGEST_CLOSING_MS = 12_000;
/** After the line has ended, recognition of the last words may take this long. */
const LAST_WORDS_MS = 6_000;
/** Late frames and the cut utterance still reach the recording and the journal. */
const WIND_UP_MS = 60;

/** A fixed phrase is said; then it is the caller's turn again. */
const phrase = (kind: 'clarify' | 'reprompt' | 'apology') => {
  const { initial, states, on } = spoken('anybody');
  return call.createStateConfig({
    initial,
    states,
    entry: 'nextUtterance',
    invoke: { src: 'utter', input: ({ context }) => utterOrder(context, kind) },
    on: {
      ...on,
      ...bridged,
      'utterance.finished': { guard: 'itsOwn', target: '#yielding' },
      'utterance.failed': { target: '#faltering', actions: 'noteFailure' },
    },
  });
};

const line = call.createStateConfig({
  initial: 'preparing',
  states: {
    preparing: {
      invoke: {
        src: 'openMedia',
        onDone: 'connected',
        onError: {
          actions: raise(({ event }) =>
            lineLost('не удалось открыть порт для звука', failureOf('media', event.error).message),
          ),
        },
      },
      on: { 'line.ended': 'ended', hangup: { actions: raise(lineLost('звонок отменён')) } },
    },
    connected: {
      initial: 'dialling',
      invoke: { id: 'line', src: 'line', input: ({ context }) => context.plan },
      on: { 'line.ended': 'ended', hangup: '.hangingUp' },
      states: {
        dialling: {
          entry: emit(({ context: { via, simulated } }) => ({ type: 'line.dialling', via, simulated })),
          on: { 'line.ringing': 'ringing', 'line.answered': 'answered' },
        },
        ringing: { on: { 'line.answered': 'answered' } },
        answered: {},
        /** The line actor says `line.ended` in any case, also when the adapter stays mute. */
        hangingUp: { entry: sendTo('line', { type: 'hangup' }), on: { hangup: {} } },
      },
    },
    ended: { type: 'final' },
  },
});

const talking = call.createStateConfig({
  initial: 'greeting',
  after: {
    [CLOSING_STARTS_MS]: { actions: { type: 'reachLimit', params: { limit: 'time' } } },
    [CLOSE_AT_THE_LATEST_MS]: '#closing',
  },
  states: {
    greeting: {
      ...spoken('who picks up'),
      entry: 'nextUtterance',
      invoke: { src: 'utter', input: ({ context }) => utterOrder(context, 'greeting') },
      on: {
        ...bridged,
        'speech.sustained': 'hearing',
        'utterance.finished': { guard: 'itsOwn', target: 'yielding' },
        'utterance.failed': [
          { guard: 'firstFailure', target: 'greeting', reenter: true, actions: 'noteFailure' },
          {
            target: '#leaving',
            actions: ['noteFailure', { type: 'breakCall', params: { reason: 'синтез речи недоступен' } }],
          },
        ],
      },
    },

    /** The assistant has finished: whose turn is it? */
    yielding: {
      id: 'yielding',
      always: [
        { guard: 'limitReached', target: '#closing' },
        { guard: 'callerSpeaks', target: 'hearing' },
        { guard: 'turnsWait', target: 'recognising' },
        { target: 'listening' },
      ],
    },

    /** The caller's turn; he says nothing yet. */
    listening: {
      always: { guard: 'limitReached', target: '#closing' },
      after: {
        [REPROMPT_AFTER_MS]: [{ guard: 'mayReprompt', target: 'reprompting' }, { target: '#closing' }],
      },
      on: { 'speech.started': 'hearing' },
    },

    hearing: {
      id: 'hearing',
      entry: 'hush',
      on: {
        'speech.paused': [{ guard: 'mayAnswer', actions: ['awaitEnd', 'foresee'] }, { actions: 'awaitEnd' }],
        'words.foreseen': { guard: 'ofOpenTurn', actions: 'awaitEnd' },
        'speech.resumed': { actions: 'goOn' },
        /** Until now it may have been a knock, and what was foreseen still right. */
        'speech.sustained': { actions: 'forget' },
        'turn.ended': 'recognising',
        'turn.dropped': [
          { guard: 'turnsWait', target: 'recognising' },
          { guard: 'answerOwed', target: 'replying' },
          { target: 'listening' },
        ],
      },
    },

    recognising: {
      id: 'recognising',
      always: { guard: 'limitReached', target: '#closing' },
      invoke: {
        src: 'recognise',
        input: ({ context }) => ({ spans: context.pendingTurns }),
        onDone: [
          {
            guard: ({ event }) => event.output.recognition.kind === 'recognised',
            target: 'deciding',
            actions: { type: 'noteWords', params: ({ event }) => event.output },
          },
          { target: 'mishearing', actions: { type: 'noteNoWords', params: ({ event }) => event.output } },
        ],
        onError: {
          target: 'apologising',
          actions: { type: 'noteDeafness', params: ({ event }) => ({ error: event.error }) },
        },
      },
      /** He goes on: both pieces will be recognised together. */
      on: { ...bridged, 'speech.started': 'hearing' },
    },

    /** The words are there: answer them, or has the conversation had its share (of failures, too)? */
    deciding: {
      always: [
        { guard: 'tooManyFailures', target: '#closing' },
        { guard: 'mayAnswer', target: 'replying' },
        { target: '#closing', actions: { type: 'reachLimit', params: { limit: 'pairs' } } },
      ],
    },

    mishearing: { always: [{ guard: 'mayMishear', target: 'clarifying' }, { target: '#closing' }] },

    replying: {
      initial: 'thinking',
      entry: 'nextUtterance',
      invoke: { src: 'utter', input: ({ context }) => utterOrder(context, 'reply') },
      on: { ...bridged, 'utterance.failed': { target: 'faltering', actions: 'noteFailure' } },
      states: {
        thinking: {
          always: { guard: 'limitReached', target: '#closing' },
          on: {
            'utterance.started': { target: 'speaking', actions: 'countPair' },
            'speech.started': 'waiting',
          },
        },
        /** He makes a sound before he has heard anything of the reply: if he goes on it is dropped unheard. */
        waiting: {
          entry: 'hold',
          on: {
            'turn.dropped': { target: 'thinking', actions: 'release' },
            'speech.sustained': '#hearing',
            'turn.ended': '#recognising',
          },
        },
        speaking: {
          ...spoken('anybody'),
          on: {
            'speech.sustained': '#hearing',
            'utterance.finished': [{ guard: 'goodbyeSaid', target: '#parting' }, { target: '#yielding' }],
          },
        },
      },
    },

    clarifying: phrase('clarify'),
    reprompting: { ...phrase('reprompt'), exit: 'countReprompt' },
    apologising: { ...phrase('apology'), always: { guard: 'tooManyFailures', target: '#closing' } },

    /** An utterance could not be said. Once more, unless it fails again and again. */
    faltering: {
      id: 'faltering',
      always: [
        {
          guard: 'tooManyFailures',
          target: '#leaving',
          actions: { type: 'breakCall', params: { reason: 'речевой сервис не отвечает' } },
        },
        { target: 'apologising' },
      ],
    },
  },
});

const conversation = call.createStateConfig({
  initial: 'waiting',
  invoke: { id: 'foresight', src: 'foresee' },
  on: {
    'line.ended': [{ guard: 'wordsLeft', target: '.lastWords' }, { target: '.over' }],
    hangup: { guard: 'lineIsUp', target: '.hungUp' },
  },
  states: {
    /** Until he picks up there is time to find the first words. */
    waiting: { on: { 'line.ringing': { actions: 'prepareGreeting' }, 'line.answered': 'held' } },
    held: {
      initial: 'talking',
      after: { [HANG_UP_AT_MS]: 'leaving' },
      exit: 'forget',
      states: {
        talking,
        closing: {
          id: 'closing',
          entry: ['nextUtterance', 'forgetTurns'],
          invoke: { src: 'utter', input: ({ context }) => utterOrder(context, 'closing') },
          after: { [LONGEST_CLOSING_MS]: '#leaving' },
          on: {
            ...bridged,
            'utterance.finished': { guard: 'itsOwn', target: 'parting' },
            'utterance.failed': { target: '#leaving', actions: 'noteFailure' },
          },
        },
        parting: { id: 'parting', after: { [AFTER_GOODBYE_MS]: '#leaving' } },
      },
    },
    leaving: { id: 'leaving', entry: raise({ type: 'hangup' }) },
    /** We say nothing more and wait for the line to end. */
    hungUp: {},

    /** The line is down and something was said that nobody has understood yet: it still counts. */
    lastWords: {
      initial: 'cutting',
      states: {
        cutting: {
          entry: sendTo('media', { type: 'endTurn' } satisfies MediaOrder),
          always: { guard: 'allTurnsEnded', target: 'recognising' },
          on: { 'turn.dropped': '#over' },
        },
        recognising: {
          invoke: {
            src: 'recognise',
            input: ({ context }) => ({ spans: context.pendingTurns }),
            onDone: [
              {
                guard: ({ event }) => event.output.recognition.kind === 'recognised',
                target: '#over',
                actions: { type: 'noteWords', params: ({ event }) => event.output },
              },
              { target: '#over', actions: { type: 'noteNoWords', params: ({ event }) => event.output } },
            ],
            onError: {
              target: '#over',
              actions: { type: 'noteDeafness', params: ({ event }) => ({ error: event.error }) },
            },
          },
        },
      },
      after: { [LAST_WORDS_MS]: '#over' },
    },

    over: { id: 'over', type: 'final' },
  },
});

const recording = call.createStateConfig({
  initial: 'idle',
  states: {
    idle: { on: { 'line.answered': 'running', 'line.ended': 'saving' } },
    running: {
      invoke: {
        id: 'media',
        src: 'media',
        input: ({ event }) => {
          if (event.type !== 'line.answered') throw new Error(`media cannot start on ${event.type}`);
          return { remote: event.remote };
        },
      },
      initial: 'on',
      states: {
        on: { on: { 'line.ended': 'windingUp' } },
        windingUp: { after: { [WIND_UP_MS]: '#saving' } },
      },
    },
    saving: {
      id: 'saving',
      invoke: {
        src: 'closeMedia',
        onDone: { target: 'closed', actions: { type: 'noteMedia', params: ({ event }) => event.output } },
        onError: { target: 'closed', actions: { type: 'noteNoRecording', params: ({ event }) => event } },
      },
    },
    closed: { type: 'final', entry: raise({ type: 'recording.closed' }) },
  },
});

/**
 * One call. Four regions: the line ∥ the conversation ∥ the recording ∥ the ledger, which writes down what the
 * others live through. Effects are invoked and provided by call-actors.ts; leaving a state cancels what it invoked:
 * that is all of barge-in. What the machine emits is the call's journal.
 */
export const callMachine = call.createMachine({
  id: 'call',
  context: ({ input }) => startingContext(input),
  initial: 'live',
  states: {
    live: { type: 'parallel', onDone: 'ended', states: { line, conversation, recording, ledger } },
    ended: { type: 'final', entry: emit(({ context }) => callEnded(context)) },
  },
});

function lineLost(reason: string, cause?: string): LineMeaning {
  return {
    type: 'line.ended',
    outcome: 'error',
    reason,
    ...(cause === undefined ? {} : { cause }),
    atMs: 0,
  };
}
