import { transportContract, udpContract } from '../../testing/media-contracts.ts';
import { UdpTransport } from './udp-transport.ts';

transportContract('UdpTransport', () => new UdpTransport());
udpContract('UdpTransport', (options) => new UdpTransport(options));
