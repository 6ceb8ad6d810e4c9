import { randomBytes, randomUUID } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import { IsNull, MoreThan, Not, type DataSource, type EntityManager } from 'typeorm';
import type { AfterCallStep, CallEvent } from '../../engine/contract/call-event.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import { newLinkCode } from '../channels/sms/short-link.ts';
import type { InteractionQuery } from '../demo/interaction-query.ts';
import { Gate } from '../guards/gate.ts';
import type { GuardsToday } from '../guards/usage.ts';
import { DIAL_CHANNEL, DIAL_QUEUE, inTransaction, type CallJob } from './boss.ts';
import { appendToCall, eventOf, insertCall, lockCall } from './call-log.ts';
import { CallEventEntity } from './entities/call-event.ts';
import { CallEntity } from './entities/call.ts';
import { ChatEntity } from './entities/chat.ts';
import { CrmRecordEntity } from './entities/crm-record.ts';
import { DemoSessionEntity, type DemoSessionRow } from './entities/demo-session.ts';
import { journalTail } from './journal-tail.ts';
import { realInteractions, realSums, realTotals } from './real-data.ts';
import { realLines, type RealLines } from './interaction-feed.ts';
import { listChat } from './interaction-log.ts';
import { storable } from './storable.ts';
import { bindTelegram, type TelegramBinding, type TelegramUser } from './telegram-binding.ts';
import type {
  AfterCallStore,
  CallOrder,
  ChatRecord,
  CreateOptions,
  CrmRecord,
  DemoSession,
  PeriodSums,
  RealInteraction,
  RealTotals,
  StepEvent,
  StepRecord,
  Store,
} from './store.ts';

const PING_TIMEOUT_MS = 1_000;
/** More than any process holds; what is beyond is not watched one by one. */
const MOST_LIVE_CALLS = 200;
/** 16 random bytes: 128 bits, 22 characters; 27 with the prefix of the customer's example. */
const HASH_BYTES = 16;

/** Storage in PostgreSQL. */
export class PgStore implements Store, AfterCallStore {
  readonly #dataSource: DataSource;
  readonly #boss: PgBoss;
  readonly #wallTime: () => Date;
  readonly #gate: Gate;

  constructor(dataSource: DataSource, boss: PgBoss, wallTime: () => Date = () => new Date()) {
    this.#dataSource = dataSource;
    this.#boss = boss;
    this.#wallTime = wallTime;
    this.#gate = new Gate(dataSource, wallTime);
  }

  async createCall(order: CallOrder, options: CreateOptions = {}): Promise<CallId> {
    return await this.#transaction(order, options, async (create) => await create());
  }

