import Type from 'typebox';
import { variable } from './config-variable.ts';

/** Where the rows of calls go. */
export const SHEETS_VARIABLES = {
  GOOGLE_CREDENTIALS_JSON: variable(
    Type.String({ pattern: String.raw`^\s*\{[\s\S]*\}\s*$`, maxLength: 20_000 }),
    {
      meaning:
        'JSON-ключ сервисного аккаунта Google: строки звонков пишутся в Google Sheets. Без ключа — в calls.csv папки данных.',
      expected: 'содержимое JSON-файла ключа, от { до }',
      secret: true,
    },
  ),
  GOOGLE_CREDENTIALS_FILE: variable(Type.String({ minLength: 1 }), {
    meaning: 'Путь к файлу того же ключа: вместо GOOGLE_CREDENTIALS_JSON.',
    expected: 'путь к JSON-файлу',
  }),
  GOOGLE_SHEETS_SPREADSHEET_ID: variable(Type.String({ pattern: String.raw`^[A-Za-z0-9_-]{10,100}$` }), {
    meaning:
      'Таблица: часть её адреса между /d/ и /edit. Откройте её сервисному аккаунту (client_email из ключа) как редактору.',
    expected: 'часть адреса таблицы между /d/ и /edit: латинские буквы, цифры, - и _',
  }),
  GOOGLE_SHEETS_TAB: variable(Type.String({ pattern: String.raw`^[^\r\n]{1,100}$` }), {
    meaning: 'Лист таблицы. Без неё — первый.',
    expected: 'имя листа, как на его ярлыке',
  }),
  GOOGLE_SHEETS_API_URL: variable(Type.String({ pattern: String.raw`^https?://[^\s/?#]+$` }), {
    meaning: 'Адрес Google Sheets API, если он не обычный (прокси), без пути.',
    expected: 'адрес вида https://узел',
  }),
} as const;
