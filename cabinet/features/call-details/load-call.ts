import { api } from '../../api/client.ts';
import type { CallTimeline, DemoResult, Interaction } from '../../api/types.ts';

export interface LoadedCall {
  readonly interaction: Interaction;
  /** What the visitor's session knows besides of this call, where it is the session's own. */
  readonly own: DemoResult | undefined;
  /** When everything was said; undefined for demo calls and where the server cannot tell. */
  readonly timeline: CallTimeline | undefined;
}

/** Without the session's answer or the times the call is shown all the same. Throws ApiError without the call. */
export async function loadCall(
  id: string,
  sessionId: string | null,
  signal: AbortSignal,
): Promise<LoadedCall> {
  const interaction = await api.interaction(id, signal);
  if (interaction.is_demo || interaction.type !== 'call')
    return { interaction, own: undefined, timeline: undefined };
  const [result, timeline] = await Promise.all([
    sessionId === null ? undefined : api.sessionResult(sessionId, signal).catch(() => undefined),
    api.timeline(id, signal).catch(() => undefined),
  ]);
  const own = result?.call_id === interaction.id ? result : undefined;
  // Asked for at two moments: a call that ended in between is shown without times rather than with wrong ones.
  const same = timeline?.lines.length === interaction.transcript.length;
  return { interaction, own, timeline: same ? timeline : undefined };
}
