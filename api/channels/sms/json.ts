import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { DeliveryError } from '../../deliveries/delivery-error.ts';

/** A gateway's answer as its schema's type. What does not fit proves nothing: `unclear`. */
export function answerAs<Schema extends TSchema>(schema: Schema, body: unknown): Static<Schema> {
  if (!Value.Check(schema, body)) throw new DeliveryError('unclear', 'BAD_ANSWER');
  return body;
}

/** `79161234567`: the number as gateways want it that take no plus sign. */
export function digitsOf(phone: string): string {
  return phone.replace(/\D/g, '');
}
