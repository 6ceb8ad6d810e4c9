import { describe, expect, it } from 'vitest';
import { Router, type RouterWindow } from './router.ts';

/** A browser's address and history, as far as the router uses them. */
class FakeWindow implements RouterWindow {
  readonly entries: string[];
  #at = 0;
  #listeners = new Set<() => void>();
  readonly location: RouterWindow['location'];
  readonly history = {
    back: (): void => {
      this.#at = Math.max(0, this.#at - 1);
      this.#tell();
    },
    pushState: (_data: null, _unused: '', url: string): void => {
      this.#at += 1;
      // A new step forgets those ahead of it.
      this.entries.splice(this.#at, Infinity, url);
    },
    replaceState: (_data: null, _unused: '', url: string): void => {
      this.entries[this.#at] = url;
    },
  };

  constructor(hash: string) {
    this.entries = [hash];
    const current = (): string => this.entries[this.#at] ?? '';
    this.location = {
      get hash() {
        return current();
      },
    };
  }

  /** As a link of the page does. */
  follow(href: string): void {
    this.history.pushState(null, '', href);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  dispatchEvent(event: Event): boolean {
    if (event.type === 'hashchange') this.#tell();
    return true;
  }

  addEventListener(_type: 'hashchange', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'hashchange', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

function open(hash: string): { browser: FakeWindow; router: Router; updates: () => number } {
  let updates = 0;
  const browser = new FakeWindow(hash);
  const host = {
    addController: () => undefined,
    removeController: () => undefined,
    requestUpdate: () => (updates += 1),
    updateComplete: Promise.resolve(true),
  };
  const router = new Router(host, browser);
  router.hostConnected();
  return { browser, router, updates: () => updates };
}

describe('Router', () => {
  it('follows the address and re-renders', () => {
    const { router, updates } = open('#/');
    router.go('#/status/s');
    expect(router.route).toEqual({ screen: 'status', sessionId: 's' });
    expect(updates()).toBe(1);
  });

  it('makes no step to where the visitor is', () => {
    const { browser, router, updates } = open('#/analytics');
    router.go('#/analytics');
    router.replace('#/analytics');
    expect(browser.entries).toEqual(['#/analytics']);
    expect(updates()).toBe(0);
  });

  it('hears nothing after it is disconnected', () => {
    const { browser, router } = open('#/');
    router.hostDisconnected();
    browser.follow('#/analytics');
    expect(router.route.screen).toBe('start');
  });

  it('closes details that were opened from the screen by going back', () => {
    const { browser, router } = open('#/analytics?session=s');
    router.go('#/analytics?session=s&call=c');
    router.closeDetails();
    expect(browser.location.hash).toBe('#/analytics?session=s');
    expect(browser.entries).toHaveLength(2);
  });

  it('closes details that a link from outside has opened without leaving the cabinet', () => {
    const { browser, router } = open('#/analytics?session=s&call=c');
    router.closeDetails();
    expect(browser.location.hash).toBe('#/analytics?session=s');
    expect(browser.entries).toEqual(['#/analytics?session=s']);
  });

  it('opens and closes the same details again', () => {
    const { browser, router } = open('#/analytics');
    for (let round = 0; round < 3; round += 1) {
      router.go('#/analytics?chat=c');
      router.closeDetails();
      expect(browser.location.hash).toBe('#/analytics');
    }
  });

  it('goes back once when it is asked twice before the address has changed', () => {
    const { browser, router } = open('#/');
    router.go('#/analytics');
    router.go('#/analytics?chat=c');
    let backs = 0;
    browser.history.back = () => (backs += 1);
    router.closeDetails();
    router.closeDetails();
    expect(backs).toBe(1);
  });

  it('has nothing to close on a screen', () => {
    const { browser, router } = open('#/status/s');
    router.closeDetails();
    expect(browser.location.hash).toBe('#/status/s');
  });
});
