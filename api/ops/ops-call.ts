import type { CallEngine } from '../../engine/contract/engine.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { maskedPhone } from '../demo/phone-mask.ts';
import type { OpsCall } from '../schemas/ops.ts';

/** A call as those who watch over all of them see it. */
export function opsCall(view: CallView, engine: Pick<CallEngine, 'states' | 'liveCalls'>): OpsCall {
  return {
    call_id: view.callId,
    phone: maskedPhone(view.phone),
    status: view.status,
    language: view.language,
    spoken_language: view.spokenLanguage,
    created_at: view.createdAt,
    started_at: view.startedAt,
    ended_at: view.endedAt,
    duration_sec: view.durationSec,
    reason: view.reason,
    disposition: view.finalDisposition,
    last_gap_ms: view.transcript.findLast(({ gapMs }) => gapMs !== null)?.gapMs ?? null,
    states: [...engine.states(view.callId)],
    here: engine.liveCalls().includes(view.callId),
  };
}
