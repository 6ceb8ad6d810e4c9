/** How to reach an Asterisk's REST interface. */
export interface AriAddress {
  /** `http://127.0.0.1:8188`, without a slash at the end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Where the ARI is now; asked before each attempt to connect. May (re)start a server of ours.
 * Rejects with an Error whose message is for people, in Russian.
 */
export type AriSource = (signal: AbortSignal) => Promise<AriAddress>;