  async createDemoSession(order: CallOrder, options: CreateOptions = {}): Promise<DemoSession> {
    return await this.#transaction(order, options, async (create, manager) => {
      const row: DemoSessionRow = {
        id: randomUUID(),
        callId: await create(),
        callIdHash: `CALL_${randomBytes(HASH_BYTES).toString('base64url')}`,
        linkCode: newLinkCode(),
        createdAt: this.#wallTime(),
        telegramUserId: null,
        telegramUsername: null,
      };
      await manager.insert(DemoSessionEntity, row);
      return demoSessionOf(row);
    });
  }

  async guardsToday(): Promise<GuardsToday> {
    return await this.#gate.today();
  }

  async call(callId: string): Promise<CallView | undefined> {
    if (!isUuid(callId)) return undefined;
    const row = await this.#dataSource.manager.findOne(CallEntity, {
      where: { id: callId },
      select: { id: true, view: true },
    });
    return row?.view;
  }

  async events(callId: string, afterSeq = 0): Promise<readonly CallEvent[]> {
    if (!isUuid(callId)) return [];
    const rows = await this.#dataSource.manager.find(CallEventEntity, {
      where: { callId, seq: MoreThan(afterSeq) },
      order: { seq: 'ASC' },
    });
    return rows.map(eventOf);
  }

  async journalTail(after: ReadonlyMap<CallId, number>): Promise<readonly CallEvent[]> {
    return await journalTail(this.#dataSource, after);
  }

  async watchedCalls(ended: number): Promise<readonly CallView[]> {
    const calls = this.#dataSource.getRepository(CallEntity);
    const order = { createdAt: 'DESC' } as const;
    const [live, over] = await Promise.all([
      calls.find({ where: { endedAt: IsNull() }, order, take: MOST_LIVE_CALLS }),
      calls.find({ where: { endedAt: Not(IsNull()) }, order, take: ended }),
    ]);
    return [...live, ...over].map(({ view }) => view);
  }

  async liveMark(): Promise<string> {
    // Two calls cannot cancel each other out: a number only grows while its call is here, and takes it along when it ends.
    const [row] = await this.#dataSource.query<{ mark: string }[]>(
      `select count(*) || ' ' || coalesce(sum(last_seq), 0) || ' ' || coalesce(max(created_at)::text, '') as mark
       from calls where ended_at is null`,
    );
    return row?.mark ?? '';
  }

  async demoSession(id: string): Promise<DemoSession | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#dataSource.manager.findOneBy(DemoSessionEntity, { id });
    return row === null ? undefined : demoSessionOf(row);
  }

  async demoSessionByLink(linkCode: string): Promise<DemoSession | undefined> {
    const row = await this.#dataSource.manager.findOneBy(DemoSessionEntity, { linkCode });
    return row === null ? undefined : demoSessionOf(row);
  }

  async demoSessionOfCall(callId: CallId): Promise<DemoSession | undefined> {
    const row = await this.#dataSource.manager.findOneBy(DemoSessionEntity, { callId });
    return row === null ? undefined : demoSessionOf(row);
  }

  async bindTelegram(callIdHash: string, user: TelegramUser): Promise<TelegramBinding> {
    return await bindTelegram(this.#dataSource, callIdHash, user);
  }

  async chat(id: string): Promise<ChatRecord | undefined> {
    if (!isUuid(id)) return undefined;
    const row = await this.#dataSource.manager.findOneBy(ChatEntity, { id });
    if (row === null) return undefined;
    const { callId, createdAt, summary, messages } = row;
    return { id: row.id, callId: toCallId(callId), createdAt: createdAt.toISOString(), summary, messages };
  }

  async crm(callId: string): Promise<CrmRecord | undefined> {
    if (!isUuid(callId)) return undefined;
    const row = await this.#dataSource.manager.findOneBy(CrmRecordEntity, { callId });
    if (row === null) return undefined;
    const session = await this.#dataSource.manager.findOneBy(DemoSessionEntity, { callId });
    const { clientPhone, status, interest, telegramLinkSent } = row;
    const telegramConnected = session !== null && session.telegramUserId !== null;
    return { callId: toCallId(callId), clientPhone, status, interest, telegramLinkSent, telegramConnected };
  }

  async realInteractions(limit: number): Promise<readonly RealInteraction[]> {
    return await realInteractions(this.#dataSource, limit);
  }

  async realTotals(): Promise<RealTotals> {
    return await realTotals(this.#dataSource);
  }

  async realLines(query: InteractionQuery): Promise<RealLines> {
    return await realLines(this.#dataSource, query);
  }

  async realSums(bounds: readonly Date[]): Promise<readonly PeriodSums[]> {
    return await realSums(this.#dataSource, bounds);
  }

  async ping(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new Error(`the database did not answer within ${PING_TIMEOUT_MS} ms: is PostgreSQL running?`),
          ),
        PING_TIMEOUT_MS,
      );
    });
    const answer = this.#dataSource.query('select 1');
    answer.catch(() => {});
    try {
      await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async finishStep(
    callId: CallId,
    step: AfterCallStep,
    event: StepEvent,
    record?: StepRecord,
  ): Promise<void> {
    if (event.type !== `${step}.done` && !(event.type === 'step.failed' && event.step === step)) {
      throw new TypeError(`${event.type} is not an outcome of the step ${step}`);
    }
    await this.#dataSource.transaction(async (manager) => {
      const row = await lockCall(manager, callId);
      if (row === null) throw new RangeError(`no call ${callId}: nothing can be finished for it`);
      const { stepsDone, stepsFailed } = row.view;
      if (stepsDone.includes(step) || (event.type === 'step.failed' && stepsFailed.includes(step))) return;
      const at = this.#wallTime();
      if (record !== undefined) await insertRecord(manager, callId, at, record);
      await appendToCall(manager, this.#boss, row, {
        ...event,
        callId,
        seq: row.lastSeq + 1,
        at: at.toISOString(),
      });
    });
  }

  /** Runs `work` in a transaction in which the call may be created: under its guards, where it has them. */
  async #transaction<T>(
    order: CallOrder,
    { dial = true, guards, client }: CreateOptions,
    work: (create: () => Promise<CallId>, manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    if (guards === undefined)
      return await this.#dataSource.transaction((manager) =>
        work(() => this.#create(manager, order, dial), manager),
      );
    return await this.#gate.admit({ phone: order.phone, limits: guards, client }, (manager, key) =>
      work(async () => {
        const callId = await this.#create(manager, order, dial);
        await manager.update(CallEntity, callId, { guarded: true, client: key });
        return callId;
      }, manager),
    );
  }

  async #create(manager: EntityManager, order: CallOrder, queued: boolean): Promise<CallId> {
    const callId = toCallId(randomUUID());
    const { phone, language, voice, prompt, farEnd } = order;
    await insertCall(
      manager,
      {
        type: 'call.created',
        callId,
        seq: 1,
        at: this.#wallTime().toISOString(),
        phone,
        language,
        voice,
        prompt,
      },
      { queued, ...(farEnd === undefined ? {} : { farEnd }) },
    );
    if (queued) await enqueue(manager, this.#boss, callId);
    return callId;
  }
}

