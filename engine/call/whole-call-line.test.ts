import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LineFaults, PersonaName } from '../contract/call-plan.ts';
import { toCallId } from '../contract/ids.ts';
import { UNRECOGNISED, type CallView } from '../contract/fold-call.ts';
import type { CallerLine } from '../far-end/caller-voices.ts';
import { PERSONA_DISPOSITION } from '../far-end/personas.ts';
import { muLawEncode } from '../media/g711.ts';
import { loadResampler, Resampler } from '../media/resampler.ts';
import { randomRtpSender } from '../media/random-sender.ts';
import type { Vad } from '../media/vad.ts';
import { writeWav } from '../media/wav.ts';
import type { MediaAddress, MediaSocket } from '../ports/media-transport.ts';
import { only } from '../testing/call-lab-facts.ts';
import { openOfflineParts, VOICES_DIR, type OfflineParts } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { virtualTicker } from '../testing/virtual-clock.ts';
import { Audience } from './audience.ts';
import { MediaPath } from './media-path.ts';

// Minutes of conversation: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 60_000 });

let parts: OfflineParts;
let folder: string;
beforeAll(async () => {
  [parts, folder] = await Promise.all([openOfflineParts(), mkdtemp(join(tmpdir(), 'halo-line-'))]);
});
afterAll(() => Promise.all([parts.close(), rm(folder, { recursive: true })]));

const dispositionOf = async ({ spokenLanguage, transcript, prompt }: CallView) => {
  const request = { prompt, language: spokenLanguage, transcript };
  return (await parts.operator.analyse(request, new AbortController().signal)).finalDisposition;
};
const heardIn = (lab: CallLab, view: CallView) =>
  only(lab.journal.events(view.callId), 'turn.transcribed').map(({ text }) => text);
const kindsIn = (lab: CallLab, view: CallView) =>
  only(lab.journal.events(view.callId), 'utterance.started').map(({ kind }) => kind);

describe('A whole call over a bad line', () => {
  const LOSSY = { loss: 0.05, jitterMs: 40 };
  const NOISY = { ...LOSSY, noiseSnrDb: 15 };
  const FOUR = ['interested', 'not_interested', 'call_later', 'neutral'] as const;
  const cases: readonly (readonly [string, LineFaults, readonly PersonaName[]])[] = [
    ['5 % lost, the others up to 40 ms late', LOSSY, [...FOUR, 'hangs_up', 'long_winded']],
    ['the same with 15 dB of noise', NOISY, FOUR],
    ['every tenth packet twice, 60 ms of jitter', { duplicates: 0.1, jitterMs: 60 }, ['interested']],
  ];

  describe.each(cases)('%s', (_name, faults, personas) => {
    it.each(personas)('%s is still judged right', async (persona) => {
      const lab = await CallLab.open(parts);
      const orders = (['auto', 'en'] as const).map((language, at) => ({
        phone: `+7916000000${at + 1}`,
        language,
        farEnd: { persona, faults: { ...faults, seed: at + 1 } },
      }));
      for (const view of await lab.calls(orders)) {
        expect(view.status).toBe('completed');
        expect(await dispositionOf(view)).toBe(PERSONA_DISPOSITION[persona]);
        expect(heardIn(lab, view).length).toBeGreaterThan(0);
      }
      expect(lab.troubles).toEqual([]);
      expect(lab.openSockets).toBe(0);
    });
  });

  it('noise alone is nobody’s words: a silent person on a noisy line stays silent', async () => {
    const lab = await CallLab.open(parts);
    const view = await lab.call({
      phone: '+79990000005',
      farEnd: { persona: 'silent', faults: { ...NOISY, seed: 4 } },
    });
    expect(heardIn(lab, view)).toEqual([]);
    expect(kindsIn(lab, view)).toEqual(['greeting', 'reprompt', 'closing']);
    expect(await dispositionOf(view)).toBe('neutral');
  });
});

