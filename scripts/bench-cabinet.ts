import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDemoData } from '../api/demo/load-demo-data.ts';
import { insertManyCalls } from '../api/persistence/testing/many-calls.ts';
import { openTestPersistence } from '../api/persistence/testing/test-persistence.ts';
import { testApp } from '../api/testing/test-app.ts';
import { buildCabinet, CHROMIUM_IS_MISSING, NEEDS_CHROMIUM } from '../cabinet/testing/browser.ts';
import { askedUrls, measureUrl, table, troublesOf } from './cabinet/measure.ts';
import { measurePage, pageTable, pageTroubles } from './cabinet/page.ts';
import { machine } from './latency/report.ts';

const HELP = `npm run bench:cabinet -- [options]

How quickly the lists and sums of the cabinet come from a PostgreSQL full of calls: an embedded server of its own, in a
temporary folder, is filled, and each address is asked one request after another over HTTP on the loopback. Then the
analytics screen is opened in a browser over the same server, loads 10,000 lines, and its filters are changed.

  --calls 100000            ended calls in the database; two of three have a chat and a CRM card
  --requests 200            of each address; 0 leaves them out
  --rounds 5                of eight changes of filters and five leaps in the browser's page; 0 leaves it out
  --help

Exit code 1 when an address is slower than 50 ms at the 95th percentile, or a filter or a leap slower than 100 ms; 2 when
the bench itself cannot run.`;

const MOST_CALLS = 1_000_000;
const MOST_REQUESTS = 10_000;
const MOST_ROUNDS = 100;
const DAYS = 365;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else
  process.exitCode = await bench().catch((error: unknown) => {
    console.error(error instanceof RangeError ? error.message : error);
    return 2;
  });

async function bench(): Promise<number> {
  const calls = wholeNumber('calls', values.calls, 1, MOST_CALLS);
  const requests = wholeNumber('requests', values.requests, 0, MOST_REQUESTS);
  const rounds = wholeNumber('rounds', values.rounds, 0, MOST_ROUNDS);
  if (rounds > 0 && CHROMIUM_IS_MISSING)
    throw new RangeError(`no browser to measure the page in ${NEEDS_CHROMIUM}; --rounds 0 goes without`);
  console.log(machine());
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'halo-cabinet-'));
  const database = await openTestPersistence();
  try {
    const now = new Date();
    await insertManyCalls(database.dataSource, { count: calls, until: now, days: DAYS });
    const [lines] = await database.dataSource.query<{ count: number }[]>(
      'select count(*)::int as count from interactions',
    );
    console.log(
      `${calls} calls and their chats (${lines?.count ?? 0} interactions) over ${DAYS} days, made in ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
    );
    if (rounds > 0) await buildCabinet(folder);
    const { app } = await testApp({
      store: database.store,
      demoData: await openDemoData(),
      cabinetDir: folder,
    });
    try {
      const base = await app.listen({ host: '127.0.0.1', port: 0 });
      const troubles: string[] = [];
      if (requests > 0) {
        const rows = [];
        for (const url of askedUrls(now, DAYS)) rows.push(await measureUrl(base, url, requests));
        console.log(`${table(rows)}\n`);
        troubles.push(...troublesOf(rows));
      }
      if (rounds > 0) {
        const figures = await measurePage(base, rounds);
        console.log(pageTable(figures));
        troubles.push(...pageTroubles(figures));
      }
      for (const trouble of troubles) console.error(trouble);
      return troubles.length === 0 ? 0 : 1;
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new RangeError(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
  return number;
}
