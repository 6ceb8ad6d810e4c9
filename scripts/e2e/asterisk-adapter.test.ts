import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { realAsterisk } from '../../engine/testing/real-asterisk.ts';
import { telephonyContract } from '../../engine/testing/telephony-contract.ts';
import { openBench, soon, type Bench } from './sipp/bench.ts';

const install = await realAsterisk();

describe.skipIf(install === undefined)(
  'The Asterisk adapter on a real Asterisk 22, SIPp as the carrier',
  () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await openBench(install!);
    });
    afterAll(async () => {
      try {
        await soon('Asterisk has no channels', 5_000, async () => (await bench.counts()).channels === 0);
        expect(await bench.counts()).toEqual({ channels: 0, bridges: 0 });
      } finally {
        await bench.close();
      }
    });

    telephonyContract(
      'Telephony over ARI',
      async () => ({
        telephony: await bench.telephony(),
        transport: new UdpTransport(),
        phones: {
          talks: '+79990002001',
          hangsUp: '+79990002002',
          rings: '+79990002003',
          busy: '+79990000486',
          refused: '+79990000503',
        },
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        patience: { longMs: 8_000, settleMs: 1_500 },
      }),
      { concurrent: true },
    );

    it('is named in the API and on the screen', async () => {
      const telephony = await bench.telephony();
      expect(telephony).toMatchObject({ name: 'asterisk', simulated: false });
      await telephony.close();
    });
  },
);
