import Type, { type Static } from 'typebox';

/**
 * One event that the call's machine took, and what it did about it. A call's steps, in order, are all that its machine
 * ever heard: with them the call can be run again (engine/call/replay.ts).
 */
export const TraceStep = Type.Object({
  /** Since the machine was started, on the call's clock. */
  ms: Type.Number({ minimum: 0 }),
  /** Who told it: `line`, `media`, `utter`, `foresee`, `recognise` …; `timer`: the machine's own; `outside`: a command. */
  from: Type.String(),
  /** `speech.sustained`, `recognise.done`, `after 6000`. */
  type: Type.String(),
  /** The event's own fields; absent where there are none, or where the journal holds the same event. */
  body: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** The last number of the journal when the step was done. */
  seq: Type.Integer({ minimum: 1 }),
  /** What the machine asked for, a line each: `utter reply 3 ru`, `media hold`, `utter stopped`. */
  did: Type.Optional(Type.Array(Type.String())),
  /** The states it is in from now on, each from the root (`live.line.connected.ringing`); absent: the same as before. */
  states: Type.Optional(Type.Array(Type.String())),
});
export type TraceStep = Static<typeof TraceStep>;

/** The states that are active after each step, as they are told only where they change. */
export function statesAt(steps: readonly TraceStep[], index: number): readonly string[] {
  for (let at = Math.min(index, steps.length - 1); at >= 0; at -= 1) {
    const states = steps[at]?.states;
    if (states !== undefined) return states;
  }
  return [];
}
