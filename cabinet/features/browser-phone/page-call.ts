/** How a call in the page ended; the server's reason, in Russian, stays on the status screen. */
export type CallEnd =
  /** The visitor or the assistant hung up, or it was let ring. */
  | 'over'
  | 'rejected'
  /** The page could not reach the server, or lost it. */
  | 'connection'
  /** Signalling works, the sound's way does not: WebRTC through a firewall. */
  | 'no-sound';

export type CallPhase =
  | { readonly name: 'connecting' }
  | { readonly name: 'ringing' }
  | { readonly name: 'talking' }
  | { readonly name: 'ended'; readonly how: CallEnd };

/** RMS of the last moment, 0…1. */
export interface Levels {
  readonly microphone: number;
  readonly assistant: number;
}

/** One call to this page, whatever way its sound takes. */
export interface PageCall {
  /** Tells each phase once, `ended` last. */
  onPhase: (phase: CallPhase) => void;
  answer(): void;
  reject(): void;
  /** Idempotent. */
  hangup(): void;
  levels(): Levels;
}
