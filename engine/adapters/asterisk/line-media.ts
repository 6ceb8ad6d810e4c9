import type { TimerHandle } from '../../ports/clock.ts';
import type { MediaAddress } from '../../ports/media-transport.ts';
import { AriError, type AriChannelEvent } from './ari.ts';
import type { Office } from './office.ts';
import { Owned } from './owned.ts';

/** The external channel enters our application milliseconds after it was asked for. */
const ENTER_PATIENCE_MS = 5_000;

/**
 * A line's sound on Asterisk: a mixing bridge, and in it the channel that exchanges PCMU with our RTP socket. The
 * person's channel joins them.
 */
export class LineMedia {
  /** Where to send our RTP, once our channel stands in the bridge. Rejects with AriError. */
  readonly ready: Promise<MediaAddress>;
  readonly #office: Office;
  readonly #bridgeId: string;
  readonly #bridge: Owned;
  readonly #channel: Owned;
  readonly #unlisten: () => void;
  readonly #onGone: () => void;
  #timer: TimerHandle | undefined;
  #enter: (error?: AriError) => void = () => undefined;
  #entered = false;

  /** Begins at once. `onGone`: the sound was lost although nobody released it. */
  constructor(office: Office, name: string, local: MediaAddress, onGone: () => void) {
    this.#office = office;
    this.#onGone = onGone;
    this.#bridgeId = `${name}.b`;
    const channelId = `${name}.m`;
    const entered = new Promise<void>((resolve, reject) => {
      this.#enter = (error) => (error === undefined ? resolve() : reject(error));
    });
    entered.catch(() => undefined);
    this.#unlisten = office.listen(channelId, (event) => this.#hear(event));
    this.#timer = office.clock.setTimeout(
      () => this.#enter(new AriError('timeout', 'the external media channel never entered our application')),
      ENTER_PATIENCE_MS,
    );
    this.#bridge = new Owned(
      office,
      office.ask((ari) => ari.createBridge(this.#bridgeId)),
      () => office.ask((ari) => ari.destroyBridge(this.#bridgeId)),
    );
    const remote = office.ask((ari) => ari.externalMedia(channelId, local));
    this.#channel = new Owned(
      office,
      remote.then(() => undefined),
      () => office.ask((ari) => ari.hangupChannel(channelId)),
    );
    // Before its own StasisStart the bridge would refuse it (422).
    this.ready = Promise.all([remote, entered, this.#bridge.made]).then(async ([address]) => {
      await office.ask((ari) => ari.addToBridge(this.#bridgeId, channelId));
      return address;
    });
    this.ready.catch(() => undefined);
  }

  /** Puts the person's channel, which is in our application, into the bridge. */
  async join(channelId: string): Promise<void> {
    await this.#bridge.made;
    await this.#office.ask((ari) => ari.addToBridge(this.#bridgeId, channelId));
  }

  /** Never rejects. */
  async release(): Promise<void> {
    this.#unlisten();
    this.#stopWaiting();
    this.#enter(new AriError('gone', 'the line has ended'));
    await Promise.all([this.#channel.release(), this.#bridge.release()]);
  }

  #hear(event: AriChannelEvent): void {
    if (event.type === 'StasisStart') {
      this.#entered = true;
      this.#stopWaiting();
      this.#enter();
    } else if (event.type === 'ChannelDestroyed') {
      this.#stopWaiting();
      this.#enter(new AriError('refused', 'the external media channel was destroyed'));
      if (this.#entered) this.#onGone();
    }
  }

  #stopWaiting(): void {
    if (this.#timer !== undefined) this.#office.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
