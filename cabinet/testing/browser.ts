import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { build } from 'vite';
import { FakeApi } from './fake-api.ts';

/** Debian's, unless CHROMIUM_PATH names another. */
export const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** Without a browser its tests are skipped, and say by their name what is missing. */
export const CHROMIUM_IS_MISSING = !existsSync(CHROMIUM);
export const NEEDS_CHROMIUM = `(needs ${CHROMIUM}: apt-get install chromium, or set CHROMIUM_PATH)`;

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Without it chromium asks its makers' hosts at once.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGS, ...args], timeout: 60_000 });
}

/** Builds the cabinet as it is now into `outDir`, whose content goes. */
export async function buildCabinet(outDir: string): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    mode: 'production',
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
}

/** The cabinet, freshly built, with the imaginary API, and a browser to look at it. */
export interface Stage {
  readonly api: FakeApi;
  readonly origin: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'halo-cabinet-'));
  const api = new FakeApi(folder);
  const closeHouse = async (): Promise<void> => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await buildCabinet(folder);
    const origin = await api.listen();
    const browser = await launchBrowser();
    const close = async (): Promise<void> => {
      try {
        await browser.close();
      } finally {
        await closeHouse();
      }
    };
    return { api, origin, browser, close };
  } catch (cause) {
    await closeHouse();
    throw cause;
  }
}

/** What a page must never do: ask another host, break the CSP, log an error, throw. */
export interface Misdeeds {
  readonly foreignRequests: string[];
  readonly errors: string[];
}

export function watch(page: Page, origin: string): Misdeeds {
  const misdeeds: Misdeeds = { foreignRequests: [], errors: [] };
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) misdeeds.foreignRequests.push(request.url());
  });
  page.on('pageerror', (error) => misdeeds.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error')
      misdeeds.errors.push(`${message.text()} ${message.location().url}`.trim());
  });
  return misdeeds;
}

/** How long a page waits for what it was told to wait for; others may be at work on the machine. */
const WAITS_MS = 20_000;

/** A page of its own, with its own store, in Russian; what it does is watched. */
export async function openPage(
  stage: Stage,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly misdeeds: Misdeeds; close(): Promise<void> }> {
  const context = await stage.browser.newContext({
    locale: 'ru-RU',
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAITS_MS);
  return { page, misdeeds: watch(page, stage.origin), close: () => context.close() };
}
