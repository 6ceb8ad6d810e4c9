import type { AnalyticsDetails, AnalyticsPeriod, InteractionItem, InteractionList } from '../api/types.ts';

/** A page of `items` (newest first) as GET /demo/interactions gives it; the cursor is a number of items. */
export function fakePage(items: readonly InteractionItem[], params: URLSearchParams): InteractionList {
  // Read once: of 10,000 items it would be most of the answer's time.
  const asked = Object.fromEntries(params);
  const is = (name: string, value: string): boolean => asked[name] === undefined || asked[name] === value;
  const words = (params.get('q') ?? '').toLowerCase();
  const from = params.get('from') ?? '';
  const found = items.filter(
    (item) =>
      is('type', item.type) &&
      is('source', item.is_demo ? 'demo' : 'real') &&
      is('disposition', item.type === 'call' ? item.disposition : '') &&
      item.created_at >= from &&
      (words === '' || (item.summary ?? '').toLowerCase().includes(words)),
  );
  const duration = (item: InteractionItem): number => (item.type === 'call' ? (item.duration_sec ?? 0) : -1);
  if (params.get('sort') === 'oldest') found.reverse();
  if (params.get('sort') === 'longest') found.sort((a, b) => duration(b) - duration(a));
  const begin = Number(params.get('cursor') ?? '0');
  const end = begin + Number(params.get('limit') ?? '50');
  return {
    items: found.slice(begin, end),
    next_cursor: end < found.length ? String(end) : null,
    ...(begin === 0 ? { total: found.length } : {}),
  };
}

const SUMMARIES = [
  'Клиентка записалась на чистку со скидкой, просила прислать адрес и памятку.',
  'Семья выбирает двухкомнатную квартиру, интересна семейная ипотека; ждёт расчёт платежа.',
  'Был за рулём, попросил перезвонить после шести вечера.',
  'Абонемент оплачен в другом клубе на год, просил больше не звонить.',
  'Руководитель склада ищет перевозчика в Казань дважды в неделю, важна температура.',
] as const;
const OUTCOMES = ['interested', 'not_interested', 'call_later', 'neutral', 'unknown'] as const;

/** `count` items, newest first, each with an id of its own. */
export function manyItems(count: number): readonly InteractionItem[] {
  return Array.from({ length: count }, (_, index): InteractionItem => {
    const common = {
      id: `many-${index}`,
      is_demo: index % 4 !== 0,
      created_at: new Date(Date.UTC(2026, 10, 20, 12) - index * 431_000).toISOString(),
      summary: `${SUMMARIES[index % SUMMARIES.length] ?? ''} № ${index}`,
    };
    if (index % 3 === 2) return { ...common, type: 'chat', channel: 'telegram' };
    const disposition = OUTCOMES[index % OUTCOMES.length] ?? 'neutral';
    return { ...common, type: 'call', channel: 'voice', disposition, duration_sec: 20 + (index % 90) };
  });
}

/** As GET /demo/analytics/details gives it: quiet weekends, and more calls than before. */
export function fakeDetails(days: number): AnalyticsDetails {
  const list = Array.from({ length: days }, (_, index) => {
    const at = new Date(Date.UTC(2026, 10, 20) - (days - 1 - index) * 86_400_000);
    const weekday = at.getUTCDay();
    const calls = weekday === 0 ? 0 : weekday === 6 ? 1 : 2 + ((index * 7) % 5);
    const talked = Math.round(calls * 0.8);
    const interested = Math.round(calls * 0.4);
    return {
      day: at.toISOString().slice(0, 10),
      calls,
      chats: Math.max(0, calls - 1),
      talked,
      interested,
      leads: Math.floor(interested * 0.7),
    };
  });
  const sum = (name: 'calls' | 'chats' | 'talked' | 'interested' | 'leads'): number =>
    list.reduce((total, day) => total + day[name], 0);
  const calls = sum('calls');
  const interested = sum('interested');
  const rest = calls - interested;
  const later = Math.floor(rest * 0.3);
  const refused = Math.floor(rest * 0.35);
  const neutral = Math.floor(rest * 0.2);
  const current: AnalyticsPeriod = {
    calls,
    chats: sum('chats'),
    talked: sum('talked'),
    leads: sum('leads'),
    lead_rate: Math.round((sum('leads') / Math.max(1, calls)) * 100) / 100,
    avg_call_duration_sec: 51,
    dispositions: {
      interested,
      not_interested: refused,
      call_later: later,
      neutral,
      unknown: rest - later - refused - neutral,
    },
    replies: { count: 24, avg_gap_ms: 940, within_budget: 23 },
  };
  const previous = { ...current, calls: Math.round(calls * 0.8), chats: sum('chats') + 3, lead_rate: 0.21 };
  return { time_zone: 'Europe/Moscow', days: list, current, previous };
}
