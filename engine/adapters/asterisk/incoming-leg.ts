import { isNotFound, type AriChannelEvent } from './ari.ts';
import { endOfTalk, type LineEnd } from './causes.ts';
import type { Leg, LegListener } from './leg.ts';
import type { Office } from './office.ts';
import { Owned } from './owned.ts';

type State = 'ringing' | 'up' | 'over';

/** A person who called us and is being answered: first his sound is made ready, then the call is picked up. */
export class IncomingLeg implements Leg {
  readonly #office: Office;
  readonly #id: string;
  readonly #tell: LegListener;
  readonly #channel: Owned;
  #unlisten: () => void = () => undefined;
  #state: State = 'ringing';

  /** `id`: of a channel in our application, taken from the desk. */
  constructor(office: Office, id: string, tell: LegListener) {
    this.#office = office;
    this.#id = id;
    this.#tell = tell;
    this.#channel = new Owned(office, Promise.resolve(), () => office.ask((ari) => ari.hangupChannel(id)));
  }

  get channelId(): string | undefined {
    return this.#state === 'up' ? this.#id : undefined;
  }

  start(): void {
    this.#unlisten = this.#office.listen(this.#id, (event) => this.#hear(event));
    this.#answer().catch((error: unknown) => {
      if (this.#state === 'ringing') this.#end(isNotFound(error) ? GAVE_UP : notAnswered(error));
    });
  }

  async release(): Promise<void> {
    this.#state = 'over';
    this.#unlisten();
    await this.#channel.release();
  }

  async #answer(): Promise<void> {
    await this.#tell.entered(this.#id);
    if (this.#state !== 'ringing') return;
    await this.#office.ask((ari) => ari.answerChannel(this.#id));
    this.#up();
  }

  #hear(event: AriChannelEvent): void {
    if (event.type === 'ChannelStateChange' && event.channel.state === 'Up') this.#up();
    if (event.type === 'ChannelDtmfReceived' && this.#state === 'up') this.#tell.dtmf(event.digit);
    // A channel that came in by the dialplan leaves with StasisEnd, which tells no cause.
    if (event.type === 'StasisEnd' || event.type === 'ChannelDestroyed')
      this.#end(this.#state === 'up' ? endOfTalk({ cause: 0 }) : GAVE_UP);
  }

  #up(): void {
    if (this.#state !== 'ringing') return;
    this.#state = 'up';
    this.#tell.up();
  }

  #end(end: LineEnd): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#unlisten();
    this.#tell.ended(end);
  }
}

export const GAVE_UP: LineEnd = { outcome: 'no_answer', reason: 'звонивший не дождался ответа' };

function notAnswered(error: unknown): LineEnd {
  const cause = error instanceof Error ? error.message : String(error);
  return { outcome: 'error', reason: 'не удалось ответить на звонок', cause };
}
