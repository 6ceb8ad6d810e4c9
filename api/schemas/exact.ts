import Type from 'typebox';

/** An object with these fields and no others: answers have the documents' shapes to the letter. */
export const exact = <Fields extends Type.TProperties>(fields: Fields, options: Type.TObjectOptions = {}) =>
  Type.Object(fields, { ...options, additionalProperties: false });

export const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** ISO 8601, UTC. */
export const Moment = Type.String({
  format: 'date-time',
  description: 'Время по ISO 8601, UTC.',
  examples: ['2026-11-17T16:10:00.000Z'],
});
