import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PERSONAS, type PersonaName } from '../contract/call-plan.ts';
import type { CallView } from '../contract/fold-call.ts';
import type { CallLanguage } from '../contract/languages.ts';
import { PERSONA_DISPOSITION } from '../far-end/personas.ts';
import { callFacts, only } from '../testing/call-lab-facts.ts';
import { openOfflineParts, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

/** V5: the pause before a reply. Virtual time charges nothing for computing: the rest of it is the pipeline's own. */
const LONGEST_GAP_MS = 2_000;
/** The call hears the end of a word by ear, the recording is measured by energy: a soft last consonant lies between. */
const SAME_GAP_MS = 250;

/** What a persona gets to say before the assistant has said goodbye (or he hangs up in the middle of the next). */
const LINES_SAID: Readonly<Record<PersonaName, number>> = {
  interested: 4,
  not_interested: 2,
  call_later: 3,
  neutral: 3,
  silent: 0,
  hangs_up: 1,
  long_winded: 4,
};

const numberOf = (persona: PersonaName) => `+7999000000${PERSONAS.indexOf(persona) + 1}`;

describe('A whole call, with the speech that needs no key', () => {
  let parts: OfflineParts;
  beforeAll(async () => {
    parts = await openOfflineParts();
  });
  afterAll(() => parts.close());

  const disposition = async ({ spokenLanguage, transcript, prompt }: CallView) => {
    const request = { prompt, language: spokenLanguage, transcript };
    return (await parts.operator.analyse(request, new AbortController().signal)).finalDisposition;
  };

  const factsOf = (lab: CallLab, view: CallView) =>
    callFacts(
      view,
      lab.journal.events(view.callId),
      view.recording === null ? undefined : lab.recordings.file(view.recording),
    );

  /** All that a held call must be, whoever the caller is. */
  const expectHeld = async (lab: CallLab, view: CallView, persona: PersonaName, language: CallLanguage) => {
    expect(view.status).toBe('completed');
    expect(await disposition(view)).toBe(PERSONA_DISPOSITION[persona]);
    expect(view.reason).toBe(persona === 'hangs_up' ? 'абонент повесил трубку' : 'разговор завершён');
    expect(view.spokenLanguage).toBe(language === 'en' ? 'en' : 'ru');
    expect(view.providerFailures).toBe(0);

    const facts = factsOf(lab, view);
    const spoken = parts.lines.filter(
      (line) => line.persona === persona && line.language === view.spokenLanguage,
    );
    const text = (lines: readonly { readonly text: string }[]) => lines.map((line) => line.text).join(' ');
    const heard = facts.heard.join(' ');
    const said = text(spoken.slice(0, LINES_SAID[persona]));
    // Of the line that he hangs up in, as much as he said.
    if (persona === 'hangs_up') {
      expect(text(spoken).startsWith(heard), heard).toBe(true);
      expect(heard.length).toBeGreaterThan(said.length);
    } else expect(heard).toBe(said);
    expect(facts.unrecognised).toBe(0);

    const events = lab.journal.events(view.callId);
    const [saved] = only(events, 'recording.saved');
    expect(only(events, 'media.measured')).toMatchObject([{ lost: 0, late: 0, strangers: 0 }]);
    const { recording } = facts;
    if (recording === undefined || saved === undefined) throw new Error('the call was not recorded');
    expect(recording.caller.length).toBe(recording.assistant.length);
    expect(saved.durationMs).toBeCloseTo(facts.recordingMs, 0);
    expect(Math.abs(facts.recordingMs - view.durationSec! * 1000)).toBeLessThan(700);

    expect(facts.overlappingUtterances).toBe(0);
    // Nobody interrupts anybody; but that English voice pauses for 640 ms in mid-sentence, and is answered there.
    const interrupted = persona === 'long_winded' && language === 'en';
    expect(facts.doubleTalkMs).toBeLessThanOrEqual(interrupted ? 2_000 : 0);

    for (const gapMs of facts.gapsMs) expect(gapMs).toBeLessThanOrEqual(LONGEST_GAP_MS);
    expect(facts.replies.length).toBeGreaterThanOrEqual(LINES_SAID[persona]);
    for (const { journalMs, measuredMs } of interrupted ? [] : facts.replies) {
      expect(Math.abs(journalMs - (measuredMs ?? NaN))).toBeLessThanOrEqual(SAME_GAP_MS);
    }
    expect(lab.troubles).toEqual([]);
    expect(lab.openSockets).toBe(0);
  };

  describe.each<CallLanguage>(['auto', 'ru', 'en'])('in language %s', (language) => {
    it.each(PERSONAS)('%s is understood, answered in time and judged right', async (persona) => {
      const lab = await CallLab.open(parts);
      const view = await lab.call({ phone: numberOf(persona), language });
      await expectHeld(lab, view, persona, language);
    });
  });

  it.each(PERSONAS)('%s is held the same from other numbers, at other paces', async (persona) => {
    const lab = await CallLab.open(parts);
    const phones = ['+79161234567', '+79031110022'];
    const views = await lab.calls(phones.map((phone) => ({ phone, farEnd: { persona } })));
    for (const view of views) await expectHeld(lab, view, persona, 'auto');
  });

  it.each([
    ['+79990000480', 'no_answer', 'абонент не ответил'],
    ['+79990000486', 'no_answer', 'абонент занят'],
    ['+79990000503', 'failed', 'оператор связи вернул ошибку'],
  ])('%s is not answered: %s, %s', async (phone, status, reason) => {
    const lab = await CallLab.open(parts);
    const view = await lab.call({ phone });
    expect(view).toMatchObject({
      status,
      reason,
      recording: null,
      transcript: [],
      startedAt: null,
      durationSec: 0,
    });
    const types = lab.journal.events(view.callId).map(({ type }) => type);
    expect(types).not.toContain('recording.saved');
    expect(types.at(-1)).toBe('call.ended');
    expect(lab.openSockets).toBe(0);
  });

  it('three at once: each is judged right, answered in time, and hears nothing of the others', async () => {
    const lab = await CallLab.open(parts);
    const personas = ['interested', 'not_interested', 'call_later'] as const;
    const views = await lab.calls(personas.map((persona) => ({ phone: numberOf(persona) })));
    for (const [at, view] of views.entries()) await expectHeld(lab, view, personas[at]!, 'auto');
    expect(new Set(views.map((view) => view.recording)).size).toBe(3);
  });

  it('a silent person is asked once whether he hears, and then let go', async () => {
    const lab = await CallLab.open(parts);
    const view = await lab.call({ phone: numberOf('silent') });
    const kinds = only(lab.journal.events(view.callId), 'utterance.started').map(({ kind }) => kind);
    expect(kinds).toEqual(['greeting', 'reprompt', 'closing']);
    expect(view.transcript.every((line) => line.speaker === 'assistant')).toBe(true);
  });
});
