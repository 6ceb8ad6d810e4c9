import Type from 'typebox';
import { Value } from 'typebox/value';
import { LINE_CODECS, PERSONAS, type FarEndOrder } from '../../../contract/call-plan.ts';

/** SIP header of our INVITEs to the local carrier, and to nobody else: the application whose subscribers answer. */
export const CARRIER_HEADER = 'X-Halo-Carrier';

/** SIP header of our INVITEs to the local carrier, and to nobody else: who shall answer there. */
export const FAR_END_HEADER = 'X-Halo-Far-End';

const Share = Type.Number({ minimum: 0, maximum: 1 });

const Ms = Type.Number({ minimum: 0, maximum: 600_000 });
const When = Type.Optional(
  Type.Union([
    Type.Object({ on: Type.Literal('silence'), ms: Type.Optional(Ms) }),
    Type.Object({ on: Type.Enum(['over', 'at', 'after']), ms: Ms }),
  ]),
);
/** Without keys: a subscriber of the carrier has nothing but sound. */
const Step = Type.Union([
  Type.Object({ do: Type.Literal('say'), file: Type.String({ minLength: 1 }), when: When }),
  Type.Object({ do: Type.Literal('pause'), ms: Ms, when: When }),
  Type.Object({ do: Type.Literal('hangUp'), when: When }),
]);

const Wish = Type.Object({
  language: Type.String({ minLength: 1, maxLength: 16 }),
  farEnd: Type.Optional(
    Type.Object({
      persona: Type.Optional(Type.Enum([...PERSONAS])),
      audioFiles: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 100 })),
      steps: Type.Optional(Type.Array(Step, { maxItems: 100 })),
      faults: Type.Optional(
        Type.Object({
          loss: Type.Optional(Share),
          jitterMs: Type.Optional(Type.Number({ minimum: 0, maximum: 5_000 })),
          noiseSnrDb: Type.Optional(Type.Number()),
          duplicates: Type.Optional(Share),
          reorder: Type.Optional(Share),
          clockDriftPpm: Type.Optional(Type.Number({ minimum: -10_000, maximum: 10_000 })),
          codec: Type.Optional(Type.Enum([...LINE_CODECS])),
          seed: Type.Optional(Type.Number()),
        }),
      ),
    }),
  ),
});

/** In what language the subscriber speaks, and what else was ordered of him. */
export interface FarEndWish {
  readonly language: string;
  readonly farEnd?: FarEndOrder;
}

/** The header's value: base64url (RFC 4648 §5) of JSON; no comma, quote or blank, so the dialplan may carry it bare. */
export function encodeFarEnd(wish: FarEndWish): string {
  return Buffer.from(JSON.stringify(wish), 'utf8').toString('base64url');
}

/** Reads a value back; an empty one (no such header) means that nothing was ordered. Throws with what is wrong in it. */
export function decodeFarEnd(value: string): FarEndWish {
  if (value === '') return { language: 'ru' };
  const wish: unknown = parseJson(Buffer.from(value, 'base64url').toString('utf8'));
  if (Value.Check(Wish, wish)) return wish;
  const [first] = Value.Errors(Wish, wish);
  throw new Error(
    `${FAR_END_HEADER} says what no subscriber understands: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${FAR_END_HEADER} is not base64url of JSON`, { cause: error });
  }
}
