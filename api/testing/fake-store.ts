import { randomUUID } from 'node:crypto';
import type { CallEvent, CallEventDraft } from '../../engine/contract/call-event.ts';
import { foldJournal, type CallView } from '../../engine/contract/fold-call.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { newLinkCode } from '../channels/sms/short-link.ts';
import { linesInMemory, type InteractionQuery } from '../demo/interaction-query.ts';
import { REFUSAL_REASONS, type GuardRefusal, type RefusalReason } from '../guards/refusal.ts';
import type { GuardsToday } from '../guards/usage.ts';
import type {
  CallOrder,
  ChatRecord,
  CreateOptions,
  CrmRecord,
  DemoSession,
  PeriodSums,
  RealInteraction,
  RealTotals,
  Store,
} from '../persistence/store.ts';
import type { RealLines } from '../persistence/interaction-feed.ts';
import { NO_SUMS } from '../persistence/real-data.ts';
import { searchWords } from '../persistence/search-words.ts';
import type { TelegramBinding, TelegramUser } from '../persistence/telegram-binding.ts';

/** Storage in memory for route tests: the journal is the truth here too. */
export class FakeStore implements Store {
  readonly orders: CallOrder[] = [];
  /** With what each of the orders came. */
  readonly options: CreateOptions[] = [];
  readonly sessions = new Map<string, DemoSession>();
  readonly chats = new Map<string, ChatRecord>();
  readonly crmRecords = new Map<string, CrmRecord>();
  interactions: RealInteraction[] = [];
  totals: RealTotals = {
    calls: 0,
    chats: 0,
    talked: 0,
    interested: 0,
    leads: 0,
    durationSecSum: 0,
    heldCalls: 0,
  };
  /** Of the periods asked for, the first ones. */
  sums: PeriodSums[] = [];
  /** When set, it refuses every order that comes with guards. */
  refusal: GuardRefusal | undefined;
  today: GuardsToday = {
    day: '2026-11-17',
    calls: 0,
    talkedSec: 0,
    atOnce: 0,
    refusals: Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])) as Record<
      RefusalReason,
      number
    >,
  };
  /** When set, every method rejects with it. */
  failure: Error | undefined;
  readonly #journals = new Map<string, CallEvent[]>();

  /** Rows of any kind: for «leaves no row behind». */
  get rowCount(): number {
    return (
      this.orders.length + this.sessions.size + this.chats.size + this.crmRecords.size + this.#journals.size
    );
  }

  /** Appends events to a call's journal under the next numbers. */
  happen(callId: CallId, ...drafts: CallEventDraft[]): void {
    const journal = this.#journals.get(callId);
    if (journal === undefined) throw new Error(`no such call in the fake store: ${callId}`);
    for (const draft of drafts) journal.push(stamp(callId, journal.length + 1, draft));
  }

  async createCall(order: CallOrder, options: CreateOptions = {}): Promise<CallId> {
    this.#check();
    if (this.refusal !== undefined && options.guards !== undefined) throw this.refusal;
    this.options.push(options);
    const callId = toCallId(randomUUID());
    this.orders.push(order);
    const { phone, language, voice, prompt } = order;
    this.#journals.set(callId, [stamp(callId, 1, { type: 'call.created', phone, language, voice, prompt })]);
    return callId;
  }

  async createDemoSession(order: CallOrder, options: CreateOptions = {}): Promise<DemoSession> {
    const callId = await this.createCall(order, options);
    const session: DemoSession = {
      id: randomUUID(),
      callId,
      callIdHash: `CALL_${randomUUID()}`,
      linkCode: newLinkCode(),
      createdAt: new Date().toISOString(),
      telegramUserId: null,
      telegramUsername: null,
    };
    this.sessions.set(session.id, session);
    return session;
  }

  async guardsToday(): Promise<GuardsToday> {
    this.#check();
    return this.today;
  }

  async call(callId: string): Promise<CallView | undefined> {
    this.#check();
    return foldJournal(this.#journals.get(callId) ?? []);
  }

  async events(callId: string, afterSeq = 0): Promise<readonly CallEvent[]> {
    this.#check();
    return (this.#journals.get(callId) ?? []).filter((event) => event.seq > afterSeq);
  }

  async journalTail(after: ReadonlyMap<CallId, number>): Promise<readonly CallEvent[]> {
    this.#check();
    return [...after].flatMap(([callId, seq]) => (this.#journals.get(callId) ?? []).slice(seq));
  }

  async watchedCalls(ended: number): Promise<readonly CallView[]> {
    this.#check();
    const views = [...this.#journals.values()].reverse().flatMap((journal) => foldJournal(journal) ?? []);
    const over = views.filter(({ endedAt }) => endedAt !== null).slice(0, ended);
    return [...views.filter(({ endedAt }) => endedAt === null), ...over];
  }

  async liveMark(): Promise<string> {
    this.#check();
    const views = [...this.#journals.values()].flatMap((journal) => foldJournal(journal) ?? []);
    const live = views.filter(({ endedAt }) => endedAt === null);
    return live.map(({ callId, lastSeq }) => `${callId} ${lastSeq}`).join();
  }

  async demoSession(id: string): Promise<DemoSession | undefined> {
    this.#check();
    return this.sessions.get(id);
  }

  async bindTelegram(callIdHash: string, user: TelegramUser): Promise<TelegramBinding> {
    this.#check();
    const session = [...this.sessions.values()].find((one) => one.callIdHash === callIdHash);
    if (session === undefined) return { outcome: 'unknown' };
    const { id, callId, telegramUserId } = session;
    if (telegramUserId === user.id) return { outcome: 'known', callId };
    if (telegramUserId !== null) return { outcome: 'taken' };
    this.sessions.set(id, { ...session, telegramUserId: user.id, telegramUsername: user.username });
    return { outcome: 'bound', callId };
  }

  async demoSessionByLink(code: string): Promise<DemoSession | undefined> {
    this.#check();
    return [...this.sessions.values()].find(({ linkCode }) => linkCode === code);
  }

  async chat(id: string): Promise<ChatRecord | undefined> {
    this.#check();
    return this.chats.get(id);
  }

  async crm(callId: string): Promise<CrmRecord | undefined> {
    this.#check();
    return this.crmRecords.get(callId);
  }

  async realInteractions(limit: number): Promise<readonly RealInteraction[]> {
    this.#check();
    return this.interactions.slice(0, limit);
  }

  async realLines(query: InteractionQuery): Promise<RealLines> {
    this.#check();
    const lines = this.interactions.map((one) => ({
      ...one,
      isDemo: false,
      disposition: one.type === 'call' ? one.disposition : null,
      summary: one.summary ?? '',
      durationSec: 0,
      words: searchWords(one.summary ?? ''),
    }));
    return linesInMemory(lines, query);
  }

  async realSums(bounds: readonly Date[]): Promise<readonly PeriodSums[]> {
    this.#check();
    return bounds.slice(1).map((_, index) => this.sums[index] ?? NO_SUMS);
  }

  async realTotals(): Promise<RealTotals> {
    this.#check();
    return this.totals;
  }

  async ping(): Promise<void> {
    this.#check();
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

/** The journal's stamps, one second apart, from a fixed moment. */
function stamp(callId: CallId, seq: number, draft: CallEventDraft): CallEvent {
  const at = new Date(Date.UTC(2026, 10, 17, 16, 10, seq)).toISOString();
  return { callId, seq, at, ...draft };
}
