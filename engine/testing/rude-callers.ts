import { muLawDecode, muLawEncode } from '../media/g711.ts';
import { parseRtp } from '../media/rtp-packet.ts';
import { randomRtpSender } from '../media/random-sender.ts';
import type { Clock, FrameTicker } from '../ports/clock.ts';
import type { MediaTransport } from '../ports/media-transport.ts';
import type { DialRequest, Telephony } from '../ports/telephony.ts';

/** What somebody says, whatever he hears: `atMs` after the answer. */
export interface Cue {
  readonly atMs: number;
  readonly pcm: Int16Array;
}

/** How a call goes on the caller's side. */
export interface RudeCourse {
  readonly cues: readonly Cue[];
  readonly hangsUpAtMs: number;
  /** Sound under all of it: a noisy line. */
  readonly line?: Int16Array;
  /** What he hears comes back, so much later and softer. */
  readonly echo?: { readonly delayMs: number; readonly gain: number };
}

export interface RudeDeps {
  readonly clock: Clock;
  readonly ticker: FrameTicker;
  readonly transport: MediaTransport;
}

const FRAME_SAMPLES = 160;
const PICKS_UP_AFTER_MS = 100;

/** People who do not wait for their turn: each says his cues at their times over real RTP, and hangs up. */
export function rudeCallers(deps: () => RudeDeps, courseOf: (request: DialRequest) => RudeCourse): Telephony {
  return {
    name: 'rude-callers',
    simulated: true,
    dial: (request, tell, signal) => {
      let end: (outcome: 'hangup_near' | 'hangup_far') => void = () => {};
      let over = false;
      const answer = async () => {
        const { ticker, transport } = deps();
        const socket = await transport.open();
        if (over) return void socket.close();
        const course = courseOf(request);
        const said = soundOf(course);
        const sender = randomRtpSender();
        const heard: Int16Array[] = [];
        if (course.echo !== undefined)
          socket.onPacket((bytes) => heard.push(muLawDecode(parseRtp(bytes)!.payload)));
        const stop = ticker.start((frame) => {
          const at = frame * FRAME_SAMPLES;
          if (at >= said.length) return end('hangup_far');
          const back = echoIn(heard, frame, course.echo);
          const own = said.subarray(at, at + FRAME_SAMPLES);
          const packet = sender.packet(muLawEncode(back === undefined ? own : mixed(own, back)), { frame });
          socket.send(packet, request.localMedia);
        });
        end = (outcome) => {
          if (over) return;
          over = true;
          stop();
          void socket.close();
          queueMicrotask(() => tell({ type: 'ended', outcome, reason: 'конец' }));
        };
        tell({ type: 'answered', remote: socket.local });
      };
      // Before he has picked up there is nothing to put down.
      end = (outcome) => {
        over = true;
        queueMicrotask(() => tell({ type: 'ended', outcome, reason: 'конец' }));
      };
      deps().clock.setTimeout(() => (over ? undefined : void answer()), PICKS_UP_AFTER_MS);
      const hangup = () => end('hangup_near');
      signal.addEventListener('abort', hangup, { once: true });
      return { hangup };
    },
    state: () => ({ kind: 'ready' }),
    onIncoming: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** The frame that he heard `delayMs` ago, as it comes back. */
function echoIn(
  heard: readonly Int16Array[],
  frame: number,
  echo: RudeCourse['echo'],
): Int16Array | undefined {
  if (echo === undefined) return undefined;
  return heard[frame - Math.round(echo.delayMs / 20)]?.map((sample) => sample * echo.gain);
}

function mixed(one: Int16Array, other: Int16Array): Int16Array {
  return one.map((sample, i) => Math.max(-32_768, Math.min(32_767, sample + (other[i] ?? 0))));
}

function soundOf({ cues, hangsUpAtMs, line }: RudeCourse): Int16Array {
  const sound = new Int16Array(Math.ceil(hangsUpAtMs / 20) * FRAME_SAMPLES);
  if (line !== undefined) for (let i = 0; i < sound.length; i++) sound[i] = line[i % line.length]!;
  for (const { atMs, pcm } of cues) {
    const from = Math.round(atMs * 8);
    const part = pcm.subarray(0, Math.max(0, sound.length - from));
    for (let i = 0; i < part.length; i++)
      sound[from + i] = Math.max(-32_768, Math.min(32_767, sound[from + i]! + part[i]!));
  }
  return sound;
}
