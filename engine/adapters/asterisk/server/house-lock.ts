import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 25;
const PATIENCE_MS = 60_000;

/**
 * Runs `work` while no other process (nor another caller in this one) works on `folder`. The lock is a name in Linux'
 * abstract socket space (unix(7)): the kernel takes it back however its holder ends, so it is never stale.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const name = `\0halo-asterisk-${createHash('sha256').update(realpathSync(folder)).digest('hex')}`;
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const release = await take(name);
    if (release !== undefined) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (Date.now() > deadline) throw new Error(`Папку ${folder} всё ещё держит другой процесс HALO`);
    await sleep(RETRY_MS);
  }
}

function take(name: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((fulfil, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') fulfil(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      fulfil(() => new Promise((done) => server.close(() => done())));
    });
  });
}
