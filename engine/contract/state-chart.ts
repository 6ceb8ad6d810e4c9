import Type, { type Static } from 'typebox';

/** A state machine as it is drawn. Ids are paths from the root, as in a call's trace: `live.line.connected.ringing`. */
export const ChartNode = Type.Object({
  id: Type.String(),
  /** Absent for the states at the top. */
  parent: Type.Optional(Type.String()),
  name: Type.String(),
  kind: Type.Enum(['atomic', 'compound', 'parallel', 'final', 'history']),
  /** Its parent begins with it. */
  initial: Type.Boolean(),
  /** What it does while it lasts: `recognise`. */
  invokes: Type.Array(Type.String()),
  /** Events that it answers without leaving: `speech.paused [mayAnswer]`. */
  handles: Type.Array(Type.String()),
});
export type ChartNode = Static<typeof ChartNode>;

export const ChartEdge = Type.Object({
  id: Type.String(),
  from: Type.String(),
  to: Type.String(),
  /** `turn.ended`, `after 6 s`, `recognise done`, `always`. */
  event: Type.String(),
  /** The question that must be answered with yes: `limitReached`. */
  guard: Type.Optional(Type.String()),
});
export type ChartEdge = Static<typeof ChartEdge>;

export const StateChart = Type.Object({
  id: Type.String(),
  nodes: Type.Array(ChartNode),
  edges: Type.Array(ChartEdge),
});
export type StateChart = Static<typeof StateChart>;
