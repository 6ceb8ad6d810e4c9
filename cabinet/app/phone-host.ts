/** Loads «Ответить в браузере»: not part of the first load. Rejects when it cannot be loaded. */
export async function loadBrowserPhone(): Promise<void> {
  await import('../features/browser-phone/browser-phone.ts');
}
