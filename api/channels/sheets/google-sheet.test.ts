import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import { GoogleSheet } from './google-sheet.ts';
import { CELL_MAX } from './google-cells.ts';
import { COLUMNS } from './row.ts';
import { apiError, CLIENT_EMAIL, startFakeGoogle, type FakeGoogle } from './testing/fake-google.ts';
import { manyRows, ROW } from './testing/rows-contract.ts';

const NEVER = new AbortController().signal;
const APPEND = /^POST .*:append/;
let google: FakeGoogle;
let sheet: GoogleSheet;

beforeEach(async () => {
  google = await startFakeGoogle();
  sheet = new GoogleSheet(google.options());
});
afterEach(() => google.close());

async function failure(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError', { cause: error });
  const said = `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String(error.cause)}`;
  for (const secret of ['PRIVATE KEY', 'ya29', ROW.phone, ROW.transcript]) expect(said).not.toContain(secret);
  return error;
}

describe('a Google sheet', () => {
  it('gets the request that the documents describe', async () => {
    await sheet.prepare(NEVER);
    await sheet.append([ROW], NEVER);
    const append = google.server.arrivals.at(-1);
    const url = new URL(append?.path ?? '', 'http://fake');
    expect(decodeURIComponent(url.pathname)).toBe(
      `/v4/spreadsheets/${google.options().spreadsheetId}/values/'Звонки'!A1:H1:append`,
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      valueInputOption: 'RAW',
      insertDataOption: 'INSERT_ROWS',
    });
    expect(append?.body).toBe(
      `{"majorDimension":"ROWS","values":[["2026-06-01T10:00:00.000Z","${ROW.call_id}","+79990000001","completed","interested",60,"Клиент заинтересован","Ассистент: Здравствуйте! | Клиент: Да"]]}`,
    );
  });

  it('asks for one token, for one right, and keeps it', async () => {
    for (let i = 0; i < 3; i += 1) await sheet.prepare(NEVER);
    expect(google.server.arrivals.filter(({ path }) => path === '/token')).toHaveLength(1);
  });

  it.each(['=1+1', '+1+1', '-2', '@SUM(A1)', '=HYPERLINK("http://evil","x")', "'=1", ' =1', '＝1'])(
    'stores %j as the text that it is',
    async (hostile) => {
      await sheet.prepare(NEVER);
      await sheet.append([{ ...ROW, short_summary: hostile, transcript: hostile }], NEVER);
      expect(google.tabs[0]?.rows[1]?.slice(6)).toEqual([
        { kind: 'text', value: hostile },
        { kind: 'text', value: hostile },
      ]);
      expect(google.tabs[0]?.rows[1]?.[5]).toEqual({ kind: 'number', value: 60 });
    },
  );

  it('takes a text of any length: what no cell can hold is cut, and shows it', async () => {
    const long = `${'я'.repeat(CELL_MAX - 2)}🙂🙂`;
    await sheet.append([{ ...ROW, transcript: long, short_summary: 'я'.repeat(CELL_MAX) }], NEVER);
    const [summary, transcript] = google.tabs[0]?.rows[0]?.slice(6) ?? [];
    expect(summary?.value).toBe('я'.repeat(CELL_MAX));
    expect(transcript?.value).toBe(`${'я'.repeat(CELL_MAX - 2)}…`);
  });

  it('writes below the table, over nothing that people have put there', async () => {
    await sheet.prepare(NEVER);
    google.tabs[0]?.rows.push([], [{ kind: 'text', value: 'итоги' }]);
    await sheet.append(manyRows(2), NEVER);
    expect(google.cells().map(([first]) => first ?? '')).toEqual([
      'timestamp',
      '2026-06-01T10:00:00.000Z',
      '2026-06-01T10:00:01.000Z',
      '',
      'итоги',
    ]);
  });

  it('is the tab that is asked for, whatever its name', async () => {
    google.tabs.push({ title: "Звонки 'HALO'!A1", rows: [] });
    const named = new GoogleSheet(google.options({ tab: "Звонки 'HALO'!A1" }));
    await named.prepare(NEVER);
    expect(google.cells("Звонки 'HALO'!A1")).toEqual([[...COLUMNS]]);
    expect(google.cells('Звонки')).toEqual([]);
  });

  it('finds the rows of calls, from the end, and reads no more than it takes', async () => {
    const rows = manyRows(3);
    await sheet.prepare(NEVER);
    await sheet.append(rows, NEVER);
    const ids = rows.map(({ call_id: id }) => id);
    expect(await sheet.find([...ids, 'absent'], NEVER)).toEqual(new Set(ids));
    // A sheet larger than one slice: the last call is in the second one from its end.
    google.tabs[0]!.rows.splice(1, 0, ...Array.from({ length: 60_000 }, () => []));
    google.tabs[0]!.rows.push(...Array.from({ length: 60_000 }, () => []));
    const before = google.server.arrivals.length;
    expect(await sheet.find([ids[2]!], NEVER)).toEqual(new Set([ids[2]]));
    expect(google.server.arrivals.length - before).toBe(1 + 2);
    expect(await sheet.find(['absent'], NEVER)).toEqual(new Set());
  });

  it.each([
    [
      'a wrong key',
      () => ({ credentials: { ...google.options().credentials, privateKey: google.wrongKey() } }),
      'AUTH',
    ],
    ['another spreadsheet', () => ({ spreadsheetId: 'no-such-spreadsheet' }), 'NOT_FOUND'],
    ['a tab that is not there', () => ({ tab: 'Нет такого' }), 'NO_TAB'],
  ])('says of %s that it waits for its owner', async (_what, over, code) => {
    const wrong = new GoogleSheet(google.options(over()));
    expect(await failure(wrong.prepare(NEVER))).toMatchObject({ kind: 'later', code });
  });

  it('says of a sheet that is not shared, or only to read, whom to share it with', async () => {
    google.access = 'none';
    const error = await failure(sheet.prepare(NEVER));
    expect(error).toMatchObject({ kind: 'later', code: 'NO_ACCESS' });
    expect(sheet.advice(error)).toBe(
      `нет доступа к таблице: в её «Настройках доступа» добавьте ${CLIENT_EMAIL} редактором`,
    );
    google.access = 'reader';
    expect(await failure(sheet.append([ROW], NEVER))).toMatchObject({ kind: 'later', code: 'NO_ACCESS' });
    google.apiEnabled = false;
    expect(await failure(sheet.append([ROW], NEVER))).toMatchObject({ kind: 'later', code: 'API_OFF' });
  });

  it('leaves a tab that begins with something else as it is', async () => {
    google.tabs[0]?.rows.push([{ kind: 'text', value: 'Бюджет' }]);
    expect(await failure(sheet.prepare(NEVER))).toMatchObject({ kind: 'later', code: 'WRONG_PLACE' });
    expect(google.cells()).toEqual([['Бюджет']]);
  });

  it('notices that its tab was renamed', async () => {
    await sheet.prepare(NEVER);
    google.tabs[0]!.title = 'Иначе';
    expect(await failure(sheet.prepare(NEVER))).toMatchObject({ kind: 'later', code: 'NO_TAB' });
    await sheet.prepare(NEVER);
    await sheet.append([ROW], NEVER);
    expect(google.cells('Иначе')).toHaveLength(2);
  });

  it.each([
    ['429', { status: 429, headers: { 'retry-after': '7' }, body: '' }, 'later', 'BUSY', 7_000],
    [
      '403 rateLimitExceeded',
      { status: 403, body: { error: { errors: [{ reason: 'rateLimitExceeded' }] } } },
      'later',
      'BUSY',
      undefined,
    ],
    [
      '403 RATE_LIMIT_EXCEEDED',
      apiError(403, 'PERMISSION_DENIED', 'Quota exceeded', 'RATE_LIMIT_EXCEEDED'),
      'later',
      'BUSY',
      undefined,
    ],
    ['401', apiError(401, 'UNAUTHENTICATED', 'no'), 'later', 'AUTH', undefined],
    ['400', apiError(400, 'INVALID_ARGUMENT', 'no'), 'refused', 'REFUSED', undefined],
    ['413', { status: 413, body: '<html>' }, 'refused', 'REFUSED', undefined],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      'later',
      'REFUSED',
      undefined,
    ],
    ['500', apiError(500, 'INTERNAL', 'no'), 'unclear', 'SERVER', undefined],
    ['503', { status: 503, headers: { 'retry-after': '1' }, body: 'busy' }, 'unclear', 'SERVER', undefined],
    [
      'a page',
      { headers: { 'content-type': 'text/html' }, body: '<html>ok</html>' },
      'unclear',
      'BAD_ANSWER',
      undefined,
    ],
    ['an empty body', { body: '' }, 'unclear', 'BAD_ANSWER', undefined],
    ['another shape', { body: { hello: 'world' } }, 'unclear', 'BAD_ANSWER', undefined],
    ['fewer rows', { body: { updates: { updatedRows: 0 } } }, 'unclear', 'BAD_ANSWER', undefined],
    ['no answer', 'hang', 'unclear', 'TIMEOUT', undefined],
    ['a slow drip', 'drip', 'unclear', 'TIMEOUT', undefined],
    ['a cut', 'cut', 'unclear', 'BROKEN', undefined],
  ] as const)('understands %s to an append', async (_what, how, kind, code, retryAfterMs) => {
    await sheet.prepare(NEVER);
    google.server.troubles.push({ taken: false, how, at: APPEND });
    const error = await failure(sheet.append([ROW], NEVER));
    expect(error).toMatchObject({ kind, code });
    expect(error.retryAfterMs).toBe(retryAfterMs);
    expect(google.server.arrivals.filter(({ path }) => path.includes(':append'))).toHaveLength(1);
  });

  it.each(['hang', 'drip', 'cut', { status: 500, body: '' }, { body: 'null' }] as const)(
    'may repeat what changes nothing, and a token: %j',
    async (how) => {
      for (const at of [/^POST \/token/, /^GET /]) {
        google.server.troubles.push({ taken: false, how, at });
        const fresh = new GoogleSheet(google.options());
        expect(await failure(fresh.prepare(NEVER))).toMatchObject({ kind: 'later' });
      }
    },
  );

  it('knows that nothing left where nobody listens', async () => {
    await sheet.prepare(NEVER);
    await google.server.close();
    expect(await failure(sheet.append([ROW], NEVER))).toMatchObject({ kind: 'later', code: 'AWAY' });
  });

  it('gives up when its signal says so', async () => {
    await sheet.prepare(NEVER);
    google.server.troubles.push({ taken: false, how: 'hang', at: APPEND });
    const stop = new AbortController();
    const sent = sheet.append([ROW], stop.signal);
    setTimeout(() => stop.abort(new Error('stopping')), 20);
    await expect(sent).rejects.toThrow('stopping');
    await expect(sheet.append([ROW], stop.signal)).rejects.toThrow('stopping');
  });
});

