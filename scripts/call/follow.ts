import { setTimeout as delay } from 'node:timers/promises';
import type { Halo } from '../../api/halo.ts';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { foldCall, type CallView } from '../../engine/contract/fold-call.ts';

/** A call lasts two minutes at the most, rings up to one, and is analysed for some seconds. */
const LONGEST_MS = 4 * 60_000;
const LOOK_EVERY_MS = 100;

/** Prints the call's events as they come, until its last step after hang-up is done; undefined when interrupted. */
export async function follow(
  halo: Pick<Halo, 'store'>,
  callId: string,
  interrupted: () => boolean,
  print: (line: string) => void,
): Promise<CallView | undefined> {
  const giveUpAtMs = performance.now() + LONGEST_MS;
  let view: CallView | undefined;
  let trouble: unknown;
  for (;;) {
    if (view !== undefined && isOver(view)) return view;
    if (interrupted()) return undefined;
    if (performance.now() > giveUpAtMs)
      throw new Error(`call ${callId} did not end within ${LONGEST_MS / 1000} s`, { cause: trouble });
    // The database is away for a moment when another HALO that had started it ends; this one starts it again.
    const events = await halo.store.events(callId, view?.lastSeq ?? 0).catch((error: unknown) => {
      trouble = error;
      return [];
    });
    for (const event of events) {
      view = foldCall(view, event);
      const line = tell(event);
      if (line !== undefined) print(line);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** The row is the last step of every call. */
function isOver(view: CallView): boolean {
  return view.stepsDone.includes('row') || view.stepsFailed.includes('row');
}

function tell(event: CallEvent): string | undefined {
  switch (event.type) {
    case 'line.ringing':
      return '  … гудки';
    case 'line.answered':
      return '  … ответ';
    case 'turn.transcribed':
      return `  абонент:   ${event.text}`;
    case 'turn.unrecognised':
      return '  абонент:   (не распознано)';
    case 'utterance.started':
      return event.gapMs === undefined ? undefined : `             (пауза ${Math.round(event.gapMs)} мс)`;
    case 'utterance.finished':
      return `  ассистент: ${event.text}${event.complete ? '' : ' [прервано]'}`;
    case 'filler.said':
      return `  ассистент: ${event.text} (пока ищет ответ)`;
    case 'utterance.held':
      return '             (замолчал: абонент подал голос)';
    case 'utterance.resumed':
      return '             (продолжает)';
    case 'provider.failed':
      return `  ! ${event.stage}: ${event.code} ${event.message}`;
    case 'limit.reached':
      return `  … предел разговора: ${event.limit === 'time' ? 'время' : 'число реплик'}`;
    case 'call.ended':
      return `  … конец: ${event.reason}, ${event.durationSec} с`;
    case 'step.failed':
      return `  ! шаг ${event.step} не выполнен: ${event.message}`;
    default:
      return undefined;
  }
}