/** Puts a call into the dial queue, and wakes who waits there; both with the transaction's commit. */
export async function enqueue(
  manager: EntityManager,
  boss: PgBoss,
  callId: CallId,
  startAfterSec = 0,
): Promise<void> {
  const job: CallJob = { callId };
  await boss.send(DIAL_QUEUE, job, {
    db: await inTransaction(manager),
    ...(startAfterSec > 0 ? { startAfter: startAfterSec } : {}),
  });
  if (startAfterSec === 0) await manager.query('select pg_notify($1, $2)', [DIAL_CHANNEL, '']);
}

async function insertRecord(
  manager: EntityManager,
  callId: CallId,
  createdAt: Date,
  record: StepRecord,
): Promise<void> {
  switch (record.kind) {
    case 'chat': {
      const { id, summary, messages } = storable(record.chat);
      await manager
        .createQueryBuilder()
        .insert()
        .into(ChatEntity)
        .values({ id, callId, createdAt, summary, messages })
        .orIgnore()
        .execute();
      await listChat(manager, { id, callId, createdAt: createdAt.toISOString(), summary, messages });
      return;
    }
    case 'crm':
      await manager
        .createQueryBuilder()
        .insert()
        .into(CrmRecordEntity)
        .values({ callId, ...storable(record.crm) })
        .orIgnore()
        .execute();
      return;
    default:
      record satisfies never;
  }
}

function demoSessionOf(row: DemoSessionRow): DemoSession {
  const { id, callId, callIdHash, linkCode, createdAt, telegramUserId, telegramUsername } = row;
  return {
    id,
    callId: toCallId(callId),
    callIdHash,
    linkCode,
    createdAt: createdAt.toISOString(),
    telegramUserId,
    telegramUsername,
  };
}
