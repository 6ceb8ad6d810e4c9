import { describe, expect, it } from 'vitest';
import { CHROMIUM_IS_MISSING, NEEDS_CHROMIUM, watch } from '../../cabinet/testing/browser.ts';
import { realAsterisk } from '../../engine/testing/real-asterisk.ts';
import { hold, NO, start } from './browser-visitor.ts';

const install = await realAsterisk();
const NEEDS_ASTERISK = '(needs Asterisk: npm run asterisk -- get)';

describe.skipIf(CHROMIUM_IS_MISSING)(
  `a call answered in the browser ${NEEDS_CHROMIUM}`,
  { timeout: 150_000 },
  () => {
    it.skipIf(install === undefined)(
      `over WebRTC through a real Asterisk, and nothing of the phone is left there ${NEEDS_ASTERISK}`,
      async () => {
        const { halo, open } = await start('asterisk');
        const page = await open();
        const misdeeds = watch(page, halo.origin);
        let sip = 0;
        page.on('websocket', (socket) =>
          socket.on('framesent', ({ payload }) => (sip += /^REGISTER /.test(String(payload)) ? 1 : 0)),
        );
        const { client, call, events, heard } = await hold(page, halo);
        expect(heard, JSON.stringify(events.slice(3))).toContain(NO);
        expect(call).toMatchObject({ status: 'completed', final_disposition: 'not_interested' });
        expect(sip).toBeGreaterThanOrEqual(2);
        expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
        const health = (await (await client.send('/healthz')).json()) as { telephony: unknown };
        expect(health.telephony).toEqual({ name: 'asterisk', state: 'ready', strangers: 0 });
        await expect.poll(() => halo.output).not.toContain('could not be made');
      },
    );
  },
);
