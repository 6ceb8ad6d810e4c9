import type { MediaAddress } from '../../ports/media-transport.ts';
import type { TimerHandle } from '../../ports/clock.ts';
import type { DialRequest, Line, LineEvent } from '../../ports/telephony.ts';
import { lostEnd, type LineEnd } from './causes.ts';
import type { Leg, LegListener } from './leg.ts';
import { LineMedia } from './line-media.ts';
import type { Office } from './office.ts';

/** The person answered and his sound does not come about: usually he is just hanging up, which tells more. */
const LAST_WORD_MS = 1_000;

type State =
  /** It rings, or will. */
  | 'calling'
  /** The person has answered; his channel and our sound are not in one bridge yet. */
  | 'up'
  | 'talking'
  | 'ended';

/** One call: a person's leg, our sound, and what is told of them. Made by `open`. */
export class CallLine implements Line {
  /** Resolves when the end was told and nothing is held any more. */
  readonly gone: Promise<void>;
  readonly #office: Office;
  readonly #name: string;
  readonly #local: MediaAddress;
  readonly #tell: (event: LineEvent) => void;
  readonly #leg: Leg;
  #state: State = 'calling';
  #media: LineMedia | undefined;
  #bridged: Promise<MediaAddress> | undefined;
  #timer: TimerHandle | undefined;
  #leave: () => void = () => undefined;

  constructor(
    office: Office,
    name: string,
    { localMedia }: Pick<DialRequest, 'localMedia'>,
    tell: (event: LineEvent) => void,
    makeLeg: (listener: LegListener) => Leg,
  ) {
    this.#office = office;
    this.#name = name;
    this.#local = localMedia;
    this.#tell = tell;
    this.gone = new Promise((resolve) => (this.#leave = resolve));
    this.#leg = makeLeg({
      entered: (channelId) => this.#bridge(channelId),
      ringing: () => this.#ring(),
      up: () => this.#answered(),
      dtmf: (digit) => {
        if (this.#state === 'talking') this.#tell({ type: 'dtmf', digit });
      },
      ended: (end) => this.#end(end),
    });
  }

  start(): void {
    this.#leg.start();
  }

  hangup(): void {
    const reason = this.#state === 'talking' ? 'разговор завершён' : 'вызов отменён';
    this.#end({ outcome: 'hangup_near', reason });
  }

  /** Ends it before it began. */
  refuse(end: LineEnd): void {
    this.#end(end);
  }

  /** Asterisk is out of reach. A conversation may outlive that; a call in the making cannot. */
  linkDown(): void {
    if (this.#state !== 'talking') this.lost();
  }

  /** Asterisk is out of reach for too long, or has forgotten the call. */
  lost(): void {
    this.#end(lostEnd());
  }

  /** Asterisk is back: does it still know the call? */
  async linkUp(): Promise<void> {
    const { channelId } = this.#leg;
    if (this.#state !== 'talking' || channelId === undefined) return;
    try {
      const channel = await this.#office.ask((ari) => ari.channel(channelId));
      if (channel?.state !== 'Up') this.lost();
    } catch (error) {
      this.#office.onTrouble(`cannot tell whether a call is still up: ${String(error)}`);
    }
  }

  /** Made for the first channel; a second one (another trunk) joins the same bridge. */
  #bridge(channelId: string): Promise<MediaAddress> {
    if (this.#state === 'ended') return Promise.reject(new Error('the line has ended'));
    this.#media ??= this.#openMedia();
    const media = this.#media;
    const bridged = media.join(channelId).then(() => media.ready);
    bridged.catch(() => undefined);
    this.#bridged = bridged;
    return bridged;
  }

  #openMedia(): LineMedia {
    const fail = (cause: string) => this.#end({ ...NO_SOUND, cause });
    const media = new LineMedia(this.#office, this.#name, this.#local, () =>
      fail('the external media channel was destroyed'),
    );
    // Nobody shall pick up a telephone that cannot speak.
    media.ready.catch((error: unknown) => fail(messageOf(error)));
    return media;
  }

  #ring(): void {
    if (this.#state === 'calling') this.#tell({ type: 'ringing' });
  }

  #answered(): void {
    if (this.#state !== 'calling') return;
    this.#state = 'up';
    void this.#talk();
  }

  async #talk(): Promise<void> {
    try {
      if (this.#bridged === undefined) throw new Error('it was answered before it was dialled');
      const remote = await this.#bridged;
      if (this.#state !== 'up') return;
      this.#state = 'talking';
      this.#tell({ type: 'answered', remote });
    } catch (error) {
      if (this.#state !== 'up') return;
      this.#timer = this.#office.clock.setTimeout(
        () => this.#end({ ...NO_SOUND, cause: messageOf(error) }),
        LAST_WORD_MS,
      );
    }
  }

  /** Tells the end once, after Asterisk was asked to free everything, and never from inside the call that asked. */
  #end({ outcome, reason, cause }: LineEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    if (this.#timer !== undefined) this.#office.clock.clearTimeout(this.#timer);
    const freed = this.#free();
    queueMicrotask(() => {
      void freed.then(this.#leave);
      this.#tell({ type: 'ended', outcome, reason, ...(cause === undefined ? {} : { cause }) });
    });
  }

  async #free(): Promise<void> {
    await Promise.all([this.#leg.release(), this.#media?.release()]);
  }
}

const NO_SOUND = { outcome: 'error', reason: 'Asterisk не открыл звук для разговора' } as const;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
