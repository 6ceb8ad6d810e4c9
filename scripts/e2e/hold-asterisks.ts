// Opens the house in the folder given, prints its servers' pids as a line of JSON, and stays until it is killed.
// `watchdog` as second argument: the guard that needs no setpriv.
import { openAsterisks } from '../../engine/adapters/asterisk/server/house.ts';
import { findGuard, spawnGuarded, watchdogGuard } from '../../engine/adapters/system/guarded-spawn.ts';
import { realAsterisk } from '../../engine/testing/real-asterisk.ts';

const [folder = '', how] = process.argv.slice(2);
const install = await realAsterisk();
if (install === undefined) throw new Error('no Asterisk');
const guard = how === 'watchdog' ? watchdogGuard('TERM') : await findGuard('TERM');
const house = openAsterisks({
  folder,
  install,
  spawn: (command, options) => spawnGuarded(guard, command, options),
  log: () => {},
  edge: {
    sip: { address: '127.0.0.1', port: 5060 },
    trunks: [],
    rtp: { from: 20_000, to: 20_999 },
    localNetworks: [],
  },
});
const ari = await house.edge(AbortSignal.timeout(30_000));
const { servers } = await house.describe();
console.log(JSON.stringify({ pids: servers.map(({ pid }) => pid), url: ari.url }));
setInterval(() => {}, 60_000);
