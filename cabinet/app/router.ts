import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { analyticsHref, parseRoute, type Route } from './routes.ts';

/** What the router needs of a browser window. */
export interface RouterWindow {
  readonly location: { readonly hash: string };
  readonly history: {
    back(): void;
    pushState(data: null, unused: '', url: string): void;
    replaceState(data: null, unused: '', url: string): void;
  };
  addEventListener(type: 'hashchange', listener: () => void): void;
  removeEventListener(type: 'hashchange', listener: () => void): void;
  dispatchEvent(event: Event): boolean;
}

/**
 * Changes the address, by a step that «Назад» takes back or in place of where the visitor is, and says so at once.
 * Assigning `location.hash` would have the browser work out the page's layout, draw a frame of it and only then tell.
 */
export function goTo(href: string, how: 'step' | 'replace', browser: RouterWindow = window): void {
  if (href === browser.location.hash) return;
  if (how === 'step') browser.history.pushState(null, '', href);
  else browser.history.replaceState(null, '', href);
  browser.dispatchEvent(new Event('hashchange'));
}

/** Follows the URL's hash; links are plain `<a href="#/…">`. Details opened over a screen close with «Назад». */
export class Router implements ReactiveController {
  readonly #window: RouterWindow;
  readonly #host: ReactiveControllerHost;
  #previous: Route | undefined;
  /** The address is about to change: a second click must not go back twice. */
  #leaving = false;
  route: Route;

  constructor(host: ReactiveControllerHost, browser: RouterWindow = window) {
    this.#window = browser;
    this.#host = host;
    this.route = parseRoute(browser.location.hash);
    host.addController(this);
  }

  hostConnected(): void {
    this.#window.addEventListener('hashchange', this.#onHashChange);
  }

  hostDisconnected(): void {
    this.#window.removeEventListener('hashchange', this.#onHashChange);
  }

  go(href: string): void {
    goTo(href, 'step', this.#window);
  }

  /** Changes the address without a new step in the browser's history. */
  replace(href: string): void {
    goTo(href, 'replace', this.#window);
  }

  /** Closes the details: one step back when they were opened from the screen, else to the screen under them. */
  closeDetails(): void {
    const { route } = this;
    if (route.screen !== 'analytics' || route.open === null || this.#leaving) return;
    this.#leaving = true;
    const before = this.#previous;
    const under = analyticsHref(route.sessionId, null, route.filters);
    const cameFrom = before?.screen === 'analytics' && before.open === null;
    if (cameFrom && analyticsHref(before.sessionId, null, before.filters) === under) {
      this.#window.history.back();
    } else {
      this.replace(under);
    }
  }

  readonly #onHashChange = (): void => {
    this.#leaving = false;
    this.#previous = this.route;
    this.route = parseRoute(this.#window.location.hash);
    this.#host.requestUpdate();
  };
}
