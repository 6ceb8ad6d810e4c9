import { afterEach, describe, expect, it, vi } from 'vitest';
import { toCallId } from '../contract/ids.ts';
import { parseWav } from '../media/wav.ts';
import { FRAME_MS, type Clock, type FrameTicker } from '../ports/clock.ts';
import type { MediaAddress, MediaSocket, MediaTransport } from '../ports/media-transport.ts';
import type { Recordings } from '../ports/recordings.ts';

/** What every MediaTransport promises. */
export function transportContract(name: string, make: () => MediaTransport): void {
  describe(`${name} keeps the contract of MediaTransport`, () => {
    const sockets: MediaSocket[] = [];
    const open = async (transport: MediaTransport): Promise<MediaSocket> => {
      const socket = await transport.open();
      sockets.push(socket);
      return socket;
    };
    afterEach(async () => {
      await Promise.all(sockets.splice(0).map((socket) => socket.close()));
    });

    it('binds different ports and carries datagrams between them, with the sender’s address', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      expect(a.local).not.toEqual(b.local);
      const heard = packets(b);
      const sent = [Uint8Array.of(1, 2, 3), new Uint8Array(1400).fill(7), new Uint8Array(0)];
      for (const bytes of sent) a.send(bytes, b.local);
      await eventually(b, () => heard.length === 3);
      // UDP may reorder; loopback and memory do not.
      expect(heard.map(({ bytes }) => bytes)).toEqual(sent);
      for (const { from } of heard) expect(from).toEqual(a.local);
    });

    it('never delivers from inside send', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      const heard = packets(b);
      a.send(Uint8Array.of(1), b.local);
      expect(heard).toHaveLength(0);
      await eventually(b, () => heard.length === 1);
    });

    it('drops what came before anybody listened', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      for (let i = 0; i < 100; i++) a.send(Uint8Array.of(1), b.local);
      await turns(10);
      const heard = packets(b);
      a.send(Uint8Array.of(2), b.local);
      await eventually(b, () => heard.length > 0);
      expect(heard.map(({ bytes }) => bytes[0])).toEqual([2]);
    });

    it('has one listener, the last one set', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      const first = packets(b);
      const second = packets(b);
      a.send(Uint8Array.of(1), b.local);
      await eventually(b, () => second.length === 1);
      expect(first).toHaveLength(0);
    });

    it('has handed over by a poll what came before it, in order, and says how long it waited', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      const heard: number[] = [];
      const waited: number[] = [];
      b.onPacket(([number], _from, waitedMs) => {
        heard.push(number!);
        waited.push(waitedMs);
      });
      const sent = Array.from({ length: 30 }, (_, i) => i);
      const startMs = performance.now();
      for (const number of sent) a.send(Uint8Array.of(number), b.local);
      await turns(10);
      b.poll();
      expect(heard).toEqual(sent);
      for (const ms of waited) {
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(performance.now() - startMs);
      }
    });

    it('may be closed by its listener', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      let heard = 0;
      b.onPacket(() => {
        heard += 1;
        void b.close();
      });
      for (let i = 0; i < 10; i++) a.send(Uint8Array.of(i), b.local);
      await eventually(b, () => heard > 0);
      await turns(5);
      b.poll();
      expect(heard).toBe(1);
    });

    it('swallows what cannot be sent', async () => {
      const socket = await open(make());
      const other = await open(make());
      await other.close();
      for (const to of [other.local, { address: '127.0.0.1', port: 0 }, { address: 'no address', port: 9 }]) {
        expect(() => socket.send(Uint8Array.of(1), to)).not.toThrow();
      }
      // Errors come back asynchronously; an unhandled one would fail the run.
      await turns(5);
    });

    it('is silent after close, which may be repeated', async () => {
      const transport = make();
      const [a, b] = [await open(transport), await open(transport)];
      const heard = packets(b);
      a.send(Uint8Array.of(1), b.local);
      await Promise.all([b.close(), b.close()]);
      await b.close();
      const heardBefore = heard.length;
      a.send(Uint8Array.of(2), b.local);
      b.send(Uint8Array.of(3), a.local);
      await turns(5);
      b.poll();
      expect(heard).toHaveLength(heardBefore);
    });
  });
}

