import Type, { type Static } from 'typebox';
import { PERSONAS } from '../../engine/contract/call-plan.ts';
import { DISPOSITIONS } from '../../engine/contract/call-session.ts';
import { CALL_LANGUAGES } from '../../engine/contract/languages.ts';

/** The YAML of `seeds/load`. `description`s are the advice of its error messages, in Russian. */

const strict = { additionalProperties: false } as const;

/** Lines on which nobody speaks, by the last four digits that make the simulator so (far-end/personas.ts). */
export const LINES = {
  busy: '0486',
  no_answer: '0480',
  rings_for_ever: '0180',
  forbidden: '0403',
  no_such_number: '0404',
  dead: '0408',
  network_error: '0503',
} as const;
export type LineName = keyof typeof LINES;
export const LINE_NAMES = Object.keys(LINES) as LineName[];

const ENDED = ['completed', 'no_answer', 'failed'] as const;
const MOST_WEIGHT = 1_000;
const MOST_CALLERS = 100;

/** What a call must come to. */
export const Outcome = Type.Object(
  {
    status: Type.Enum([...ENDED], { description: `чем кончится звонок: ${ENDED.join(', ')}` }),
    disposition: Type.Enum([...DISPOSITIONS], {
      description: `итог разговора: ${DISPOSITIONS.join(', ')}`,
    }),
  },
  { ...strict, description: 'что должно выйти: {status: completed, disposition: interested}' },
);
export type Outcome = Static<typeof Outcome>;

export const MixCaller = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60, description: 'имя строки отчёта, до 60 знаков' }),
    weight: Type.Number({
      minimum: 0,
      maximum: MOST_WEIGHT,
      description: `вес: число от 0 до ${MOST_WEIGHT}; доля звонков — вес к сумме весов`,
    }),
    persona: Type.Optional(
      Type.Enum([...PERSONAS], { description: `встроенный абонент: ${PERSONAS.join(', ')}` }),
    ),
    line: Type.Optional(
      Type.Enum([...LINE_NAMES], {
        description: `линия, на которой никто не говорит: ${LINE_NAMES.join(', ')}`,
      }),
    ),
    scenario: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'файл сценария, рядом с этим: ../scenarios/barge-in-question.yaml',
      }),
    ),
    language: Type.Optional(
      Type.Enum([...CALL_LANGUAGES], { description: `язык заказа: ${CALL_LANGUAGES.join(', ')}` }),
    ),
    expect: Outcome,
  },
  {
    ...strict,
    description: 'абонент: name, weight, одно из persona, line, scenario, если нужно language, и expect',
  },
);
export type MixCaller = Static<typeof MixCaller>;

export const Mix = Type.Object(
  {
    title: Type.String({ minLength: 1, description: 'что это за смесь, одной строкой' }),
    callers: Type.Array(MixCaller, {
      minItems: 1,
      maxItems: MOST_CALLERS,
      description: `список абонентов, от 1 до ${MOST_CALLERS}`,
    }),
  },
  { ...strict, description: 'смесь: title и callers' },
);
export type Mix = Static<typeof Mix>;
