import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { ProviderError } from '../contract/errors.ts';
import type { CallView } from '../contract/fold-call.ts';
import { loadCallerVoices, type CallerLine } from '../far-end/caller-voices.ts';
import type { Pcm, SpeechRequest, TextToSpeech } from '../ports/speech.ts';
import { fakeOperator, fakeStt, fakeTts, type Fault } from '../testing/call-lab-fakes.ts';
import { only } from '../testing/call-lab-facts.ts';
import { VOICES_DIR } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

const MAX_CALL_SEC = 120;

let lines: readonly CallerLine[];
beforeAll(async () => {
  lines = await loadCallerVoices(VOICES_DIR);
});

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));
beforeEach(() => void unhandled.splice(0));

type Faults = Partial<Record<'stt' | 'operator' | 'tts', Fault>>;
const labs: CallLab[] = [];

/** A lab with nothing but fakes in it, one of which goes wrong. */
const labOf = async ({ stt, operator, tts }: Faults, voice?: TextToSpeech) => {
  const clock = new VirtualClock();
  const lab = await CallLab.open({
    lines,
    clock,
    fakes: ['stt', 'operator', 'tts'],
    stt: fakeStt(clock, 'Да, это интересно.', stt),
    operator: fakeOperator(clock, 'Хорошо. Слушаю вас.', operator, 'Спасибо за разговор. До свидания!'),
    tts: voice ?? fakeTts(clock, tts),
  });
  labs.push(lab);
  return lab;
};

/** Whatever a call went through: nothing of it is left. */
afterEach(async () => {
  for (const lab of labs.splice(0)) {
    await lab.run(new Promise<void>((resolve) => lab.clock.setTimeout(resolve, 320_000)));
    expect(lab.openSockets).toBe(0);
    expect(lab.clock.nextDueMs()).toBeUndefined();
    expect(lab.troubles).toEqual([]);
    expect(lab.exchange.liveCalls()).toEqual([]);
  }
  expect(unhandled).toEqual([]);
});

const failures = (lab: CallLab, view: CallView) =>
  only(lab.journal.events(view.callId), 'provider.failed').map(({ stage, code }) => `${stage} ${code}`);
const said = (view: CallView) =>
  view.transcript.filter((line) => line.speaker === 'assistant').map((line) => line.text);
const kinds = (lab: CallLab, view: CallView) =>
  only(lab.journal.events(view.callId), 'utterance.started').map(({ kind }) => kind);
/** From the answer to the end of the line, s. */
const lastedSec = (lab: CallLab, view: CallView) => {
  const at = (type: 'line.answered' | 'line.ended') =>
    Date.parse(only(lab.journal.events(view.callId), type)[0]?.at ?? '');
  return (at('line.ended') - at('line.answered')) / 1000;
};

