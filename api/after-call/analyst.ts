import type { Operator } from '../../engine/index.ts';

/** The part of the engine's operator that works after the call. */
export type Analyst = Pick<Operator, 'analyse' | 'followUp'>;

/** An ended conversation, to be judged. */
export type Conversation = Parameters<Analyst['analyse']>[0];

/** What the analyst made of it. */
export type Judgement = Awaited<ReturnType<Analyst['analyse']>>;
