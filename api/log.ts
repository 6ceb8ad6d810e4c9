import { ProviderError } from '../engine/contract/errors.ts';

/** What this part of the product asks of a logger. Pino's Logger fits as it is. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log that says nothing; for tests and for tools that print their own story. */
export const SILENT_LOG: Log = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * An error as log fields: its message and its stack, and SQLSTATE or errno where there is one. A provider's error keeps
 * its name, by which the logger knows to mask what the provider said.
 */
export function errorFields(error: unknown): {
  err: { name?: string; message: string; stack?: string; code?: string };
} {
  if (!(error instanceof Error)) return { err: { message: String(error) } };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    err: {
      ...(error instanceof ProviderError ? { name: error.name } : {}),
      message: error.message,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
      ...(code === undefined ? {} : { code }),
    },
  };
}
