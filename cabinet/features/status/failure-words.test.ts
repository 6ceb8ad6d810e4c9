import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { server } from '../../i18n/en/server.ts';
import { failureKind, failureOf, remarksOn } from './failure-words.ts';
import { NOTHING_YET } from './live-view.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Ends of a call that was held. */
const USUAL = new Set([
  'разговор завершён',
  'абонент повесил трубку',
  'собеседник завершил звонок в браузере',
]);

/** Every reason that is written anywhere where calls end. */
function reasonsInTheSources(): string[] {
  const texts = ['engine/call', 'engine/adapters', 'api/dialling'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testing/.test(file))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  );
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/reason:[^'}]*'([^']*[а-яё][^']*)'/g)]))]
    .map(([, reason = '']) => reason)
    .filter((reason) => !USUAL.has(reason));
}

describe('a failed call', () => {
  it('is understood whatever reason the engine gives, and has its English', () => {
    const reasons = [...new Set(reasonsInTheSources())];
    expect(reasons.length).toBeGreaterThan(25);
    const unknown = reasons.filter((reason) => failureKind({ reason, status: 'failed' }) === 'other');
    // The first says no more than that; the others are of calls that come in, which no demo is.
    expect(unknown.sort()).toEqual([
      'вызов не удался',
      'звонивший не дождался ответа',
      'не удалось ответить на звонок',
    ]);
    expect(reasons.filter((reason) => server[reason] === undefined)).toEqual([]);
  });

  it.each([
    ['абонент занят', 'busy'],
    ['абонент отклонил вызов', 'declined'],
    ['звонок отклонён в браузере', 'declined-here'],
    ['связь со страницей прервалась', 'page'],
    ['телефон в браузере уже закрыт', 'page'],
    ['абонент не ответил', 'no-answer'],
    ['вызов завершился до ответа', 'no-answer'],
    ['абонент недоступен', 'unavailable'],
    ['номер не существует', 'no-number'],
    ['транк отклонил вызов: звонки на этот номер запрещены', 'forbidden'],
    ['транк не принял логин или пароль', 'trunk'],
    ['транк не отвечает', 'trunk'],
    ['сеть оператора перегружена или неисправна', 'network'],
    ['связь с Asterisk потеряна', 'telephony'],
    ['связь со звуком провайдера потеряна', 'provider'],
    ['речевой сервис не отвечает', 'speech'],
    ['Сервис был перезапущен во время звонка', 'restarted'],
    ['внутренняя ошибка', 'inside'],
    ['нечто новое', 'other'],
  ] as const)('«%s» is %s, with words and something to try', (reason, kind) => {
    const failure = failureOf({ reason, status: 'failed' });
    expect(failure.kind).toBe(kind);
    expect(failure.meaning).toMatch(/^[А-Я].*\.$/);
    expect(failure.tries.length).toBeGreaterThan(0);
    expect(failure.why).toMatch(/^\S.*[^.]\.$/);
  });

  it('without any reason goes by its status', () => {
    expect(failureKind({ reason: null, status: 'no_answer' })).toBe('no-answer');
    expect(failureOf({ reason: '', status: 'failed' }).why).toBe('причина неизвестна.');
  });
});

it('remarks on a conversation that was over before it began, on its limits and on stumbles', () => {
  const held = { ...NOTHING_YET, status: 'completed' as const };
  const spoke = {
    key: 'u1',
    speaker: 'user' as const,
    text: 'Да',
    state: 'said' as const,
    gapMs: null,
    mark: null,
  };
  expect(remarksOn({ ...held, lines: [spoke] })).toEqual([]);
  expect(remarksOn(held)[0]).toContain('раньше, чем HALO услышал');
  expect(remarksOn({ ...held, lines: [spoke], limit: 'time', stumbles: 2 })).toHaveLength(2);
});
