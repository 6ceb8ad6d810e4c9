export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The ports that sockets are opened on: the even ones of a range (RFC 3550 §11), both ends included, or whichever the
 * system chooses. They are taken in turn, so that one just freed rests: late packets of its last call find nobody.
 */
export class PortsInTurn {
  readonly #ports: readonly number[];
  #next = 0;

  /** Throws RangeError when the range holds no even port. */
  constructor(range: PortRange | undefined) {
    this.#ports = range === undefined ? [0] : evenPorts(range);
  }

  /** The first socket that `bind` gives; it answers undefined where a port is taken. Rejects when all of them are. */
  async open<Socket>(address: string, bind: (port: number) => Promise<Socket | undefined>): Promise<Socket> {
    for (let tried = 0; tried < this.#ports.length; tried++) {
      const port = this.#ports[this.#next]!;
      this.#next = (this.#next + 1) % this.#ports.length;
      const socket = await bind(port);
      if (socket !== undefined) return socket;
    }
    throw new Error(
      `no free UDP port on ${address} (${this.#ports.length} tried): widen the RTP port range or end some calls`,
    );
  }
}

function evenPorts({ from, to }: PortRange): readonly number[] {
  const first = from + (from % 2);
  const count = Math.floor((to - first) / 2) + 1;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to > 65_535 || count < 1) {
    throw new RangeError(`the RTP port range ${from}–${to} must hold an even port between 1 and 65535`);
  }
  return Array.from({ length: count }, (_, i) => first + 2 * i);
}
