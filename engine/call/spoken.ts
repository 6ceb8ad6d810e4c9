import { call } from './call-setup.ts';

/** So long we wait in silence to know what a few words meant; then we go on while they are being recognised. */
const WEIGH_IN_SILENCE_MS = 250;

/** We owe the caller words, and nothing is heard: a filler bridges it. */
export const bridged = { 'line.quiet': { actions: 'fill' } } as const;

/**
 * Something is being said. When the caller makes a sound we fall silent at once, and find out what it was: real speech
 * takes the floor; a few words are recognised first, and «угу» takes nothing; of a knock or a cough nothing is left.
 * What takes nothing is followed by our words from where they were.
 */
export const spoken = (to: 'anybody' | 'who picks up') =>
  call.createStateConfig({
    initial: 'audible',
    on: { 'speech.sustained': '#hearing' },
    states: {
      audible: { on: { 'speech.started': 'doubting' } },
      doubting: {
        entry: 'hold',
        on: {
          'speech.paused': { actions: ['awaitEnd', 'listenAhead'] },
          'words.foreseen': { guard: 'ofOpenTurn', actions: 'awaitEnd' },
          'speech.resumed': { actions: 'goOn' },
          'turn.dropped': { target: 'audible', actions: 'release' },
          'turn.ended': 'weighing',
        },
      },
      weighing: {
        invoke: {
          src: 'recognise',
          input: ({ context }) => ({ spans: context.pendingTurns }),
          onDone: [
            {
              guard: { type: 'takesFloor', params: ({ event }) => ({ ...event.output, to }) },
              target: '#recognising',
            },
            {
              target: 'audible',
              actions: ['release', { type: 'noteAside', params: ({ event }) => event.output }],
            },
          ],
          onError: {
            target: 'audible',
            actions: ['release', { type: 'noteDeafAside', params: ({ event }) => event }],
          },
        },
        after: { [WEIGH_IN_SILENCE_MS]: { actions: 'release' } },
        on: { 'speech.started': 'doubting' },
      },
    },
  });