describe('A whole call whose providers fail', () => {
  const PERSON = '+79990000001';

  it('goes its way when none does', async () => {
    const lab = await labOf({});
    const view = await lab.call({ phone: PERSON });
    expect(view).toMatchObject({ status: 'completed', providerFailures: 0 });
    expect(kinds(lab, view)).toEqual(['greeting', 'reply', 'reply', 'reply', 'reply']);
  });

  const every = (['stt', 'operator', 'tts'] as const).flatMap((stage) =>
    (['fails', 'breaks', 'hangs', 'empty', 'late'] as const).map((fault) => [stage, fault] as const),
  );

  it.each(every)(
    '%s %s: the call ends in time, is written down, and leaves nothing',
    async (stage, fault) => {
      const lab = await labOf({ [stage]: fault });
      const view = await lab.call({ phone: PERSON });
      // Without a voice there is no call; without a mind or ears there are the fixed phrases.
      const mute = stage === 'tts';
      expect(view.status).toBe(mute ? 'failed' : 'completed');
      expect(view.reason).toMatch(mute ? /синтез речи/ : /[а-яё]{3}/);
      expect(lastedSec(lab, view)).toBeLessThanOrEqual(MAX_CALL_SEC);
      expect(view.recording).not.toBeNull();
      expect(lab.journal.events(view.callId).at(-1)?.type).toBe('call.ended');
    },
  );

  it.each([
    ['stt', 'fails', 'stt STT_FAILED'],
    ['stt', 'hangs', 'stt STT_TIMEOUT'],
    ['stt', 'late', 'stt STT_TIMEOUT'],
    ['operator', 'hangs', 'operator OPERATOR_TIMEOUT'],
    ['operator', 'late', 'operator OPERATOR_TIMEOUT'],
    ['tts', 'hangs', 'tts TTS_TIMEOUT'],
    ['tts', 'late', 'tts TTS_TIMEOUT'],
    ['operator', 'fails', 'operator OPERATOR_FAILED'],
    ['operator', 'breaks', 'operator OPERATOR_FAILED'],
    ['operator', 'empty', 'operator OPERATOR_FAILED'],
    ['tts', 'fails', 'tts TTS_FAILED'],
    ['tts', 'breaks', 'tts TTS_FAILED'],
    ['tts', 'empty', 'tts TTS_EMPTY'],
  ] as const)('%s %s is in the journal as %s', async (stage, fault, expected) => {
    const lab = await labOf({ [stage]: fault });
    const view = await lab.call({ phone: PERSON });
    expect(new Set(failures(lab, view))).toEqual(new Set([expected]));
    expect(view.providerFailures).toBe(failures(lab, view).length);
  });

  it('ears that understand nothing are no failure', async () => {
    const lab = await labOf({ stt: 'empty' });
    const view = await lab.call({ phone: PERSON });
    expect(failures(lab, view)).toEqual([]);
    expect(kinds(lab, view)).toEqual(['greeting', 'clarify', 'clarify', 'closing']);
  });

  it.each(['fails', 'empty'] as const)(
    'a mind that %s: fixed phrases, and a goodbye before long',
    async (fault) => {
      const lab = await labOf({ operator: fault });
      const view = await lab.call({ phone: PERSON });
      expect(view).toMatchObject({ status: 'completed', reason: 'разговор завершён' });
      expect(kinds(lab, view)).toEqual(['greeting', 'reply', 'reply', 'closing']);
      const [greeting, apology, , goodbye] = said(view);
      expect(greeting).toContain('Здравствуйте');
      expect(apology).toContain('Простите');
      expect(goodbye).toContain('до свидания');
    },
  );

  it('ears that fail: apologies, and a goodbye before long', async () => {
    const lab = await labOf({ stt: 'fails' });
    const view = await lab.call({ phone: PERSON });
    expect(view).toMatchObject({ status: 'completed', reason: 'разговор завершён' });
    expect(kinds(lab, view)).toEqual(['greeting', 'apology', 'apology', 'closing']);
  });

  it('writes down only the sentences that there was sound of', async () => {
    const clock = new VirtualClock();
    const voice = fakeTts(clock);
    const lab = await labOf(
      {},
      { ...voice, speak: (request, signal) => speakUnless(/Слушаю/, voice, request, signal) },
    );
    const view = await lab.call({ phone: PERSON });
    const heard = said(view);
    expect(heard.slice(0, -1)).toEqual(heard.slice(0, -1).map(() => 'Хорошо.'));
    expect(heard.length).toBeGreaterThan(1);
    expect(new Set(failures(lab, view))).toEqual(new Set(['tts TTS_FAILED']));
  });

  it('a voice that breaks in mid-sentence: what was heard stays, and the apology is said to its end', async () => {
    const clock = new VirtualClock();
    const voice = fakeTts(clock);
    const lab = await CallLab.open({
      lines,
      clock,
      fakes: ['stt', 'operator', 'tts'],
      stt: fakeStt(clock, 'Да, это интересно.'),
      operator: fakeOperator(clock, 'Мы расскажем вам обо всём по порядку.', 'none', 'До свидания!'),
      tts: {
        ...voice,
        async *speak(request, signal) {
          const [first, second] = [...(await collect(voice.speak(request, signal)))];
          yield first!;
          // The first half is being heard meanwhile; the greeting is spared.
          await new Promise<void>((resolve) => clock.setTimeout(resolve, 900));
          if (request.text.startsWith('Мы') && clock.now() > 8_000) {
            throw new ProviderError('TTS_FAILED', 'the voice broke', { retryable: false });
          }
          yield second!;
        },
      },
    });
    labs.push(lab);
    const view = await lab.call({ phone: PERSON });
    const events = lab.journal.events(view.callId);
    const apologies = only(events, 'utterance.started').filter(({ kind }) => kind === 'apology');
    expect(apologies.length).toBeGreaterThan(0);
    const finished = only(events, 'utterance.finished');
    for (const { utterance } of apologies) {
      expect(finished.find((one) => one.utterance === utterance)).toMatchObject({ complete: true });
      expect(finished.find((one) => one.utterance === utterance - 1)).toMatchObject({ complete: false });
    }
    expect(view.transcript.some(({ text }) => /^Мы.*…$/.test(text))).toBe(true);
  });

  it('plays two sentences of two engines, each at its own rate', async () => {
    const seconds = async (rates: readonly number[]) => {
      let spoken = 0;
      const lab = await labOf(
        {},
        {
          name: 'two-engines',
          async *speak() {
            const rateHz = rates[spoken++ % rates.length]!;
            yield {
              rateHz,
              samples: Int16Array.from({ length: rateHz }, (_, i) => 6000 * Math.sin((i * 2500) / rateHz)),
            };
          },
        },
      );
      const view = await lab.call({ phone: PERSON });
      return view.transcript.flatMap((line) =>
        line.speaker === 'assistant' ? [((line.endMs ?? NaN) - line.startMs) / 1000] : [],
      );
    };
    const expected = await seconds([8_000, 8_000]);
    expect(expected[0]).toBeCloseTo(2, 1);
    const [greeting] = await seconds([24_000, 16_000]);
    expect(greeting).toBeCloseTo(2, 1);
  });

  it('an answer that comes after the hang-up is nobody’s', async () => {
    const lab = await labOf({ stt: 'late' });
    const view = await lab.call({ phone: PERSON });
    const { length } = lab.journal.events(view.callId);
    await lab.run(new Promise<void>((resolve) => lab.clock.setTimeout(resolve, 320_000)));
    expect(lab.journal.events(view.callId)).toHaveLength(length);
  });
});

async function* speakUnless(
  mute: RegExp,
  voice: TextToSpeech,
  request: SpeechRequest,
  signal: AbortSignal,
): AsyncGenerator<Pcm> {
  if (mute.test(request.text))
    throw new ProviderError('TTS_FAILED', 'this word cannot be said', { retryable: false });
  yield* voice.speak(request, signal);
}

async function collect(speech: AsyncIterable<Pcm>): Promise<readonly Pcm[]> {
  const chunks: Pcm[] = [];
  for await (const pcm of speech) chunks.push(pcm);
  return chunks;
}
