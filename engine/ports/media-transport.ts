/** Where RTP is sent to or came from. */
export interface MediaAddress {
  /** IPv4 or IPv6 literal. */
  readonly address: string;
  readonly port: number;
}

/** `waitedMs`: how long ago it came. */
export type PacketListener = (bytes: Uint8Array, from: MediaAddress, waitedMs: number) => void;

/** One bound UDP socket. Datagrams as they are: RTP is parsed above. */
export interface MediaSocket {
  readonly local: MediaAddress;
  /** Sends one datagram; errors of the network are counted, never thrown. A send after close is a no-op. */
  send(bytes: Uint8Array, to: MediaAddress): void;
  /**
   * Sets the one listener. What came before the first one is dropped. `bytes` may be reused after it returns: copy what
   * you keep.
   */
  onPacket(listener: PacketListener): void;
  /**
   * Hands over what has come and waits. Some transports hand over by themselves, others only now: whoever owns the socket
   * calls it once a beat.
   */
  poll(): void;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface MediaTransport<Socket extends MediaSocket = MediaSocket> {
  /** Binds a socket on a free port. Rejects when none is free. */
  open(): Promise<Socket>;
}
