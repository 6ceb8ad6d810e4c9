import type { Page } from 'playwright-core';

/** What a page has given to its loudspeaker, sample by sample. */
export interface HeardInPage {
  /** 16 bits, one array a side: left, right. */
  readonly sides: readonly [Int16Array, Int16Array];
  /** Wall time (ms) at which the sample with this number was given. */
  readonly times: readonly { readonly sample: number; readonly atMs: number }[];
}

/** The file `test-ears.js` at the page's origin: a processor beside the loudspeaker: every block that goes there comes here too. */
export const EARS = `registerProcessor('test-ears', class extends AudioWorkletProcessor {
  process([[left, right]]) {
    if (left !== undefined)
      this.port.postMessage({ atMs: Date.now(), sides: [left, right ?? left].map((side) => Int16Array.from(side, (one) => Math.round(one * 32768))) });
    return true;
  }
});`;

/** Every context gets the processor before the page's own; every way to the loudspeaker goes past it. */
const HOOK = `{
  globalThis.heardBlocks = [];
  const add = AudioWorklet.prototype.addModule;
  AudioWorklet.prototype.addModule = async function (...module) {
    await add.call(this, '/test-ears.js');
    return add.apply(this, module);
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (...to) {
    if (to[0] instanceof AudioDestinationNode) {
      const ears = new AudioWorkletNode(this.context, 'test-ears', { numberOfOutputs: 0 });
      ears.port.onmessage = ({ data }) => globalThis.heardBlocks.push(data);
      connect.call(this, ears);
    }
    return connect.apply(this, to);
  };
}`;

/** From the next document on, the page is heard; its origin must have EARS. */
export async function putEarsInto(page: Page): Promise<void> {
  await page.addInitScript(HOOK);
}

export async function heardIn(page: Page): Promise<HeardInPage> {
  const blocks = await page.evaluate<{ atMs: number; sides: number[][] }[]>(
    'heardBlocks.map(({ atMs, sides }) => ({ atMs, sides: sides.map((side) => [...side]) }))',
  );
  const side = (at: number): Int16Array => Int16Array.from(blocks.flatMap(({ sides }) => sides[at] ?? []));
  let sample = 0;
  const times = blocks.map(({ atMs, sides }) => {
    const one = { sample, atMs };
    sample += sides[0]?.length ?? 0;
    return one;
  });
  return { sides: [side(0), side(1)], times };
}

export interface Matched {
  /** Samples of the recording that were heard, from `from` on, one after the other. */
  readonly samples: number;
  /** Of the page's samples, those of silence that the recording does not have: before it, and where sound ran out. */
  readonly silence: number;
  /** The page's sample that is none of the recording's; undefined where there is none. */
  readonly foreignAt: number | undefined;
  /** For each frame of the recording from there on, the page's sample it began with. */
  readonly frameAt: readonly number[];
}

/** Whether what was heard is the recording from sample `from` on: nothing left out, nothing put in but silence. */
export function matchWith(
  recording: readonly Int16Array[],
  [left, right]: HeardInPage['sides'],
  from: number,
): Matched {
  const [caller, assistant] = recording as [Int16Array, Int16Array];
  const frameAt: number[] = [];
  let next = from;
  let silence = 0;
  for (let at = 0; at < left.length; at += 1) {
    if (left[at] === caller[next] && right[at] === assistant[next]) {
      if ((next - from) % 160 === 0) frameAt.push(at);
      next += 1;
    } else if (left[at] === 0 && right[at] === 0) silence += 1;
    else return { samples: next - from, silence, foreignAt: at, frameAt };
  }
  return { samples: next - from, silence, foreignAt: undefined, frameAt };
}
