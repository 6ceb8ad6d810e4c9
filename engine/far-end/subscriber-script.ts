import type { FarEndStep, PersonaName } from '../contract/call-plan.ts';
import type { CallerLine } from './caller-voices.ts';
import { digitSum } from './personas.ts';
import type { SubscriberScript, SubscriberStep } from './subscriber-mind.ts';

/** How much of his last line the person who hangs up in the middle of it is heard to say. */
const CUT_SHARE = 0.45;

/** What a persona says in this language (Russian where there is nothing else), at this person's own pace. */
export function personaScript(
  lines: readonly CallerLine[],
  persona: PersonaName,
  language: string,
  phone: string,
): SubscriberScript {
  const spoken = (code: string) => lines.filter((line) => line.persona === persona && line.language === code);
  const own = spoken(language === 'en' ? 'en' : 'ru');
  const steps: SubscriberStep[] = own.map(({ pcm }, at) =>
    persona === 'hangs_up' && at === own.length - 1
      ? { do: 'hangUpMidLine', pcm, share: CUT_SHARE }
      : { do: 'say', pcm },
  );
  if (persona === 'silent')
    return { steps, reactionMs: Number.POSITIVE_INFINITY, patienceMs: Number.POSITIVE_INFINITY };
  return { ...pace(phone), steps };
}

/** The tester's own recordings, one a turn (C7). */
export function recordedScript(recordings: readonly Int16Array[], phone: string): SubscriberScript {
  return { ...pace(phone), steps: recordings.map((pcm) => ({ do: 'say', pcm })) };
}

/** A tester's own course of things; `pcms` are the sounds of its `say` steps, in their order. */
export function orderedScript(
  steps: readonly FarEndStep[],
  pcms: readonly Int16Array[],
  phone: string,
): SubscriberScript {
  const sounds = pcms.values();
  return {
    ...pace(phone),
    steps: steps.map((step): SubscriberStep => {
      if (step.do !== 'say') return step;
      const { value: pcm = new Int16Array(0) } = sounds.next();
      return { do: 'say', pcm, ...(step.when !== undefined && { when: step.when }) };
    }),
  };
}

function pace(phone: string): Pick<SubscriberScript, 'reactionMs' | 'patienceMs'> {
  return { reactionMs: 100 + (digitSum(phone) % 5) * 60, patienceMs: 2_000 };
}
