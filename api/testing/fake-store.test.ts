import { describe } from 'vitest';
import { watchedCallsContract } from '../persistence/testing/watched-calls-contract.ts';
import { FakeStore } from './fake-store.ts';

describe('FakeStore', () => {
  watchedCallsContract(() => {
    const store = new FakeStore();
    return { store, happen: async (callId, drafts) => store.happen(callId, ...drafts) };
  });
});
