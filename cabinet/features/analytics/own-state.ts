import type { DemoResult } from '../../api/types.ts';

/**
 * How far the visitor's demo is: `talking` (no call to show yet), `settling` (the call is over, the steps after it
 * are not), `complete`, `failed` (the call was never held; nothing more will come).
 */
export type OwnState = 'talking' | 'settling' | 'complete' | 'failed';

export function ownState(result: DemoResult): OwnState {
  const { live, call, chat } = result;
  if (live.status === 'no_answer' || live.status === 'failed') return 'failed';
  if (call === null) return 'talking';
  return call.crm_record !== null && chat !== null ? 'complete' : 'settling';
}