/** What a MediaTransport over real UDP promises besides; its sockets count what they could not send. */
export function udpContract(
  name: string,
  make: (options: UdpOptions) => MediaTransport<MediaSocket & { readonly sendErrors: number }>,
): void {
  describe(`${name} over real UDP`, () => {
    it('uses the even ports of its range and says so when they are used up', async () => {
      const probe = await make({}).open();
      const from = Math.min(probe.local.port, 65_000);
      await probe.close();
      const transport = make({ ports: { from, to: from + 9 } });
      const sockets: MediaSocket[] = [];
      const openAll = async (): Promise<void> => {
        for (;;) sockets.push(await transport.open());
      };
      await expect(openAll()).rejects.toThrow('widen the RTP port range');
      // Another process may hold some of them.
      expect(sockets.length).toBeLessThanOrEqual(5);
      const ports = sockets.map((socket) => socket.local.port);
      expect(new Set(ports).size).toBe(ports.length);
      for (const port of ports) {
        expect(port % 2).toBe(0);
        expect(port).toBeGreaterThanOrEqual(from);
        expect(port).toBeLessThanOrEqual(from + 9);
      }
      await Promise.all(sockets.map((socket) => socket.close()));
      // Freed ports are given again.
      const again = await transport.open();
      expect(ports).toContain(again.local.port);
      await again.close();
    });

    it('counts what could not be sent', async () => {
      const socket = await make({}).open();
      socket.send(new Uint8Array(70_000), { address: '127.0.0.1', port: 9 });
      socket.send(new Uint8Array(1), { address: 'example.invalid', port: 9 });
      socket.send(new Uint8Array(1), { address: '127.0.0.1', port: 0 });
      await vi.waitFor(() => expect(socket.sendErrors).toBe(3));
      await socket.close();
    });

    it('refuses addresses and ranges it cannot bind', async () => {
      expect(() => make({ address: 'localhost' })).toThrow('literal');
      expect(() => make({ ports: { from: 5001, to: 5001 } })).toThrow('even port');
      await expect(make({ address: '192.0.2.1' }).open()).rejects.toThrow(
        /cannot bind UDP 192\.0\.2\.1:0: .*EADDRNOTAVAIL/,
      );
    });
  });
}

interface UdpOptions {
  readonly address?: string;
  readonly ports?: { readonly from: number; readonly to: number };
}

/** A ticker or clock with the way to let its time pass. */
interface Waiting {
  wait(ms: number): Promise<void>;
}

/** What every FrameTicker promises. Says nothing of how punctual it is: that is measured, not tested. */
export function tickerContract(name: string, make: () => Waiting & { readonly ticker: FrameTicker }): void {
  describe(`${name} keeps the contract of FrameTicker`, () => {
    it('counts frames from 0 without gaps, never before their time, never inside start', async () => {
      const { ticker, wait } = make();
      const frames: number[] = [];
      const late: number[] = [];
      const stop = ticker.start((frame, lateMs) => {
        frames.push(frame);
        late.push(lateMs);
      });
      expect(frames).toEqual([]);
      await waitUntil(wait, () => frames.length >= 5);
      stop();
      expect(frames).toEqual(frames.map((_, i) => i));
      expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    });

    it('stops at once, also from inside a frame, and stop may be repeated', async () => {
      const { ticker, wait } = make();
      let inside = 0;
      const stopInside = ticker.start((frame) => {
        inside += 1;
        if (frame === 1) stopInside();
      });
      let never = 0;
      const stopAtOnce = ticker.start(() => {
        never += 1;
      });
      stopAtOnce();
      await waitUntil(wait, () => inside === 2);
      await wait(3 * FRAME_MS);
      expect(inside).toBe(2);
      expect(never).toBe(0);
      stopInside();
      stopAtOnce();
    });

    it('follows each frame with what comes afterwards, once, and no more when stopped inside the frame', async () => {
      const { ticker, wait } = make();
      const seen: (number | string)[] = [];
      const stop = ticker.start(
        (frame) => {
          seen.push(frame);
          if (frame === 3) stop();
        },
        () => seen.push('afterwards'),
      );
      await waitUntil(wait, () => seen.includes(3));
      await wait(2 * FRAME_MS);
      expect(seen).toEqual([0, 'afterwards', 1, 'afterwards', 2, 'afterwards', 3]);
    });

    it('serves many, each with its own count', async () => {
      const { ticker, wait } = make();
      const counts = Array.from({ length: 30 }, () => 0);
      const stops = counts.map((_, i) => ticker.start((frame) => (counts[i] = frame + 1)));
      await waitUntil(wait, () => counts.every((count) => count >= 3));
      const late: number[] = [];
      stops.push(ticker.start((frame) => late.push(frame)));
      await waitUntil(wait, () => late.length >= 3);
      for (const stop of stops) stop();
      expect(late).toEqual(late.map((_, i) => i));
      for (const count of counts) expect(count).toBeGreaterThan(3);
    });
  });
}

