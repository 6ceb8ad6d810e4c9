import type { TimerHandle } from '../../../ports/clock.ts';
import type { DialRequest } from '../../../ports/telephony.ts';
import type { LineEnd } from '../causes.ts';
import type { Leg, LegListener } from '../leg.ts';
import type { Office } from '../office.ts';
import { OutgoingLeg } from '../outgoing-leg.ts';
import type { BrowserPhone } from './browser-phone.ts';

/** The page has its password and need only register. */
const COMES_WITHIN_MS = 15_000;

/** Calls a visitor's page: waits until its phone is registered, dials it, and takes it away when the call is over. */
export class BrowserLeg implements Leg {
  readonly #office: Office;
  readonly #name: string;
  readonly #request: DialRequest;
  readonly #phone: BrowserPhone;
  readonly #tell: LegListener;
  #leg: OutgoingLeg | undefined;
  #timer: TimerHandle | undefined;
  #up = false;
  #over = false;

  constructor(office: Office, name: string, request: DialRequest, phone: BrowserPhone, tell: LegListener) {
    this.#office = office;
    this.#name = name;
    this.#request = request;
    this.#phone = phone;
    this.#tell = tell;
  }

  get channelId(): string | undefined {
    return this.#leg?.channelId;
  }

  start(): void {
    this.#timer = this.#office.clock.setTimeout(() => this.#end(NEVER_CAME), COMES_WITHIN_MS);
    this.#phone.place({
      registered: () => this.#dial(),
      lost: (why) => this.#end({ ...(this.#up ? LOST : LEFT), cause: why }),
    });
  }

  async release(): Promise<void> {
    this.#over = true;
    this.#stopTimer();
    await this.#leg?.release();
    await this.#phone.remove();
  }

  #dial(): void {
    if (this.#leg !== undefined || this.#over) return;
    this.#stopTimer();
    const route = { name: 'browser', numberFormat: 'e164', endpoint: this.#phone.endpoint } as const;
    const tell: LegListener = {
      ...this.#tell,
      up: () => {
        this.#up = true;
        this.#tell.up();
      },
      ended: (end) => this.#end(inPageWords(end)),
    };
    this.#leg = new OutgoingLeg(this.#office, this.#name, this.#request, tell, [route]);
    this.#leg.start();
  }

  #end(end: LineEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimer();
    this.#tell.ended(end);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#office.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** No phone, no call. */
export const NO_PHONE: LineEnd = { outcome: 'error', reason: 'телефон в браузере уже закрыт' };
const NEVER_CAME: LineEnd = {
  outcome: 'error',
  reason: 'страница не подключилась к звонку',
  cause: 'the phone did not register',
};
const LEFT: LineEnd = { outcome: 'no_answer', reason: 'страница закрыта, пока шёл вызов' };
const LOST: LineEnd = { outcome: 'hangup_far', reason: 'связь со страницей прервалась' };

/** What the trunks' words say of subscribers, said of a page. */
function inPageWords(end: LineEnd): LineEnd {
  switch (end.outcome) {
    case 'busy':
      return { ...end, reason: 'звонок отклонён в браузере' };
    case 'no_answer':
      return { ...end, reason: 'в браузере не ответили' };
    case 'hangup_far':
      return { ...end, reason: 'собеседник завершил звонок в браузере' };
    default:
      return end;
  }
}
