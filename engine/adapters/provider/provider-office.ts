import type { CallId } from '../../contract/ids.ts';
import type { AskDeps } from './ask-provider.ts';
import type { CallbackMapping, ProviderRequest } from './mappings/mapping.ts';
import type { BridgeDeps } from './sound-bridge.ts';

/** What all lines share. */
export interface ProviderOffice extends AskDeps, BridgeDeps {
  readonly mapping: CallbackMapping;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Asks for the end of a call; without it only those hear of it who hold the sound connection. */
  readonly hangup?: (callId: CallId) => ProviderRequest;
  readonly onTrouble: (what: string) => void;
}
