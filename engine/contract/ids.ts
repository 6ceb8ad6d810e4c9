import Type from 'typebox';

/** UUID v4 of one call; the same id in the API, the journal, the logs and the recording's file name. */
export type CallId = string & { readonly __brand: 'CallId' };
export const CallId = Type.Unsafe<CallId>(Type.String({ format: 'uuid' }));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Brands a string as a call id. Throws RangeError when it is not a UUID. */
export function toCallId(text: string): CallId {
  if (!UUID.test(text)) throw new RangeError(`not a call id (a UUID is expected): ${text.slice(0, 60)}`);
  return text.toLowerCase() as CallId;
}

/** True when `text` has the form of a UUID. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
