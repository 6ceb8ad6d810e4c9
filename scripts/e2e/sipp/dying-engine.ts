// A HALO engine that the test kills: two calls through the ARI of argv[2] (JSON), «up» on stdout when both are answered.
import { systemClock } from '../../../engine/adapters/system/system-clock.ts';
import type { AriAddress } from '../../../engine/adapters/asterisk/ari-address.ts';
import { createAsterisk } from '../../../engine/adapters/asterisk/asterisk.ts';
import { place, soon } from './bench.ts';

const address = JSON.parse(process.argv[2] ?? '') as AriAddress;
const telephony = createAsterisk({
  clock: systemClock,
  source: () => Promise.resolve(address),
  trunks: [{ name: 'sipp', numberFormat: 'plain' }],
  simulated: false,
  inbound: false,
});
await soon('Asterisk is connected', 20_000, () => telephony.state().kind === 'ready');
const calls = [await place(telephony, '+79990002001'), await place(telephony, '+79990012001')];
await Promise.all(calls.map((call) => call.answered()));
console.log('up');
