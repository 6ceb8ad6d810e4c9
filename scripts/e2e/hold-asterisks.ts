// Opens the house in the folder given, prints its servers' pids as a line of JSON, and uses it until SIGTERM or worse.
// With a second argument it has a child that lives on.
import { spawn } from 'node:child_process';
import { openAsterisks } from '../../engine/adapters/asterisk/server/house.ts';
import { realAsterisk } from '../../engine/testing/real-asterisk.ts';

const [folder = '', withChild] = process.argv.slice(2);
const install = await realAsterisk();
if (install === undefined) throw new Error('no Asterisk');
const house = openAsterisks({
  folder,
  install,
  log: () => {},
  edge: {
    sip: { address: '127.0.0.1', port: 5060 },
    trunks: [],
    rtp: { from: 20_000, to: 20_999 },
    localNetworks: [],
  },
});
const { url } = await house.edge(AbortSignal.timeout(30_000));
const { servers } = await house.describe();
const child =
  withChild === undefined ? undefined : spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
child?.unref();
console.log(JSON.stringify({ servers: servers.map(({ pid }) => pid), url, child: child?.pid ?? 0 }));
const waiting = setInterval(() => {}, 60_000);
// Nothing of the house may hold the process then: it ends by itself.
process.once('SIGTERM', () => {
  clearInterval(waiting);
  void house.close();
});
