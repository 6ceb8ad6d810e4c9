import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stateChart } from '../../engine/observe/state-chart.ts';
import { changedMachine, TALKING_STATES } from '../../engine/testing/changed-machine.ts';
import {
  CHROMIUM_IS_MISSING,
  NEEDS_CHROMIUM,
  openPage,
  openStage,
  type Misdeeds,
  type Stage,
} from './browser.ts';
import { OPS_CALL_ID, OPS_KEY } from './fake-ops.ts';

const TALKING = 'live.conversation.held.talking';
const TITLE = `the ops screen in a browser ${NEEDS_CHROMIUM}`;

describe.skipIf(CHROMIUM_IS_MISSING)(TITLE, { timeout: 60_000 }, () => {
  let stage: Stage;
  let page: Page;
  let misdeeds: Misdeeds;

  beforeAll(async () => {
    stage = await openStage();
    return () => stage.close();
  }, 120_000);

  beforeEach(async () => {
    const opened = await openPage(stage, { viewport: { width: 1440, height: 900 } });
    ({ page, misdeeds } = opened);
    return () => opened.close();
  });

  const enter = async (hash: string): Promise<void> => {
    await page.goto(`${stage.origin}/${hash}`);
    await page.locator('#ops-key').fill(OPS_KEY);
    await page.keyboard.press('Enter');
    await page.locator('.ops-table').first().waitFor();
  };
  const isActive = (state: string): Promise<void> =>
    page.locator(`[data-state="${state}"].chart-node-active`).waitFor();

  it('watches a call go through its states, goes back in time by the arrow keys, and hangs up', async () => {
    stage.api.ops.comeTo(3);
    await enter('#/ops');
    await page.getByRole('link', { name: '+7 9XX XXX-00-01' }).first().click();
    await isActive('live.line.connected.ringing');
    stage.api.ops.comeTo(4);
    await isActive(`${TALKING}.greeting.audible`);
    expect(await page.locator('[data-state="live.line.connected.ringing"].chart-node-visited').count()).toBe(
      1,
    );
    stage.api.ops.comeTo(undefined);
    await isActive(`${TALKING}.hearing`);
    await page.getByText('Первая неделя бесплатно').waitFor();

    await page.locator('#ops-step').focus();
    await page.keyboard.press('Home');
    await isActive('live.line.preparing');
    await page.getByText('Пока ничего не сказано.').waitFor();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
    await isActive(`${TALKING}.greeting.audible`);
    await page.keyboard.press('End');
    await isActive(`${TALKING}.hearing`);

    await page.getByRole('button', { name: 'Положить трубку' }).click();
    await expect.poll(() => stage.api.ops.hungUp).toEqual([`/ops/calls/${OPS_CALL_ID}/hangup`]);
    expect(stage.api.ops.addresses.join()).not.toContain(OPS_KEY);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
  });

  it('shows how the sound fares while the call lives, and whose business it is where another process holds it', async () => {
    stage.api.ops.comeTo(undefined);
    stage.api.ops.network = 'poor';
    await enter(`#/ops/${OPS_CALL_ID}`);
    const panel = page.locator('.live-media');
    await panel.getByText('потери заметны').first().waitFor();
    expect(await panel.getByRole('img', { name: /^За минуту: не больше \d/ }).count()).toBe(4);
    await panel.getByText('Линия смоделирована').waitFor();

    stage.api.ops.network = 'elsewhere';
    stage.api.ops.comeTo(undefined);
    await page.getByText('Звонок ведёт другой процесс').waitFor();
    expect(await panel.count()).toBe(0);
    stage.api.ops.network = 'even';
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
  });

  it('draws a state that is added to the machine, and says which key it wants', async () => {
    const original = stage.api.ops.chart;
    const copy = changedMachine([...TALKING_STATES, 'musing'], { on: { 'speech.started': '#hearing' } });
    stage.api.ops.chart = stateChart(copy);
    try {
      await page.goto(`${stage.origin}/#/ops/${OPS_CALL_ID}`);
      await page.locator('#ops-key').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('Ключ не подошёл.').waitFor();
      await page.locator('#ops-key').fill(OPS_KEY);
      await page.keyboard.press('Enter');
      const musing = page.locator(`[data-state="${TALKING}.musing"]`);
      await musing.waitFor();
      expect(await musing.locator('text').textContent()).toBe('musing');
      expect(await page.locator('[data-words="musing → hearing: speech.started"]').count()).toBe(1);
    } finally {
      stage.api.ops.chart = original;
    }
  });

  it('says how many frames were missed on the way', async () => {
    stage.api.ops.sound = Array.from({ length: 50 }, (_, n) => (n < 20 ? n : n + 3));
    await enter(`#/ops/${OPS_CALL_ID}`);
    const listen = page.locator('halo-ops-listen');
    await listen.getByRole('button', { name: 'Слушать' }).click();
    await listen.getByText('Звонок закончен.').waitFor();
    expect(await listen.locator('dd').allInnerTexts()).toEqual([
      expect.stringMatching(/ с$/),
      '0:01',
      '3 кадра',
      '0 раз',
    ]);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
  });
});
