/**
 * A copy of plain data that PostgreSQL takes as text and jsonb: without U+0000, and with lone halves of surrogate
 * pairs replaced by U+FFFD. Recognisers and visitors send such things, and one of them would block a journal for ever.
 */
export function storable<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, clean(field)]));
  }
  return value;
}
