// Runs one of the project's programs (lib/programs.mjs): node scripts/run.mjs scripts/call.ts --help
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtPrograms, PROGRAMS } from './lib/programs.mjs';

const [node, , program, ...args] = process.argv;
if (!PROGRAMS.includes(program)) {
  console.error(`node scripts/run.mjs PROGRAM [arguments], of ${PROGRAMS.join(', ')}`);
  process.exit(2);
}
const built = await builtPrograms();
process.setSourceMapsEnabled(true);
process.argv = [node, fileURLToPath(new URL(`../${program}`, import.meta.url)), ...args];
await import(pathToFileURL(join(built, program.replace(/\.ts$/, '.js'))).href);
