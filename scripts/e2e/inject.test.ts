import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runFfmpeg } from '../../engine/adapters/ffmpeg/run-ffmpeg.ts';
import { muLawDecode, muLawEncode } from '../../engine/media/g711.ts';
import { randomRtpSender } from '../../engine/media/random-sender.ts';
import { parseRtp } from '../../engine/media/rtp-packet.ts';
import { parseWav } from '../../engine/media/wav.ts';
import { realAsterisk } from '../../engine/testing/real-asterisk.ts';
import { loudestDbfs } from '../inject/find-sounds.ts';
import type { InjectResult } from '../inject/result.ts';
import { projectFfmpeg } from '../inject/sounds.ts';
import { allGone } from '../lib/halo-process.ts';
import { House } from './house.ts';
import { descendantsOf, type ProcessId } from '../lib/processes.ts';
import { runProgram, type Run } from './program.ts';

const NOTHING = new Int16Array(0);
const VOICES = fileURLToPath(new URL('../../seeds/voices/', import.meta.url));
const ffmpeg = await projectFfmpeg().catch(() => undefined);
const install = await realAsterisk();
const NEEDS_ASTERISK = '(needs Asterisk: npm run asterisk -- get)';
const houses: House[] = [];
const newHouse = (): House => {
  const house = new House();
  houses.push(house);
  return house;
};
afterAll(async () => {
  for (const house of houses) await house.close();
}, 60_000);

const resultOf = (run: Run): InjectResult => {
  expect([run.code, run.stderr.includes('    at ')], run.stderr).toEqual([0, false]);
  return JSON.parse(run.stdout) as InjectResult;
};

describe.concurrent('npm run inject', () => {
  it.skipIf(install === undefined)(
    `puts a file over the greeting into the RTP of a call through two real Asterisks ${NEEDS_ASTERISK}`,
    // Once more, as three-calls: on a starved machine the recording may hold too little of the file to be found in it.
    { retry: 1 },
    async () => {
      const house = newHouse();
      const voice = join(VOICES, 'not-interested-ru-3.wav');
      const file = ffmpeg === undefined ? voice : await asMp3(voice, join(house.dataDir, '..', 'no.mp3'));
      const run = await runProgram('scripts/inject.ts', house.dataDir, [
        ...['--when', 'over=1.5s', file, '--via', 'asterisk', '--persona', 'not_interested', '--json'],
      ]);
      const result = resultOf(run);
      expect(run.stderr).toContain('телефония asterisk');
      expect(result).toMatchObject({
        ok: true,
        status: 'completed',
        final_disposition: 'not_interested',
        expected_disposition: 'not_interested',
        broken_off: 1,
        resumed: 0,
      });
      expect(result.turns.map(({ speaker }) => speaker)).toEqual(['assistant', 'user', 'assistant']);
      // What he began over the assistant's voice may have lost its first word.
      expect(result.turns[1]!.text).toMatch(/^(?:Нет, )?не звоните мне больше. До свидания.$/);
      expect(result.gaps_ms).toHaveLength(1);
      expect(result.interruptions.length).toBeGreaterThan(0);
      // 200 ms is the product's own limit; a loaded machine hears its packets late.
      expect(result.interruptions[0]!.stopped_after_ms).toBeLessThan(400);
      const [injected] = result.injected;
      expect(injected).toMatchObject({ file, when: 'over=1.5s' });
      expect(injected!.at_ms).toBeGreaterThan(1_200);
      expect(injected!.at_ms).toBeLessThan(3_500);
      // Nobody decodes it on the way, so it is as loud on the recording as it was.
      const [caller = NOTHING, assistant = NOTHING] = parseWav(await readFile(result.recording!)).samples;
      const [sent = NOTHING] = parseWav(await readFile(voice)).samples;
      expect(Math.abs(loudestDbfs(caller, 8000) - loudestDbfs(sent, 8000))).toBeLessThan(1.5);
      for (const side of [caller, assistant]) {
        expect(loudestDbfs(side, 8000)).toBeGreaterThan(-30);
        expect(side.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThan(32_000);
      }
    },
  );

  it.skipIf(install === undefined)(
    `hangs the call up at Ctrl-C, and leaves no process and no Asterisk behind ${NEEDS_ASTERISK}`,
    async () => {
      const args = [join(VOICES, 'neutral-ru-1.wav'), '--via', 'asterisk'];
      let started: readonly ProcessId[] = [];
      let pressedMs = 0;
      const run = await runProgram('scripts/inject.ts', newHouse().dataDir, args, (soFar, child) => {
        if (!soFar.includes('… ответ') || pressedMs > 0) return;
        pressedMs = performance.now();
        started = descendantsOf(child.pid!);
        child.kill('SIGINT');
      });
      expect([run.code, run.stderr]).toEqual([1, '']);
      expect(run.stdout).toMatch(/Прерываю: кладу трубку…\n[^]*Звонок прерван\n$/);
      expect(performance.now() - pressedMs).toBeLessThan(15_000);
      // Two Asterisks, PostgreSQL and the voice at least.
      expect(started.length).toBeGreaterThanOrEqual(4);
      await allGone(started);
    },
  );

  it('speaks to somebody else’s RTP port, hears him, and measures the pause', async () => {
    const house = newHouse();
    const peer = await answeringPeer(400);
    const out = join(house.dataDir, '..', 'over-rtp.wav');
    const run = await runProgram('scripts/inject.ts', house.dataDir, [
      ...[
        '--when',
        'at=0.2s',
        join(VOICES, 'call-later-ru-1.wav'),
        '--via',
        `rtp://127.0.0.1:${peer.port}`,
        '--out',
        out,
        '--json',
      ],
    ]);
    peer.close();
    const result = resultOf(run);
    expect(result).toMatchObject({ ok: true, status: null, recording: out });
    expect(result.packets).toBeGreaterThan(40);
    expect(result.gaps_ms).toHaveLength(1);
    expect(Math.abs(result.gaps_ms[0]! - 400)).toBeLessThan(200);
    expect(peer.loudest()).toBeGreaterThan(3_000);
  });
});

async function asMp3(voice: string, file: string): Promise<string> {
  const args = ['-v', 'error', '-y', '-i', voice, '-ar', '44100', file];
  const limits = { timeoutMs: 20_000, signal: AbortSignal.timeout(20_000) };
  expect(await runFfmpeg(ffmpeg!, args, limits)).toMatchObject({ code: 0 });
  return file;
}

/** Somebody who waits for a voice, lets `gapMs` pass after it, and hums for a second. */
async function answeringPeer(gapMs: number) {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const sender = randomRtpSender();
  let loudest = 0;
  let quietFrames = 0;
  let spoken = 0;
  let frame = 0;
  socket.on('message', (bytes, from) => {
    const samples = muLawDecode(parseRtp(bytes)!.payload);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    loudest = Math.max(loudest, peak);
    quietFrames = peak > 300 ? 0 : quietFrames + 1;
    const speaks = loudest > 3_000 && quietFrames * 20 > gapMs && spoken < 50;
    if (speaks) spoken += 1;
    const hum = Int16Array.from({ length: 160 }, (_, i) =>
      speaks ? 6000 * Math.sin((frame * 160 + i) / 6) : 0,
    );
    socket.send(sender.packet(muLawEncode(hum), { frame: frame++ }), from.port, from.address);
  });
  return { port: socket.address().port, close: () => socket.close(), loudest: () => loudest };
}
