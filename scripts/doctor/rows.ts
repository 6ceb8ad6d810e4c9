import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { ROWS_FILE } from '../../api/halo.ts';
import { fail, ok, type Check } from './check.ts';

/** Where the rows of calls go: a file of the data folder. A sink that can be asked is asked here in its place. */
export const rows: Check = {
  name: 'rows',
  title: 'Строки звонков',
  async run({ dataDir }) {
    const file = join(dataDir, ROWS_FILE);
    try {
      await access(file, constants.W_OK);
      return [ok(`пишутся в ${file}`)];
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        return [ok(`будут в ${file}: строк ещё не было`)];
      return [fail(`в ${file} нельзя писать`, 'дайте на него права тому, кто запускает HALO')];
    }
  },
};
