import type { SoundPeer, SoundSession } from '../contract/provider.ts';

/** A visitor's page as the server sees it: what it was told, and what it says. */
export class FakePage {
  readonly told: Readonly<Record<string, unknown>>[] = [];
  readonly frames: Uint8Array[] = [];
  closedWith: number | undefined;
  /** Hears each message after it was sent. */
  onTold: (type: unknown) => void = () => undefined;
  readonly session: SoundSession;

  constructor(open: (peer: SoundPeer) => SoundSession) {
    this.session = open({
      send: (message) => {
        if (typeof message !== 'string') {
          this.frames.push(message);
          return;
        }
        const read = JSON.parse(message) as Record<string, unknown>;
        this.told.push(read);
        queueMicrotask(() => this.onTold(read['type']));
      },
      backlogBytes: () => 0,
      close: (code) => {
        this.closedWith ??= code;
      },
    });
  }

  say(type: string): void {
    this.session.text(JSON.stringify({ type }));
  }

  types(): readonly unknown[] {
    return this.told.map(({ type }) => type);
  }
}
