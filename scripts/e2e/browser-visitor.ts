import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../../cabinet/testing/browser.ts';
import { ensureCabinet } from './built-cabinet.ts';
import { Client } from './client.ts';
import { microphoneArgs, writeMicrophone } from './fake-microphone.ts';
import type { HaloProcess } from '../lib/halo-process.ts';
import { House } from './house.ts';

/**
 * The greeting has been said 8 s after the microphone was opened. Where a slow machine is not that far, or has lost some of
 * the sound, he says it again.
 */
export const NO = 'Нет, спасибо, мне это не интересно.';
const CALLER = [
  { line: 'not-interested-ru-2', atMs: 11_500 },
  { line: 'not-interested-ru-2', atMs: 20_500 },
  { line: 'not-interested-ru-2', atMs: 30_000 },
];
const CALL_TIMEOUT_MS = 60_000;

const closers: (() => Promise<unknown>)[] = [];
let microphone = '';

beforeAll(async () => {
  await ensureCabinet();
  const folder = await mkdtemp(join(tmpdir(), 'halo-microphone-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  microphone = join(folder, 'caller.wav');
  writeMicrophone(microphone, CALLER);
}, 120_000);
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
}, 60_000);

/** A HALO and a browser whose microphone hears the caller; both are closed when the file's tests are over. */
export async function start(
  telephony: 'simulator' | 'asterisk',
): Promise<{ halo: HaloProcess; open: () => Promise<Page> }> {
  const house = new House();
  closers.push(() => house.close());
  const halo = await house.start({ HALO_TELEPHONY: telephony });
  const browser = await launchBrowser(microphoneArgs(microphone));
  closers.push(() => browser.close());
  const open = async (): Promise<Page> => {
    const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    await page.addInitScript(KEEP_TRACKS);
    await page.goto(halo.origin);
    return page;
  };
  return { halo, open };
}

/** Takes the call, lets the recorded caller talk, and returns how it was judged. */
export async function hold(page: Page, halo: HaloProcess) {
  await page.getByRole('button', { name: 'Ответить в браузере' }).click();
  await page.getByRole('heading', { name: 'Вам звонит HALO' }).waitFor();
  const session = /[0-9a-f-]{36}/.exec(page.url())?.[0] ?? '';
  await page.getByRole('button', { name: 'Ответить', exact: true }).click();
  await page.getByRole('heading', { name: 'Вы говорите с HALO' }).waitFor();
  // It lives in the shell: the visitor may look around.
  await page.getByRole('link', { name: 'Аналитика', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Аналитика HALO' }).waitFor();
  await page.getByRole('heading', { name: 'Звонок завершён.' }).waitFor({ timeout: CALL_TIMEOUT_MS });
  expect(await page.evaluate<string[]>(TRACK_STATES)).toEqual(['ended']);

  const client = new Client(halo);
  const { call_id: callId } = await client.demoResult(session);
  const events = await client.finished(callId);
  const heard = events.flatMap((event) => (event.type === 'turn.transcribed' ? [event.text] : []));
  return { client, call: await client.session(callId), events, heard };
}

// Run in the page: as text, because this side of the project does not know a browser's types.
const KEEP_TRACKS = `
  window.haloTracks = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.haloTracks.push(...stream.getTracks());
    return stream;
  };`;
export const TRACK_STATES = 'window.haloTracks.map((track) => track.readyState)';
export const FORBID =
  'navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))';
