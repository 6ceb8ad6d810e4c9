import { encodeCursor } from '../../api/demo/interaction-params.ts';
import { summarise, type Summary } from '../latency/statistics.ts';

/** Issue 6: the lists and sums of the cabinet, at 100,000 calls. */
const P95_MAX_MS = 50;
const WARM_UP = 10;
const DAY_MS = 86_400_000;
/** Asks nothing of the lists: what an answer costs on this machine anyway. */
const BARE = '/healthz';

export interface Measured {
  readonly name: string;
  readonly url: string;
  readonly ms: Summary;
  readonly kB: number;
}

/** What a visitor's screen asks, and what is likely to be slow. */
export function askedUrls(
  now: Date,
  days: number,
): readonly { readonly name: string; readonly url: string }[] {
  const list = (query: string) => `/demo/interactions?${query}`;
  const ago = (share: number): number => now.getTime() - Math.round(days * share) * DAY_MS;
  const cursor = encodeCursor({ key: ago(0.5), isDemo: true, id: 'demo-call-1' }, 'newest');
  const text = (words: string) => encodeURIComponent(words);
  const span = `from=${new Date(ago(0.5)).toISOString()}&to=${new Date(ago(0.4)).toISOString()}`;
  return [
    { name: 'health', url: BARE },
    { name: 'analytics', url: '/demo/analytics' },
    { name: '… 30 days', url: '/demo/analytics/details?days=30' },
    { name: '… 90 days', url: '/demo/analytics/details?days=90&tz=Asia/Kabul' },
    { name: 'no parameters', url: '/demo/interactions' },
    { name: 'first page', url: list('limit=50') },
    { name: 'a page of 200', url: list('limit=200') },
    { name: 'from the middle', url: list(`limit=50&cursor=${cursor}`) },
    { name: 'chats', url: list('type=chat') },
    { name: 'interested', url: list('disposition=interested') },
    { name: 'a tenth of the time', url: list(span) },
    { name: 'longest', url: list('sort=longest') },
    { name: 'longest, interested', url: list('sort=longest&disposition=interested') },
    { name: 'longest in a tenth', url: list(`sort=longest&${span}`) },
    { name: 'a frequent word', url: list(`q=${text('стоимость')}`) },
    { name: 'frequent, oldest', url: list(`sort=oldest&q=${text('стоимость')}`) },
    { name: 'frequent in a tenth', url: list(`q=${text('стоимость')}&${span}`) },
    { name: 'frequent, chats', url: list(`q=${text('стоимость')}&type=chat`) },
    { name: 'three words', url: list(`q=${text('договор рассрочку четверг')}`) },
    { name: 'a rare word', url: list(`q=${text('уникальное5000')}`) },
    { name: 'a rare beginning', url: list(`q=${text('уник')}&type=call`) },
    { name: 'rare, longest', url: list(`sort=longest&q=${text('уник')}`) },
    { name: 'no such word', url: list(`q=${text('антарктида')}`) },
    { name: 'frequent with none', url: list(`q=${text('стоимость антарктида')}`) },
  ];
}

/** Requests one after another; each is over when its body has been read. Rejects on any answer but 200. */
export async function measureUrl(
  base: string,
  { name, url }: { readonly name: string; readonly url: string },
  requests: number,
): Promise<Measured> {
  const tookMs: number[] = [];
  let bytes = 0;
  for (let nth = -WARM_UP; nth < requests; nth += 1) {
    const began = performance.now();
    const answer = await fetch(base + url, { signal: AbortSignal.timeout(30_000) });
    const body = await answer.arrayBuffer();
    if (!answer.ok)
      throw new Error(`${url} was answered with ${answer.status}: ${Buffer.from(body).toString()}`);
    if (nth >= 0) tookMs.push(performance.now() - began);
    bytes = body.byteLength;
  }
  return { name, url, ms: summarise(tookMs), kB: bytes / 1024 };
}

/** The figures, as Markdown. */
export function table(rows: readonly Measured[]): string {
  const bare = rows.find(({ url }) => url === BARE)?.ms.p50;
  const fixed = (value: number | undefined) => value?.toFixed(1) ?? '–';
  const line = ({ name, ms, kB }: Measured) => {
    const times = bare === undefined || ms.p50 === undefined ? undefined : ms.p50 / bare;
    return `| ${name} | ${fixed(ms.p50)} | ${fixed(ms.p95)} | ${fixed(ms.p99)} | ${fixed(ms.max)} | ${fixed(times)} | ${fixed(kB)} |`;
  };
  return [
    '| ms | p50 | p95 | p99 | max | × health | kB |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(line),
  ].join('\n');
}

export function troublesOf(rows: readonly Measured[]): readonly string[] {
  return rows
    .filter(({ ms }) => ms.p95 === undefined || ms.p95 >= P95_MAX_MS)
    .map(
      ({ name, url, ms }) =>
        `${name} (${url}): p95 ${ms.p95?.toFixed(1) ?? '–'} ms, aimed at < ${P95_MAX_MS}`,
    );
}
