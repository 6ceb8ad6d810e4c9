import { afterAll, vi } from 'vitest';

/** What libraries take for a browser, where it is there. */
const A_BROWSERS = ['window', 'document', 'self', 'location', 'XMLHttpRequest'];

/**
 * The files of «parts» share a worker (vitest.config.ts): what one leaves in the global scope breaks another one, far
 * from its cause. A `window` left by a test of the cabinet made ari-client throw where nobody catches.
 */
const before = A_BROWSERS.filter((name) => name in globalThis);
afterAll(() => {
  const left = A_BROWSERS.filter((name) => name in globalThis && !before.includes(name));
  const frozen = vi.isFakeTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  if (left.length > 0)
    throw new Error(`left in the global scope: ${left.join(', ')} (vi.unstubAllGlobals() in afterAll)`);
  if (frozen) throw new Error('fake timers were left on (vi.useRealTimers() in afterEach)');
});
