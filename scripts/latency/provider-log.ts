import type { FakeStage } from '../../engine/testing/fake-openai.ts';
import type { Profile } from './profiles.ts';
import type { Prompt } from './prompts.ts';

/** One request as the provider saw it; times by the machine's monotonic clock, the same in every process. */
export interface ProviderEntry {
  readonly stage: FakeStage;
  readonly arrivedMs: number;
  /** The transcription, the first word of the reply, the first byte of sound; absent: the client went away before. */
  answeredMs?: number;
  aborted: boolean;
  /** What was recognised; what the caller had said last; what is to be spoken. */
  text: string;
  /** A transcription's prompt and the part of it that the upload covers. */
  prompt?: string;
  uploadMs?: number;
  likeness?: number;
  /** A completion's name, and the name in what is to be spoken. */
  reply?: string;
  clauseWords?: number;
}

/** What the child process is told. */
export type ProviderOrder =
  | { readonly type: 'begin'; readonly profile: Profile; readonly prompts: readonly ProviderPrompt[] }
  | { readonly type: 'report' }
  | { readonly type: 'end' };

export type ProviderPrompt = Pick<Prompt, 'key' | 'language' | 'file' | 'text'>;

/** What it answers. */
export type ProviderNews =
  | { readonly type: 'ready'; readonly baseUrl: string }
  | { readonly type: 'begun' }
  | { readonly type: 'log'; readonly entries: readonly ProviderEntry[] };

/** ms of CLOCK_MONOTONIC. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
