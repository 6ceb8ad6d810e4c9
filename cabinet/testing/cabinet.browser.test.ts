import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CHROMIUM_IS_MISSING,
  NEEDS_CHROMIUM,
  openPage,
  openStage,
  type Misdeeds,
  type Stage,
} from './browser.ts';
import { BUSY_DEMO, GOOD_DEMO } from './fake-api.ts';
import { FOLLOW_UP, SESSION_ID } from './fake-data.ts';

/** What element has the focus, also inside a shadow root. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return `${element?.tagName.toLowerCase() ?? ''}:${element?.id === '' ? element.textContent.trim() : (element?.id ?? '')}`;
  });

const texts = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).allInnerTexts()).join('\n');

describe.skipIf(CHROMIUM_IS_MISSING)(`cabinet in a browser ${NEEDS_CHROMIUM}`, { timeout: 60_000 }, () => {
  let stage: Stage;
  let page: Page;
  let misdeeds: Misdeeds;

  beforeAll(async () => {
    stage = await openStage();
    return () => stage.close();
  }, 120_000);

  beforeEach(async () => {
    stage.api.play(GOOD_DEMO);
    stage.api.orders.length = 0;
    const opened = await openPage(stage);
    ({ page, misdeeds } = opened);
    return () => opened.close();
  });

  const open = (hash: string): Promise<unknown> => page.goto(`${stage.origin}/${hash}`);
  const send = (): Promise<void> => page.getByRole('button', { name: 'Запустить демо' }).click();
  const expectNoMisdeeds = (): void => expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });

  it('goes from the form to both modals', async () => {
    await open('#/');
    await page.getByText('Телефония смоделирована').waitFor();
    await page.getByLabel('Телефон').fill('8 (999) 000-00-01');
    expect(await page.getByLabel('Телефон').inputValue()).toBe('+7 999 000-00-01');
    expect(await page.getByRole('group', { name: 'Язык', exact: true }).getByRole('radio').count()).toBe(11);
    await page.getByRole('radio', { name: 'Мужской' }).check();
    await page.getByRole('button', { name: 'Стоматология' }).click();
    await send();

    await page.getByRole('heading', { level: 1, name: 'Статус демо' }).waitFor();
    expect(stage.api.orders).toMatchObject([{ phone: '+79990000001', language: 'auto', voice: 'male' }]);
    expect(stage.api.orders[0]?.prompt).toContain('стоматологии');
    expect(page.url()).toContain(SESSION_ID);
    expect(await focused(page)).toBe('h1:Статус демо');
    await page.locator('[data-step=call][data-state=active]').waitFor();
    expect(await page.getByRole('button', { name: 'Перейти к аналитике' }).isDisabled()).toBe(true);
    await page.getByText('0,9 с из 2 с').first().waitFor();
    await page.reload();
    await page.locator('[data-step=crm][data-state=done]').waitFor();
    expect(await texts(page, '.step-title')).toBe(
      'Выполняем звонок…\nАнализируем разговор…\nГотовим follow-up…\nОтправляем SMS…\nДобавляем в CRM…',
    );
    await page.getByRole('link', { name: 'Перейти к аналитике' }).click();

    await page.getByRole('heading', { level: 1, name: 'Аналитика HALO' }).waitFor();
    const own = page.getByRole('region', { name: 'Ваши данные' });
    await own.getByText(FOLLOW_UP).waitFor();
    const ownText = await own.innerText();
    for (const words of [
      'Заинтересован',
      'Вы',
      'Добавлено в CRM',
      'узнать стоимость',
      'Telegram-ссылка отправлена',
    ]) {
      expect(ownText).toContain(words);
    }
    expect(ownText).toContain('на телефон не отправлено');
    expect(ownText).toMatch(/Telegram-ссылка отправлена\s+смоделировано/);
    expect(await page.getByRole('region', { name: 'Общая статистика' }).innerText()).toMatch(
      /121[\s\S]*37\s%/,
    );
    expect(await texts(page, '.items .own-row .badge-own')).toBe('Вы\nВы');
    const rows = page.locator('.items tbody tr[data-id]');
    await rows.nth(49).scrollIntoViewIfNeeded();
    await rows.nth(101).waitFor();

    const openCall = own.getByRole('link', { name: 'Посмотреть звонок' });
    await openCall.focus();
    await page.keyboard.press('Enter');
    const call = page.getByRole('dialog', { name: 'Детали звонка' });
    const callBody = page.locator('halo-call-details');
    await callBody.getByText('1 мин 33 с').waitFor();
    expect(await call.isVisible()).toBe(true);
    expect(await focused(page)).toBe('h2:title');
    const callText = await callBody.innerText();
    for (const words of ['Итог', 'А сколько это стоит?', 'добавлено в CRM', 'ссылка отправлена']) {
      expect(callText).toContain(words);
    }
    await page.waitForFunction(() => (document.querySelector('audio')?.duration ?? 0) > 0.9);
    for (let tabs = 0; tabs < 12; tabs += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('main') ?? null)).toBeNull();
    }
    await page.keyboard.press('Escape');
    await call.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('a:Посмотреть звонок');

    await own.getByRole('link', { name: 'Посмотреть чат' }).click();
    const chat = page.getByRole('dialog', { name: 'Детали чата' });
    const chatBody = page.locator('halo-chat-details');
    await chatBody.getByText(FOLLOW_UP).waitFor();
    await chatBody.getByText('демо-чат', { exact: true }).waitFor();
    expect(await chatBody.locator('img, [role=img][aria-label=HALO]').count()).toBe(2);
    expect(await texts(page, '.bubble time')).toMatch(/^\d\d:\d\d$/);
    await page.goBack();
    await chat.waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${stage.origin}/#/analytics?session=${SESSION_ID}`);
    expectNoMisdeeds();
  });

  it('takes the keyboard alone from the form to a modal and back', async () => {
    await open('#/');
    await page.locator('.callers').waitFor();
    /** Presses Tab until the focus is on what the selector means. */
    const tabTo = async (selector: string): Promise<void> => {
      for (let tabs = 0; tabs < 60; tabs += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      }
      throw new Error(`Tab does not reach ${selector}`);
    };
    await tabTo('#phone');
    await page.keyboard.type('89990000001');
    await tabTo('[name=language]');
    await page.keyboard.press('ArrowRight');
    await tabTo('[name=voice]');
    await page.keyboard.press('ArrowRight');
    await tabTo('.examples button:nth-child(2)');
    await page.keyboard.press('Space');
    await tabTo('button[type=submit]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Статус демо' }).waitFor();
    expect(stage.api.orders).toMatchObject([{ phone: '+79990000001', language: 'ru', voice: 'male' }]);
    expect(stage.api.orders[0]?.prompt).toContain('стоматологии');
    await page.locator('[data-step=crm][data-state=done]').waitFor();
    await page.getByRole('link', { name: 'Перейти к аналитике' }).waitFor();
    await tabTo('main a[href^="#/analytics"]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Аналитика HALO' }).waitFor();
    await page.locator('main a[href*="call="]').first().waitFor();
    await tabTo('main a[href*="call="]');
    await page.keyboard.press('Enter');
    const call = page.getByRole('dialog', { name: 'Детали звонка' });
    await call.waitFor();
    expect(await focused(page)).toBe('h2:title');
    await page.keyboard.press('Escape');
    await call.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.matches('main a[href*="call="]'))).toBe(true);
    expectNoMisdeeds();
  });

  it('explains a wrong number at the field, whoever found it, and sends once on a double click', async () => {
    await open('#/');
    await page.getByLabel('Телефон').fill('916 123');
    await send();
    await page.getByText('Номер неполный').waitFor();
    expect([await focused(page), stage.api.orders.length]).toEqual(['input:phone', 0]);

    await page.getByLabel('Телефон').fill('+7 916 000 40 40');
    stage.api.hold();
    await page.locator('button[type=submit]').dblclick();
    await page.getByRole('button', { name: 'Запускаем…' }).waitFor();
    await page.getByLabel('Телефон').press('Enter');
    stage.api.release();
    const error = page.locator('#phone-error');
    await error.getByText('Этот номер сервер не принимает.').waitFor();
    const phone = page.getByLabel('Телефон');
    expect(await phone.getAttribute('aria-invalid')).toBe('true');
    expect(await phone.getAttribute('aria-describedby')).toContain('phone-error');
    expect([await focused(page), stage.api.orders.length]).toEqual(['input:phone', 1]);
    expect(misdeeds.foreignRequests).toEqual([]);

    await phone.fill('+7 916 000 50 30');
    expect(await error.innerText()).toBe('');
    await send();
    await page.getByRole('alert').getByText('Все линии заняты.').waitFor();
  });

  it('says why a call failed and offers the same form again', async () => {
    stage.api.play(BUSY_DEMO);
    await open('#/');
    await page.getByText('Когда дозвониться не выходит').click();
    await page.getByRole('button', { name: 'Подставить номер на 0486: занято' }).click();
    await page.getByLabel('Промпт ассистента').fill('Предложи чай.');
    await send();
    await page.getByText('Звонок не состоялся: абонент занят.').waitFor();
    await page.locator('[data-step=sms][data-state=skipped]').waitFor();
    await page.getByRole('link', { name: 'Перейти к аналитике' }).waitFor();
    await page.getByRole('link', { name: 'Попробовать ещё раз' }).click();
    expect(await page.getByLabel('Телефон').inputValue()).toBe('+7 999 000-04-86');
    expect(await page.getByLabel('Промпт ассистента').inputValue()).toBe('Предложи чай.');
    expectNoMisdeeds();
  });

  it('keeps trying when the connection is lost', async () => {
    stage.api.play([...GOOD_DEMO.slice(0, 1), ...GOOD_DEMO]);
    await open(`#/status/${SESSION_ID}`);
    await page.locator('[data-step=call][data-state=active]').waitFor();
    stage.api.offline = true;
    await page.getByText('Нет связи с сервером').waitFor();
    stage.api.offline = false;
    await page.getByText('Нет связи с сервером').waitFor({ state: 'detached' });
    await page.locator('[data-step=crm][data-state=done]').waitFor();
    expect(misdeeds.foreignRequests).toEqual([]);
  });

  it('says over every screen that the server does not answer, and asks by itself until it does', async () => {
    await open('#/nowhere');
    stage.api.offline = true;
    await page.getByRole('link', { name: 'Запустить демо' }).click();
    const banner = page.getByText('Сервер HALO не отвечает');
    await banner.waitFor();
    expect(await page.locator('.callers').count()).toBe(0);
    stage.api.offline = false;
    await banner.waitFor({ state: 'detached' });
    // The screen has what it could not load before.
    await page.locator('.callers').waitFor();
    expect(await page.locator('.notice-error').count()).toBe(0);
  });

  it('opens links from outside: details over the screen, an unknown session, an unknown page', async () => {
    await open('#/analytics?chat=demo-chat-1');
    const chat = page.getByRole('dialog', { name: 'Детали чата' });
    await page.locator('halo-chat-details').getByText('Спасибо, посмотрю вечером.').waitFor();
    await page.getByRole('button', { name: 'Закрыть' }).click();
    await chat.waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${stage.origin}/#/analytics`);
    expect(await focused(page)).toBe('h1:Аналитика HALO');
    await page.getByText('Здесь появится ваш звонок').waitFor();
    expectNoMisdeeds();
    await open('#/status/nobody');
    await page.getByText('Такой демо-сессии нет').waitFor();
    await open('#/nowhere');
    await page.getByRole('heading', { level: 1, name: 'Страница не найдена' }).waitFor();
  });

  it('fits a phone: nothing is wider than the screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    stage.api.play(GOOD_DEMO.slice(-1));
    for (const [hash, ready] of [
      ['#/', '.callers'],
      [`#/status/${SESSION_ID}`, '.status-done'],
      [`#/analytics?session=${SESSION_ID}`, '.own'],
    ] as const) {
      await open(hash);
      await page.locator(ready).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
  });
});