describe('the look that doctor takes', () => {
  it('says what is there, and leaves no trace', async () => {
    const before = JSON.stringify(google.tabs);
    expect(await sheet.check(NEVER)).toEqual({
      ok: true,
      words: 'Google Sheets: «Мои звонки», лист «Звонки»: читается и пишется.',
      shareWith: CLIENT_EMAIL,
    });
    expect(JSON.stringify(google.tabs)).toBe(before.replace('"rows":[]', '"rows":[[]]'));
    await sheet.prepare(NEVER);
    await sheet.append([ROW], NEVER);
    const cells = google.cells();
    expect(await sheet.check(NEVER)).toMatchObject({ ok: true });
    expect(google.cells()).toEqual(cells);
  });

  it.each([
    ['reader', `нет доступа к таблице: в её «Настройках доступа» добавьте ${CLIENT_EMAIL} редактором`],
    ['none', `нет доступа к таблице: в её «Настройках доступа» добавьте ${CLIENT_EMAIL} редактором`],
  ] as const)('finds that it has the access %s', async (access, advice) => {
    google.access = access;
    expect(await sheet.check(NEVER)).toEqual({
      ok: false,
      words: `Google Sheets: ${advice}.`,
      shareWith: CLIENT_EMAIL,
    });
  });

  it('finds that nobody answers', async () => {
    await google.server.close();
    expect(await sheet.check(NEVER)).toMatchObject({ ok: false, words: 'Google Sheets: нет соединения.' });
  });
});
