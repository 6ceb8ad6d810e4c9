import type { DataSource } from 'typeorm';
import { DISPOSITIONS, type Disposition } from '../../../engine/contract/call-session.ts';
import type { CallView } from '../../../engine/contract/fold-call.ts';
import { toCallId } from '../../../engine/contract/ids.ts';
import { SILENT_LOG } from '../../log.ts';
import { listMissing } from '../interaction-log.ts';

const BATCH = 1_000;
/** Quick to say and varied enough that search has rare, usual and frequent words to look for. */
const SAYINGS = [
  'Здравствуйте, это ассистент компании, вам удобно говорить?',
  'Да, удобно, а сколько это стоит?',
  'Стоимость зависит от объёма, пришлю расчёт сообщением.',
  'Перезвоните мне, пожалуйста, завтра после обеда.',
  'Нет, спасибо, нам это сейчас не нужно.',
  'Расскажите подробнее про рассрочку и доставку.',
  'Записал вас на четверг, до встречи!',
  'Мы уже работаем с другой компанией.',
  'Пришлите, пожалуйста, договор на почту.',
  'Хорошо, я посоветуюсь с коллегами и решу.',
] as const;

export interface ManyCalls {
  readonly count: number;
  /** The newest may have begun until then; all within `days` before it. */
  readonly until: Date;
  readonly days: number;
}

/**
 * Fills the tables with ended calls as they are after their steps: two of three held, a chat and a card of each of
 * these. The same every time. Every thousandth conversation holds a word of its own, «уникальное» and a number.
 */
export async function insertManyCalls(dataSource: DataSource, wanted: ManyCalls): Promise<void> {
  const random = numbers(20_261_117);
  for (let begin = 0; begin < wanted.count; begin += BATCH) {
    const views = Array.from({ length: Math.min(BATCH, wanted.count - begin) }, (_, index) =>
      viewOf(begin + index, random, wanted),
    );
    await dataSource.transaction(async (manager) => {
      await manager.query(
        `insert into calls (id, phone, language, voice, prompt, created_at, status, final_disposition, started_at,
                            ended_at, duration_sec, short_summary, talked, last_seq, view)
         select (view->>'callId')::uuid, view->>'phone', 'ru', 'female', '', (view->>'createdAt')::timestamptz,
                view->>'status', view->>'finalDisposition', (view->>'startedAt')::timestamptz,
                (view->>'endedAt')::timestamptz, (view->>'durationSec')::int, view->>'shortSummary',
                view->>'status' = 'completed', (view->>'lastSeq')::int, view
           from jsonb_array_elements($1::jsonb) as views (view)`,
        [JSON.stringify(views)],
      );
      const held = views.filter(({ status }) => status === 'completed');
      await manager.query(
        `insert into crm_records (call_id, client_phone, status, interest, telegram_link_sent)
         select (view->>'callId')::uuid, view->>'phone', view->>'finalDisposition', 'цена', true
           from jsonb_array_elements($1::jsonb) as views (view)`,
        [JSON.stringify(held)],
      );
      await manager.query(
        `insert into chats (id, call_id, created_at, summary, messages)
         select gen_random_uuid(), (view->>'callId')::uuid, (view->>'endedAt')::timestamptz, 'Отправлен расчёт.',
                '[{"from": "assistant", "text": "Спасибо за разговор! Прикладываю расчёт."}]'
           from jsonb_array_elements($1::jsonb) as views (view)`,
        [JSON.stringify(held)],
      );
    });
  }
  await listMissing(dataSource, SILENT_LOG);
  await dataSource.query('vacuum analyze');
}

function viewOf(index: number, random: () => number, { until, days }: ManyCalls): CallView {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const createdMs = Math.floor(until.getTime() - random() * days * 86_400_000);
  const held = random() < 2 / 3;
  const durationSec = held ? 15 + Math.floor(random() * 100) : 0;
  const disposition: Disposition = held ? pick(DISPOSITIONS) : 'unknown';
  const at = (afterMs: number): string => new Date(createdMs + afterMs).toISOString();
  const own = index % 1_000 === 0 ? ` Уникальное${index}.` : '';
  return {
    callId: toCallId(uuidOf(random)),
    lastSeq: 40,
    phone: `+7999${String(index % 10_000_000).padStart(7, '0')}`,
    language: 'ru',
    voice: 'female',
    prompt: '',
    createdAt: at(0),
    status: held ? 'completed' : 'no_answer',
    reason: held ? 'абонент повесил трубку' : 'абонент не ответил',
    startedAt: held ? at(8_000) : null,
    endedAt: at(8_000 + durationSec * 1000),
    durationSec,
    spokenLanguage: 'ru',
    transcript: held
      ? Array.from({ length: 8 }, (_, line) => ({
          speaker: line % 2 === 0 ? 'assistant' : 'user',
          text: pick(SAYINGS) + (line === 3 ? own : ''),
          timestamp: at(9_000 + line * 4_000),
          startMs: line * 4_000,
          endMs: line * 4_000 + 3_000,
          gapMs: line % 2 === 0 ? 400 + Math.floor(random() * 1_800) : null,
          number: line + 1,
        }))
      : [],
    recording: null,
    finalDisposition: disposition,
    shortSummary: held ? `${pick(SAYINGS)} Итог: ${disposition}.` : null,
    interest: held ? 'цена' : null,
    followUp: held ? 'Спасибо за разговор!' : null,
    chatId: null,
    stepsDone: ['analysis', 'followup', 'sms', 'chat', 'crm', 'row'],
    stepsFailed: [],
    providerFailures: 0,
  };
}

/** RFC 9562 version 4, of our own numbers so that every run makes the same. */
function uuidOf(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Mulberry32: 0 ≤ x < 1, the same sequence for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