/** What every Clock promises. */
export function clockContract(name: string, make: () => Waiting & { readonly clock: Clock }): void {
  describe(`${name} keeps the contract of Clock`, () => {
    it('runs a timer once, not before its time, and never inside setTimeout', async () => {
      const { clock, wait } = make();
      const ran: number[] = [];
      const start = clock.now();
      clock.setTimeout(() => ran.push(clock.now() - start), 30);
      clock.setTimeout(() => ran.push(clock.now() - start), 0);
      clock.setTimeout(() => ran.push(clock.now() - start), -5);
      expect(ran).toEqual([]);
      await wait(80);
      expect(ran).toHaveLength(3);
      // Node's timers count whole milliseconds and may be up to one early.
      expect(ran[2]).toBeGreaterThanOrEqual(29);
    });

    it('does not run a cleared timer; clearing it again, or after it ran, does nothing', async () => {
      const { clock, wait } = make();
      let ran = 0;
      const cleared = clock.setTimeout(() => (ran += 1), 10);
      const kept = clock.setTimeout(() => (ran += 10), 10);
      clock.clearTimeout(cleared);
      clock.clearTimeout(cleared);
      await wait(60);
      clock.clearTimeout(kept);
      expect(ran).toBe(10);
    });

    it('has a monotonic time and a wall time', async () => {
      const { clock, wait } = make();
      const [now, wall] = [clock.now(), clock.wallTime().getTime()];
      await wait(20);
      expect(clock.now()).toBeGreaterThan(now);
      expect(clock.wallTime().getTime()).toBeGreaterThanOrEqual(wall);
    });
  });
}

/** What every Recordings promises. `read` gives a completed file's bytes. */
export function recordingsContract(
  name: string,
  make: () => Promise<{ readonly recordings: Recordings; read(file: string): Promise<Uint8Array> }>,
): void {
  const callId = toCallId('3f2504e0-4f89-41d3-9a0c-0305e82c3301');
  const frame = (value: number): Int16Array => new Int16Array(160).fill(value);

  describe(`${name} keeps the contract of Recordings`, () => {
    it('keeps every sample, the caller left, the assistant right', async () => {
      const { recordings, read } = await make();
      const writer = recordings.open(callId);
      for (let i = 0; i < 130; i++) writer.write(frame(i), frame(-i));
      const saved = await writer.close();
      expect(saved).toEqual({ file: `${callId}.wav`, durationMs: 2600 });
      const sound = parseWav(await read(saved.file));
      expect(sound).toMatchObject({ rateHz: 8000, channels: 2 });
      const expected = Int16Array.from({ length: 130 * 160 }, (_, i) => Math.floor(i / 160));
      expect(sound.samples[0]).toEqual(expected);
      expect(sound.samples[1]).toEqual(expected.map((value) => -value));
    });

    it('takes nothing after close, which may be repeated', async () => {
      const { recordings } = await make();
      const writer = recordings.open(callId);
      writer.write(frame(1), frame(2));
      const [first, second] = await Promise.all([writer.close(), writer.close()]);
      writer.write(frame(1), frame(2));
      expect(await writer.close()).toEqual(first);
      expect(second).toEqual(first);
      expect(first.durationMs).toBe(20);
    });

    it('completes a recording in which nothing was said', async () => {
      const { recordings } = await make();
      expect(await recordings.open(callId).close()).toMatchObject({ durationMs: 0 });
    });

    it('copies: a frame may be used again after write', async () => {
      const { recordings, read } = await make();
      const writer = recordings.open(callId);
      const reused = frame(5);
      writer.write(reused, reused);
      reused.fill(9);
      const { file } = await writer.close();
      expect(parseWav(await read(file)).samples[0]).toEqual(frame(5));
    });
  });
}

function packets(socket: MediaSocket): { bytes: Uint8Array; from: MediaAddress }[] {
  const heard: { bytes: Uint8Array; from: MediaAddress }[] = [];
  socket.onPacket((bytes, { address, port }) =>
    heard.push({ bytes: Uint8Array.from(bytes), from: { address, port } }),
  );
  return heard;
}

/** Lets time pass, frame by frame, until `done`. Fails after two hundred frames. */
async function waitUntil(wait: Waiting['wait'], done: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !done(); i++) await wait(FRAME_MS);
  expect(done(), 'what was waited for came within 4 s').toBe(true);
}

/** Lets the event loop turn and polls until `done`. Fails after two seconds. */
async function eventually(socket: MediaSocket, done: () => boolean): Promise<void> {
  const untilMs = performance.now() + 2000;
  while (!done()) {
    if (performance.now() > untilMs) expect.fail('nothing came within two seconds');
    await turns(1);
    socket.poll();
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}
