import type { DataSource } from 'typeorm';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { storable } from './storable.ts';

/** Who wrote to the bot. */
export interface TelegramUser {
  /** Decimal; up to 52 bits (https://core.telegram.org/bots/api#user). */
  readonly id: string;
  readonly username: string | null;
}

/** What became of a start link. Of a session that is another user's nothing is told. */
export type TelegramBinding =
  /** Now, by this very request. */
  | { readonly outcome: 'bound'; readonly callId: CallId }
  /** By this user, before. */
  | { readonly outcome: 'known'; readonly callId: CallId }
  /** By another user, before. */
  | { readonly outcome: 'taken' }
  /** No session has such a hash. */
  | { readonly outcome: 'unknown' };

interface Found {
  readonly callId: string;
  /** As it was before this statement. */
  readonly telegramUserId: string | null;
  readonly bound: boolean;
}

/**
 * D7: gives the session of that hash to the first user who comes; whoever comes later changes nothing, also when a
 * thousand come at once: the row is written only while nobody is in it.
 */
export async function bindTelegram(
  dataSource: DataSource,
  callIdHash: string,
  user: TelegramUser,
): Promise<TelegramBinding> {
  const { id, username } = storable(user);
  // Who waited here for another's row to be written sees it as it was before: free, and not his. He looks again.
  for (;;) {
    const [found] = await dataSource.query<Found[]>(
      `with bound as (
         update demo_sessions set telegram_user_id = $2, telegram_username = $3
         where call_id_hash = $1 and telegram_user_id is null
         returning call_id
       )
       select call_id as "callId", telegram_user_id as "telegramUserId", exists (select from bound) as bound
       from demo_sessions where call_id_hash = $1`,
      [callIdHash, id, username],
    );
    if (found === undefined) return { outcome: 'unknown' };
    const callId = toCallId(found.callId);
    if (found.bound) return { outcome: 'bound', callId };
    if (found.telegramUserId === id) return { outcome: 'known', callId };
    if (found.telegramUserId !== null) return { outcome: 'taken' };
  }
}
