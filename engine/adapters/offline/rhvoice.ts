import { spawn } from 'node:child_process';
import { ProviderError } from '../../contract/errors.ts';
import { SPOKEN_LANGUAGES, VOICES } from '../../contract/languages.ts';
import type { Pcm, SpeechAbilities, SpeechRequest, TextToSpeech } from '../../ports/speech.ts';
import type { RhvoiceInstall } from './rhvoice-install.ts';
import { rhvoiceFor, rhvoiceTuning } from './rhvoice-voices.ts';
import { SpeechShaper } from './synthesiser-sound.ts';
import { ChunkQueue, Gate } from './synthesiser-stream.ts';
import { speakable } from './synthesiser-text.ts';

export interface RhvoiceOptions {
  readonly install: RhvoiceInstall;
  readonly firstChunkMs?: number;
  readonly totalMs?: number;
}

/** RHVoice-test writes WAV of this rate, whatever it is asked for. */
const RATE_HZ = 24_000;
/** Its WAV head is the plain one: RIFF, fmt of 16 bytes, data. */
const WAV_HEAD_BYTES = 44;
/** Each process takes a core for a moment: with more at once all would start later. */
const MAX_PROCESSES = 4;

/** RHVoice, a process a request. 24,000 Hz. */
export class RhvoiceSynthesiser implements TextToSpeech {
  readonly name = 'rhvoice';
  readonly abilities: SpeechAbilities;
  readonly #install: RhvoiceInstall;
  readonly #firstChunkMs: number;
  readonly #totalMs: number;
  readonly #gate = new Gate(MAX_PROCESSES);
  readonly #running = new Set<() => void>();

  constructor(options: RhvoiceOptions) {
    this.#install = options.install;
    this.#firstChunkMs = options.firstChunkMs ?? 2500;
    this.#totalMs = options.totalMs ?? 15_000;
    const languages = SPOKEN_LANGUAGES.filter((language) =>
      VOICES.some((voice) => this.#find(language, voice)),
    );
    this.abilities = { languages, voices: VOICES };
  }

  /** Processes that run. */
  get working(): number {
    return this.#running.size;
  }

  /** True when it has a voice for exactly this language and voice. */
  has(request: Pick<SpeechRequest, 'language' | 'voice'>): boolean {
    return this.#find(request.language, request.voice) !== undefined;
  }

  /** Reads program and voice into the machine's page cache: the first sentence of a call is then as quick as the rest. */
  async warmUp(): Promise<void> {
    const language = this.abilities.languages[0];
    if (language === undefined) return;
    for (const voice of VOICES.filter((one) => this.has({ language, voice: one }))) {
      const request: SpeechRequest = { text: language === 'ru' ? 'Да.' : '1', language, voice };
      const speech = this.speak(request, new AbortController().signal);
      await speech.next();
      await speech.return();
    }
  }

  /** Kills what runs. Idempotent. */
  close(): Promise<void> {
    for (const kill of this.#running) kill();
    return Promise.resolve();
  }

  async *speak(request: SpeechRequest, signal: AbortSignal): AsyncGenerator<Pcm, void, undefined> {
    const voice = this.#find(request.language, request.voice);
    if (voice === undefined) {
      const message = `RHVoice: no ${request.voice} voice for ${request.language}; npm run voices -- --status lists what is there`;
      throw new ProviderError('LANGUAGE_UNSUPPORTED', message, { retryable: false });
    }
    const text = speakable(request.text, request.language);
    const leave = await this.#gate.enter(signal);
    try {
      const queue = new ChunkQueue<Buffer>();
      const kill = this.#run(voice, text, queue);
      const limits = { firstChunkMs: this.#firstChunkMs, totalMs: this.#totalMs, engine: 'RHVoice' };
      const shaper = new SpeechShaper(RATE_HZ, rhvoiceTuning(voice).gainDb);
      const wav = new WavSamples();
      let given = 0;
      for await (const bytes of queue.drain(signal, limits, kill)) {
        const samples = shaper.push(wav.push(bytes));
        given += samples.length;
        if (samples.length > 0) yield { samples, rateHz: RATE_HZ };
      }
      const rest = shaper.end();
      if (rest.length > 0) yield { samples: rest, rateHz: RATE_HZ };
      if (given + rest.length > 0) return;
      const message = `RHVoice's ${voice} makes no sound of this text`;
      throw new ProviderError('TTS_EMPTY', message, { retryable: false });
    } finally {
      leave();
    }
  }

  #find(language: SpeechRequest['language'], voice: SpeechRequest['voice']): string | undefined {
    return rhvoiceFor(this.#install.voices, language, voice);
  }

  /** Starts the process; returns what kills it and its helper. */
  #run(voice: string, text: string, queue: ChunkQueue<Buffer>): () => void {
    const rate = String(rhvoiceTuning(voice).ratePercent);
    const args = [...this.#install.command, '-p', voice, '-r', rate, '-o', '/dev/stdout'];
    // Node's stdout is a socket, which RHVoice cannot open as a file: `cat` puts a pipe between.
    // Detached: the shell leads a process group, so that one kill reaches all three.
    const child = spawn('/bin/sh', ['-c', '"$@" | cat', 'sh', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', ...this.#install.env },
    });
    const kill = (): void => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Gone between the check and the kill.
      }
    };
    let complaint = '';
    this.#running.add(kill);
    child.stdout.on('data', (bytes: Buffer) => queue.push(bytes));
    child.stderr.on(
      'data',
      (bytes: Buffer) => (complaint = (complaint + bytes.toString('utf8')).slice(-300)),
    );
    child.stdin.on('error', () => {});
    child.on('error', (error) => queue.fail(failed(error.message)));
    child.on('close', (code, killedBy) => {
      this.#running.delete(kill);
      if (killedBy !== null || queue.pushed === 0)
        queue.fail(failed(`${complaint} (${code ?? killedBy})`.trim()));
      else queue.end();
    });
    child.stdin.end(`${text}\n`);
    return kill;
  }
}

/** Takes the samples out of a plain WAV that comes in pieces of any size, odd ones too. */
export class WavSamples {
  #skip = WAV_HEAD_BYTES;
  #odd: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): Int16Array {
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    const all = Buffer.concat([this.#odd, bytes.subarray(skipped)]);
    const even = all.length - (all.length % 2);
    this.#odd = new Uint8Array(all.subarray(even));
    return new Int16Array(new Uint8Array(all.subarray(0, even)).buffer);
  }
}

function failed(why: string): ProviderError {
  return new ProviderError('TTS_FAILED', `RHVoice failed: ${why}; npm run voices -- --status checks it`, {
    retryable: true,
  });
}
