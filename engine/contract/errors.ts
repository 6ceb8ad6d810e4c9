/** Codes of failures that cross a room's border; each says what can be done about it. */
export type ProviderErrorCode =
  | 'STT_TIMEOUT'
  | 'STT_FAILED'
  | 'OPERATOR_TIMEOUT'
  | 'OPERATOR_FAILED'
  | 'TTS_TIMEOUT'
  | 'TTS_FAILED'
  | 'TTS_EMPTY'
  | 'PROVIDER_AUTH'
  | 'PROVIDER_LIMIT'
  | 'LANGUAGE_UNSUPPORTED';

/** A speech or language provider failed. `retryable` says whether the same request may work later. */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode;
  readonly retryable: boolean;
  constructor(code: ProviderErrorCode, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'ProviderError';
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** The engine takes no more calls now: every slot is busy, or it is stopping. */
export class EngineBusyError extends Error {
  readonly code = 'ENGINE_BUSY';
  constructor(message: string) {
    super(message);
    this.name = 'EngineBusyError';
  }
}
