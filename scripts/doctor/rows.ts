import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { ROWS_FILE } from '../../api/channels/sheets/create-rows.ts';
import { GoogleSheet, type GoogleSheetOptions } from '../../api/channels/sheets/google-sheet.ts';
import { fail, ok, type Check, type DoctorDeps, type Finding } from './check.ts';

/** Where the rows of calls go: whether the sheet, or the file of the data folder, can be written. */
export const rows: Check = {
  name: 'rows',
  title: 'Строки звонков',
  timeoutMs: 30_000,
  async run({ dataDir, sheets }, deps) {
    return [
      sheets === undefined ? await lookAtFile(join(dataDir, ROWS_FILE)) : await askGoogle(sheets, deps),
    ];
  },
};

async function askGoogle(sheets: GoogleSheetOptions, { signal }: DoctorDeps): Promise<Finding> {
  const { ok: well, words, shareWith } = await new GoogleSheet(sheets).check(signal);
  return well ? ok(words) : fail(words, `сервисный аккаунт ключа: ${shareWith}`);
}

async function lookAtFile(file: string): Promise<Finding> {
  try {
    await access(file, constants.W_OK);
    return ok(`пишутся в ${file}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return ok(`будут в ${file}: строк ещё не было`);
    return fail(`в ${file} нельзя писать`, 'дайте на него права тому, кто запускает HALO');
  }
}