describe('A whole call with the tester’s own recordings', () => {
  /** A line as a WAV file of that rate; a second channel repeats the first. */
  const record = async (line: CallerLine, rateHz: number, channels: 1 | 2) => {
    await loadResampler();
    let pcm = line.pcm;
    if (rateHz !== 8000) {
      const resampler = new Resampler({ fromHz: 8000, toHz: rateHz });
      pcm = Int16Array.from([...resampler.push(line.pcm), ...resampler.flush()]);
      resampler.free();
    }
    const file = join(folder, `${line.id}-${rateHz}-${channels}.wav`);
    await writeFile(file, writeWav(rateHz, channels === 1 ? [pcm] : [pcm, pcm]));
    return file;
  };
  const linesOf = (persona: PersonaName, language: string) =>
    parts.lines.filter((line) => line.persona === persona && line.language === language);

  it.each([
    [8_000, 1],
    [16_000, 2],
    [44_100, 2],
  ] as const)(
    '%i Hz with %i channel(s): the caller’s turns are those recordings',
    async (rateHz, channels) => {
      const lines = linesOf('interested', 'ru');
      const audioFiles = await Promise.all(lines.map((line) => record(line, rateHz, channels)));
      const lab = await CallLab.open(parts);
      const view = await lab.call({ phone: '+79990000480', farEnd: { audioFiles } });
      expect(view.status).toBe('completed');
      expect(heardIn(lab, view)).toEqual(lines.map(({ text }) => text));
      expect(await dispositionOf(view)).toBe('interested');
    },
  );

  it('in «auto» the assistant goes over to the language it hears; in a language of its own it stays', async () => {
    const audioFiles = await Promise.all(linesOf('interested', 'en').map((line) => record(line, 16_000, 1)));
    const lab = await CallLab.open(parts);
    const [auto, russian] = await lab.calls([
      { phone: '+79990000001', farEnd: { audioFiles } },
      { phone: '+79990000001', language: 'ru', farEnd: { audioFiles } },
    ]);
    expect(only(lab.journal.events(auto!.callId), 'language.changed')).toMatchObject([
      { from: 'ru', to: 'en' },
    ]);
    const said = (view: CallView) =>
      view.transcript.filter((line) => line.speaker === 'assistant').map((line) => line.text);
    expect(said(auto!)[0]).toMatch(/[а-я]/);
    for (const text of said(auto!).slice(1)) expect(text).not.toMatch(/[а-я]/);
    expect(auto!.status).toBe('completed');
    expect(await dispositionOf(auto!)).toBe('interested');
    expect(only(lab.journal.events(russian!.callId), 'language.changed')).toEqual([]);
    for (const text of said(russian!)) expect(text).toMatch(/[а-я]/);
  });

  it('asks again what it did not understand, twice, and then takes its leave', async () => {
    const audioFiles = ['unknown-ru-1', 'unknown-ru-2', 'unknown-en-1', 'unknown-en-2'].map((name) =>
      join(VOICES_DIR, `${name}.wav`),
    );
    const lab = await CallLab.open(parts);
    const view = await lab.call({ phone: '+79990000001', farEnd: { audioFiles } });
    expect(view.status).toBe('completed');
    expect(kindsIn(lab, view)).toEqual(['greeting', 'clarify', 'clarify', 'closing']);
    const caller = view.transcript.filter((line) => line.speaker === 'user');
    expect(caller.map(({ text }) => text)).toEqual([UNRECOGNISED, UNRECOGNISED, UNRECOGNISED]);
    expect(await dispositionOf(view)).toBe('neutral');
  });

  it('a person whose recordings are used up hangs up by himself', async () => {
    const [first] = linesOf('neutral', 'ru');
    const lab = await CallLab.open(parts);
    const view = await lab.call({
      phone: '+79990000001',
      farEnd: { audioFiles: [await record(first!, 8_000, 1)] },
    });
    expect(view).toMatchObject({ status: 'completed', reason: 'абонент повесил трубку' });
    expect(heardIn(lab, view)).toEqual([first!.text]);
  });

  it.each([
    ['that is not there', 'lost.wav', undefined, 'no such file'],
    ['that is no WAV', 'letter.wav', 'Dear Sir or Madam, this is a letter.', 'ffmpeg'],
    ['that is empty', 'empty.wav', '', 'empty'],
  ])('a file %s fails the call and says so', async (_what, name, content, why) => {
    const file = join(folder, name);
    if (content !== undefined) await writeFile(file, content);
    const lab = await CallLab.open(parts);
    const view = await lab.call({ phone: '+79990000001', farEnd: { audioFiles: [file] } });
    expect(view).toMatchObject({ status: 'failed', recording: null, transcript: [] });
    const [ended] = only(lab.journal.events(view.callId), 'line.ended');
    expect(ended).toMatchObject({ outcome: 'error' });
    expect(ended?.cause).toContain(file);
    expect(ended?.cause).toContain(why);
    expect(lab.openSockets).toBe(0);
  });
});

