import { setTimeout as sleep } from 'node:timers/promises';
import { clockContract } from '../../testing/media-contracts.ts';
import { systemClock } from './system-clock.ts';

clockContract('systemClock', () => ({ clock: systemClock, wait: (ms) => sleep(ms) }));
