import pg from 'pg';
import { SILENT_LOG } from '../../log.ts';
import { startDatabase } from '../embedded-postgres.ts';

// A process that starts (or joins) the embedded database of a folder and holds it until it is killed.
// Prints one line of JSON when it is ready. Usage: hold-database.ts <dataDir>
const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: hold-database.ts <dataDir>');
const database = await startDatabase({ dataDir, log: SILENT_LOG });
const client = new pg.Client({ connectionString: database.url });
client.on('error', () => {});
await client.connect();
const { rows } = await client.query<{ pid: number }>(
  `select (string_to_array(pg_read_file('postmaster.pid'), e'\\n'))[1]::int as pid`,
);
await client.end();
process.stdout.write(`${JSON.stringify({ url: database.url, postmaster: rows[0]?.pid })}\n`);
setInterval(() => {}, 60_000);