describe('A whole call that strangers send RTP to', () => {
  const PHONE = '+79161234567';

  /** Holds a call; `intrude` is told every 20 ms of it where the call's own RTP port is, and who the person is. */
  const held = async (intrude: (ours: MediaAddress, person: MediaAddress) => void) => {
    let stop = () => {};
    const lab = await CallLab.open({
      ...parts,
      telephony: (simulator) => ({
        ...simulator,
        dial: (request, onEvent, signal) =>
          simulator.dial(
            request,
            (event) => {
              if (event.type === 'answered') {
                const tick = () => {
                  intrude(request.localMedia, event.remote);
                  timer = lab.clock.setTimeout(tick, 20);
                };
                let timer = lab.clock.setTimeout(tick, 1_000);
                stop = () => lab.clock.clearTimeout(timer);
              }
              if (event.type === 'ended') stop();
              onEvent(event);
            },
            signal,
          ),
      }),
    });
    return lab;
  };

  /** The caller's words and the pauses, without what differs between two calls anyway. */
  const told = (view: CallView) =>
    view.transcript.map(({ speaker, text, startMs, gapMs }) => ({ speaker, text, startMs, gapMs }));

  it('hears and says the same as without them', async () => {
    const quiet = await held(() => {});
    const expected = told(await quiet.call({ phone: PHONE, farEnd: { persona: 'interested' } }));

    const loud = parts.lines.find((line) => line.id === 'not-interested-ru-2')!.pcm;
    const sender = randomRtpSender();
    const strangers: MediaSocket[] = [];
    let sent = 0;
    const lab = await held((ours) => {
      const at = (sent * 160) % (loud.length - 160);
      const frame = muLawEncode(loud.subarray(at, at + 160));
      for (const stranger of strangers) stranger.send(sender.packet(frame, { frame: sent }), ours);
      strangers[0]?.send(new Uint8Array([1, 2, 3]), ours);
      sent += 1;
    });
    strangers.push(await lab.transport.open(), await lab.transport.open());
    const view = await lab.call({ phone: PHONE, farEnd: { persona: 'interested' } });
    await Promise.all(strangers.map((stranger) => stranger.close()));

    expect(sent).toBeGreaterThan(500);
    expect(told(view)).toEqual(expected);
    const counted = lab.journal.events(view.callId).find((event) => event.type === 'media.measured');
    expect(counted).toMatchObject({ lost: 0 });
    expect(counted?.strangers).toBeGreaterThan(1_000);
    expect(view.status).toBe('completed');
    expect(await dispositionOf(view)).toBe('interested');
  });

  it('counts them, also when they copy the person’s own packets', async () => {
    const lab = await CallLab.open(parts);
    const ticker = virtualTicker(lab.clock);
    const { transport, recordings } = lab;
    const vad: Vad = { push: () => [], reset: () => {} };
    const callId = toCallId('11111111-1111-4111-8111-111111111111');
    const path = await MediaPath.open({
      callId,
      transport,
      ticker,
      now: () => lab.clock.now(),
      vad,
      recordings,
      audience: new Audience(),
    });
    const [person, stranger] = [await transport.open(), await transport.open()];
    path.start(person.local, () => {});
    const sender = randomRtpSender();
    let frame = 0;
    const done = new Promise<void>((resolve) => {
      const stop = ticker.start(() => {
        const packet = sender.packet(muLawEncode(new Int16Array(160).fill(1000)), { frame });
        stranger.send(packet, path.local);
        person.send(packet, path.local);
        frame += 1;
        if (frame < 50) return;
        stop();
        lab.clock.setTimeout(resolve, 100);
      });
    });
    await lab.run(done);
    expect(path.stats).toMatchObject({ received: 50, foreignSource: 50, duplicate: 0, lost: 0 });
    await Promise.all([path.close(), person.close(), stranger.close()]);
  });
});
