import { randomUUID } from 'node:crypto';
import { createAsterisk, type AsteriskDeps } from '../adapters/asterisk/asterisk.ts';
import { toCallId } from '../contract/ids.ts';
import type { DialRequest, LineEvent, Telephony } from '../ports/telephony.ts';
import { FakeAsterisk } from './fake-ari.ts';
import { VirtualClock } from './virtual-clock.ts';

export const APPLICATION = 'halo-0001';
const ADDRESS = { url: 'http://127.0.0.1:8188', user: 'halo', password: 'secret' };
const ONE_TRUNK = [{ name: 'main', numberFormat: 'e164' }] as const;
export const TWO_TRUNKS = [...ONE_TRUNK, { name: 'spare', numberFormat: 'national' }] as const;

/** An adapter that is connected to a fake Asterisk, in virtual time. */
export async function asteriskLab(more: Partial<AsteriskDeps> = {}, latencyMs?: () => number) {
  const clock = new VirtualClock();
  const asterisk = new FakeAsterisk(clock, latencyMs);
  const trouble: string[] = [];
  const engine = (deps: Partial<AsteriskDeps> = {}) =>
    createAsterisk({
      clock,
      source: () => Promise.resolve(ADDRESS),
      trunks: ONE_TRUNK,
      simulated: false,
      inbound: false,
      onTrouble: (message) => trouble.push(message),
      application: APPLICATION,
      connect: asterisk.connect,
      random: () => 0.5,
      ...deps,
    });
  const telephony = engine(more);
  await clock.run(1_000, () => telephony.state().kind === 'ready');
  const dial = (request: Partial<DialRequest> = {}, signal = new AbortController().signal) => {
    const events: LineEvent[] = [];
    const line = telephony.dial(
      {
        callId: toCallId(randomUUID()),
        phone: '+79161234567',
        localMedia: { address: '127.0.0.1', port: 4_000 },
        ringTimeoutMs: 30_000,
        language: 'ru',
        ...request,
      },
      (event) => events.push(event),
      signal,
    );
    return { line, events, types: () => events.map(({ type }) => type) };
  };
  /** What Asterisk has: nothing, when all calls are over. */
  const held = () => [...asterisk.channels.keys(), ...asterisk.bridges.keys()];
  return { clock, asterisk, telephony, engine, dial, trouble, held };
}

/** Something that happens later. */
export const after = (clock: VirtualClock, ms: number, then: () => void) => void clock.setTimeout(then, ms);

/** Closes it, and lets the time pass that it takes. */
export async function closed(clock: VirtualClock, telephony: Telephony): Promise<void> {
  let done = false;
  void telephony.close().then(() => (done = true));
  if (!(await clock.run(30_000, () => done))) throw new Error('the telephony does not close');
  await clock.run(20_000);
}
