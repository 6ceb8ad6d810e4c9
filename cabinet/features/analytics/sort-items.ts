import type { InteractionItem } from '../../api/types.ts';

/** The visitor's own rows on top, then the newest first; a row without a readable date comes last. */
export function sortItems(items: readonly InteractionItem[]): readonly InteractionItem[] {
  const time = (item: InteractionItem): number => Date.parse(item.created_at) || 0;
  return [...items].sort((a, b) => Number(a.is_demo) - Number(b.is_demo) || time(b) - time(a));
}
