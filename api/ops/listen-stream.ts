import { listenBeat, listenBytes, type CallListening } from '../../engine/contract/listening.ts';

/** While nobody has answered, so that neither a proxy nor the listener takes the line for dead. */
const BEAT_MS = 3_000;

/** A call's sound as records (see engine/contract/listening.ts), the first at once; its end is the call's end. */
export async function* listenStream(listening: CallListening): AsyncGenerator<Uint8Array, void> {
  yield listenBeat();
  let next = listening.take();
  for (;;) {
    const frames = await orBeat(next);
    if (frames === undefined) return;
    if (frames === 'beat') yield listenBeat();
    else {
      yield listenBytes(frames);
      next = listening.take();
    }
  }
}

async function orBeat<T>(next: Promise<T>): Promise<T | 'beat'> {
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<'beat'>((resolve) => {
    timer = setTimeout(() => resolve('beat'), BEAT_MS);
  });
  try {
    return await Promise.race([next, beat]);
  } finally {
    clearTimeout(timer);
  }
}
