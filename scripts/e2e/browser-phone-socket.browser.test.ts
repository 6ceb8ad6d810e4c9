import { describe, expect, it } from 'vitest';
import { CHROMIUM_IS_MISSING, NEEDS_CHROMIUM, watch } from '../../cabinet/testing/browser.ts';
import { FORBID, hold, NO, start, TRACK_STATES } from './browser-visitor.ts';

describe.skipIf(CHROMIUM_IS_MISSING)(
  `a call answered in the browser ${NEEDS_CHROMIUM}`,
  { timeout: 150_000 },
  () => {
    it('over the WebSocket, without any network: declined, forbidden, and held to its end', async () => {
      const { halo, open } = await start('simulator');
      const page = await open();
      const misdeeds = watch(page, halo.origin);
      const { call, events, heard } = await hold(page, halo);
      expect(heard, JSON.stringify(events.slice(3))).toContain(NO);
      expect(call).toMatchObject({ status: 'completed', final_disposition: 'not_interested', phone: '' });
      expect(events).toContainEqual(
        expect.objectContaining({ type: 'line.dialling', via: 'browser', simulated: false }),
      );
      expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });

      await page.getByRole('button', { name: 'Закрыть' }).click();
      await page.getByRole('link', { name: 'Запустить демо' }).first().click();
      await page.getByRole('button', { name: 'Ответить в браузере' }).click();
      await page.getByRole('button', { name: 'Отклонить' }).click();
      await page.getByRole('heading', { name: 'Вы отклонили звонок.' }).waitFor();
      expect(await page.evaluate<string[]>(TRACK_STATES)).toEqual(['ended', 'ended']);
      await page.getByText('звонок отклонён в браузере').waitFor();

      await page.evaluate(FORBID);
      await page.getByRole('button', { name: 'Закрыть' }).click();
      await page.getByRole('link', { name: 'Запустить демо' }).first().click();
      await page.getByRole('button', { name: 'Ответить в браузере' }).click();
      await page.getByRole('heading', { name: 'Браузер не дал доступ к микрофону.' }).waitFor();
    });
  },
);
