import { parseNameAddress } from '../sip-address.ts';
import { headerOf, parseSip, type SipHeader, type SipMessage, type SipRequest } from '../sip-message.ts';
import { SipClient } from '../sip-client.ts';
import { VirtualClock } from '../../../engine/testing/virtual-clock.ts';

export interface FakeAnswer {
  readonly status: number;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/** The other end of a SipClient, in memory: `answers` says what each request gets. Requests are kept in order. */
export class FakeSipServer {
  readonly clock = new VirtualClock();
  readonly requests: SipRequest[] = [];
  readonly client: SipClient;
  closed = false;
  /** Added to each Via that goes back: `;received=203.0.113.9`. */
  received = '';

  constructor(
    answers: (request: SipRequest, server: FakeSipServer) => readonly FakeAnswer[],
    reliable = false,
    localAddress = '192.0.2.10',
  ) {
    this.client = new SipClient(
      {
        kind: reliable ? 'tcp' : 'udp',
        local: { address: localAddress, port: 40_000 },
        remote: { address: '192.0.2.1', port: 5060 },
        reliable,
        send: (bytes) => {
          const message = parseSip(bytes);
          if (message?.kind !== 'request') return;
          this.requests.push(message);
          for (const answer of answers(message, this)) this.answer(message, answer);
        },
        close: () => (this.closed = true),
      },
      this.clock,
    );
  }

  /** Sends an answer to a request, by itself. */
  answer(request: SipRequest, { status, headers = [], body = '' }: FakeAnswer): void {
    const copied = request.headers
      .filter(({ name }) => ['Via', 'From', 'Call-ID', 'CSeq'].includes(name))
      .map(({ name, value }) => ({ name, value: name === 'Via' ? `${value}${this.received}` : value }));
    const to = headerOf(request, 'To') ?? '';
    const tagged =
      parseNameAddress(to)?.params.has('tag') === true || status === 100 ? to : `${to};tag=there`;
    this.give({
      kind: 'response',
      status,
      reason: 'Test',
      headers: [...copied, { name: 'To', value: tagged }, ...headers],
      body,
    });
  }

  give(message: SipMessage): void {
    queueMicrotask(() => this.client.events.message(message, { address: '192.0.2.1', port: 5060 }));
  }

  methods(): string[] {
    return this.requests.map(({ method }) => method);
  }
}
