import { transportContract } from './media-contracts.ts';
import { MemoryTransport } from './memory-transport.ts';

transportContract('MemoryTransport', () => new MemoryTransport());
