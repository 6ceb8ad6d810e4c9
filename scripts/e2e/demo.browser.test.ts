import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_IS_MISSING, launchBrowser, NEEDS_CHROMIUM, watch } from '../../cabinet/testing/browser.ts';
import { ensureCabinet } from './built-cabinet.ts';
import type { HaloProcess } from '../lib/halo-process.ts';
import { House } from './house.ts';

const STEPS = ['call', 'analysis', 'followup', 'sms', 'crm'];
/** The call itself takes about half a minute; the rest is for a slow machine. */
const CALL_TIMEOUT_MS = 90_000;

/** Numbers of the rows by the words in their cells: «Звонок», «Чат»; «Демо», «Вы». */
async function rowsWith(page: Page, type: string, source: string): Promise<number> {
  return page
    .locator('.items tbody tr')
    .filter({ has: page.locator('[data-label=Тип]', { hasText: type }) })
    .filter({ has: page.locator('[data-label=Источник]', { hasText: source }) })
    .count();
}

describe.skipIf(CHROMIUM_IS_MISSING)(`a demo in a browser ${NEEDS_CHROMIUM}`, { timeout: 180_000 }, () => {
  const house = new House();
  let halo: HaloProcess;
  let browser: Browser;

  beforeAll(async () => {
    await ensureCabinet();
    // As a visitor finds it: over a real Asterisk where the machine can have one.
    halo = await house.start({ HALO_TELEPHONY: 'auto' });
    browser = await launchBrowser();
    return () => browser.close();
  }, 180_000);
  afterAll(() => house.close(), 60_000);

  it('goes from the form through a real call to the analytics', async () => {
    const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    const misdeeds = watch(page, halo.origin);

    await page.goto(halo.origin);
    await page.getByText('Телефонная сеть').waitFor();
    await page.getByLabel('Телефон').fill('8 (999) 000-00-02');
    await page
      .getByRole('group', { name: 'Язык', exact: true })
      .getByRole('radio', { name: 'Русский' })
      .check();
    await page.getByRole('radio', { name: 'Мужской' }).check();
    await page.getByLabel('Промпт ассистента').fill('Расскажите о кофе в зёрнах и предложите пробный пакет.');
    await page.getByRole('button', { name: 'Запустить демо' }).click();

    await page.getByRole('heading', { level: 1, name: 'Статус демо' }).waitFor();
    await page.locator('[data-step=call][data-state=active]').waitFor();
    const greeting = page.locator('.line-assistant').first();
    await greeting.getByText('Здравствуйте').waitFor({ timeout: CALL_TIMEOUT_MS });
    await page.reload();
    await greeting.getByText('Здравствуйте').waitFor();
    expect(await page.getByRole('timer').innerText()).toMatch(/^[01]:\d\d$/);
    await page.locator('[data-speaker=caller]').waitFor();
    await page
      .getByRole('log')
      .getByText('Нет, спасибо, мне это не интересно.')
      .waitFor({ timeout: CALL_TIMEOUT_MS });
    for (const step of STEPS) {
      await page.locator(`[data-step=${step}][data-state=done]`).waitFor({ timeout: CALL_TIMEOUT_MS });
    }
    expect(await page.locator('[data-step]').count()).toBe(STEPS.length);
    await page.getByRole('link', { name: 'Перейти к аналитике' }).click();

    await page.getByRole('heading', { level: 1, name: 'Аналитика HALO' }).waitFor();
    const own = page.getByRole('region', { name: 'Ваши данные' });
    await own.getByRole('group', { name: 'Карточка CRM' }).waitFor();
    const facts = await own.locator('.own > .facts dd').allInnerTexts();
    expect(facts[0]).toMatch(/Не заинтересован\s+Вы/);
    expect(facts[1]).toMatch(/\d+ с$/);
    for (const words of facts.slice(2)) expect(words).toMatch(/[а-я]{3}.*[.!]$/s);
    expect(facts).toHaveLength(4);
    const crm = await own.getByRole('group', { name: 'Карточка CRM' }).innerText();
    for (const words of ['Добавлено в CRM', 'Telegram-ссылка отправлена', 'https://t.me/', 'не отправлено']) {
      expect(crm).toContain(words);
    }

    // The rest comes by itself when its place is near.
    await page.locator('.items tbody tr[data-id]').nth(49).scrollIntoViewIfNeeded();
    await page.locator('.items tbody tr[data-id]').nth(101).waitFor();
    expect(await rowsWith(page, 'Звонок', 'Демо')).toBe(50);
    expect(await rowsWith(page, 'Чат', 'Демо')).toBe(50);
    expect(await rowsWith(page, 'Звонок', 'Вы')).toBe(1);
    expect(await rowsWith(page, 'Чат', 'Вы')).toBe(1);
    expect(await page.locator('.items tbody tr[data-id]').count()).toBe(102);

    await own.getByRole('link', { name: 'Посмотреть звонок' }).click();
    const call = page.locator('halo-call-details');
    await call.getByText('Нет, спасибо, мне это не интересно.').waitFor();
    expect(await call.locator('.said-assistant').count()).toBeGreaterThanOrEqual(3);
    expect(await call.locator('.said-user').count()).toBe(2);
    expect(await call.innerText()).toContain('+7 9XX XXX-00-02');
    await expect.poll(() => page.evaluate<number>(duration), { timeout: 20_000 }).toBeGreaterThan(10);
    await call.locator('.wave-assistant').first().waitFor({ state: 'attached' });
    expect(await call.locator('.gap-row').count()).toBe(2);
    await call.getByRole('button', { name: 'Слушать', exact: true }).click();
    await expect.poll(() => page.evaluate<number>(position), { timeout: 20_000 }).toBeGreaterThan(0.5);
    await call.locator('.said:first-child[aria-current=true]').waitFor();
    await page.keyboard.press('Escape');
    await call.waitFor({ state: 'detached' });

    await own.getByRole('link', { name: 'Посмотреть чат' }).click();
    const chat = page.locator('halo-chat-details');
    await chat.getByText('демо-чат', { exact: true }).waitFor();
    expect(await chat.locator('.bubble-assistant').innerText()).toContain(facts[3]?.trim());
    expect(await chat.locator('.bubble time').innerText()).toMatch(/^\d\d:\d\d$/);
    expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
  });
});

// Run in the page: as text, because this side of the project does not know a browser's types.
const duration = 'document.querySelector("audio")?.duration || 0';
const position = 'document.querySelector("audio")?.currentTime ?? 0';
