import { parseArgs } from 'node:util';
import { openDemoData } from '../api/demo/load-demo-data.ts';
import { insertManyCalls } from '../api/persistence/testing/many-calls.ts';
import { openTestPersistence } from '../api/persistence/testing/test-persistence.ts';
import { testApp } from '../api/testing/test-app.ts';
import { askedUrls, measureUrl, table, troublesOf } from './cabinet/measure.ts';
import { machine } from './latency/report.ts';

const HELP = `npm run bench:cabinet -- [options]

How quickly the lists and sums of the cabinet come from a PostgreSQL full of calls: an embedded server of its own, in a
temporary folder, is filled, and each address is asked one request after another over HTTP on the loopback.

  --calls 100000            ended calls in the database; two of three have a chat and a CRM card
  --requests 200            of each address
  --help

Exit code 1 when an address is slower than 50 ms at the 95th percentile, 2 when the bench itself cannot run.`;

const MOST_CALLS = 1_000_000;
const MOST_REQUESTS = 10_000;
const DAYS = 365;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '200' },
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
  const calls = wholeNumber('calls', values.calls, MOST_CALLS);
  const requests = wholeNumber('requests', values.requests, MOST_REQUESTS);
  console.log(machine());
  const began = performance.now();
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
    const { app } = await testApp({ store: database.store, demoData: await openDemoData() });
    try {
      const base = await app.listen({ host: '127.0.0.1', port: 0 });
      const rows = [];
      for (const url of askedUrls(now, DAYS)) rows.push(await measureUrl(base, url, requests));
      console.log(table(rows));
      const troubles = troublesOf(rows);
      for (const trouble of troubles) console.error(trouble);
      return troubles.length === 0 ? 0 : 1;
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > most)
    throw new RangeError(`--${name} takes a whole number from 1 to ${most}, not ${text}`);
  return number;
}
