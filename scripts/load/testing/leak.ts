/** A product with a leak: with every RTP socket it opens a file, and forgets it. For the test of `npm run load`. */
import { subscribe } from 'node:diagnostics_channel';
import { openSync } from 'node:fs';

subscribe('udp.socket', () => void openSync('/dev/null', 'r'));
