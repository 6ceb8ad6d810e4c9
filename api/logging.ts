import { pino, type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger } from 'pino';

/** A Russian number, with the signs people put between; never a piece of a UUID or of a longer number. */
const PHONE_LIKE = /(?<![\w-])(?:\+7|[78])(?:[ ().-]{0,2}\d){10}(?![\w-])/g;
const PII_PREFIX = 'pii.';

export interface LoggerOptions {
  /** pino's levels, or `silent`. */
  readonly level: string;
  /** True writes phone numbers and words as they are (HALO_LOG_PII). */
  readonly logPii: boolean;
  /** Standard output by default. */
  readonly destination?: DestinationStream;
}

/**
 * JSON lines. Personal data go under `pii.` keys (`log.info({ callId, 'pii.phone': phone }, 'call requested')`) and are
 * masked unless `logPii`; a call's id is always `call_id` on the line, however the writer spelt it. Errors are written
 * by type, code, message and stack only, phone numbers masked: a database's error carries the row it could not write.
 */
export function createLogger(options: LoggerOptions): Logger {
  const shape = (fields: Record<string, unknown>) => shapeLine(fields, options.logPii);
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: shape },
      serializers: {
        err: (error: unknown) => describeError(error, options.logPii),
        error: (error: unknown) => describeError(error, options.logPii),
      },
    },
    ...(options.destination === undefined ? [] : [options.destination]),
  );
  return shapeChildren(log, shape);
}

/** pino does not ask `formatters.bindings` for a child's bindings; children of children inherit this method. */
function shapeChildren(log: Logger, shape: (fields: Bindings) => Bindings): Logger {
  const child = log.child;
  const shaped = function (this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
    return Reflect.apply(child, this, [shape(bindings), options]);
  };
  Object.assign(log, { child: shaped });
  return log;
}

/** `+7 *** ***-12-34`: enough to recognise a call by, not enough to dial. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  return digits.length < 10 ? '***' : `+7 *** ***-${digits.slice(-4, -2)}-${digits.slice(-2)}`;
}

/** Masks every phone number in a text of ours (an error's message, a URL). */
export function maskPhones(text: string): string {
  return text.replace(PHONE_LIKE, (match) => maskPhone(match));
}

function shapeLine(fields: Record<string, unknown>, logPii: boolean): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'callId') line['call_id'] = value;
    else if (!logPii && key.startsWith(PII_PREFIX)) line[key] = maskPii(key, value);
    else line[key] = value;
  }
  return line;
}

function maskPii(key: string, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (typeof value !== 'string') return '[masked]';
  return key === 'pii.phone' ? maskPhone(value) : `[masked, ${value.length} chars]`;
}

/** Takes an Error, or fields made of one already (log.ts, errorFields). */
function describeError(error: unknown, logPii: boolean, depth = 0): unknown {
  const mask = logPii ? (text: string) => text : maskPhones;
  if (typeof error !== 'object' || error === null) return mask(String(error));
  const { name, code, message, stack, cause } = error as Partial<Record<keyof Error | 'code', unknown>>;
  if (!logPii && name === 'ProviderError') return describeProviderError({ name, code, message, stack });
  return {
    ...(typeof name === 'string' ? { type: name } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: typeof message === 'string' ? mask(message) : '',
    ...(typeof stack === 'string' ? { stack: mask(stack) } : {}),
    ...(cause instanceof Error && depth < 3 ? { cause: describeError(cause, logPii, depth + 1) } : {}),
  };
}

/** A server may quote the conversation that it refuses to judge: of its words, and of those behind them, none. */
function describeProviderError({ name, code, message, stack }: Readonly<Record<string, unknown>>): unknown {
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^ +at /.test(line)) : [];
  return {
    type: name,
    ...(typeof code === 'string' ? { code } : {}),
    message: typeof message === 'string' ? `[masked, ${message.length} chars]` : '',
    ...(frames.length > 0 ? { stack: frames.join('\n') } : {}),
  };
}

/** Who knows a short link's code can open the chat that it leads to. */
const LINK_CODE = /^\/t\/.+/;

/** The request as the log shows it: no query values, no headers, no short links, ids only. */
export function describeRequest(request: { method: string; url: string }): { method: string; path: string } {
  const path = request.url.split('?', 1)[0] ?? '';
  return { method: request.method, path: maskPhones(path.slice(0, 200).replace(LINK_CODE, '/t/…')) };
}
