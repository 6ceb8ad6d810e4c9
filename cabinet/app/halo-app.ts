import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import '../features/analytics/analytics-screen.ts';
import '../features/call-details/call-details.ts';
import '../features/chat-details/chat-details.ts';
import '../features/start/start-screen.ts';
import type { DemoStarted } from '../features/start/start-ways.ts';
import '../features/status/status-screen.ts';
import type { BrowserDemo } from '../api/types.ts';
import { LightElement } from '../ui/light-element.ts';
import './connection-banner.ts';
import { haloMark } from './halo-mark.ts';
import { notice } from '../ui/notice.ts';
import './ops-host.ts';
import { loadBrowserPhone } from './phone-host.ts';
import { Router } from './router.ts';
import { analyticsHref, opsHref, startHref, statusHref, type Route } from './routes.ts';
import './switches.ts';
import { visitorMemory } from './visitor-memory.ts';

const titles = (): Readonly<Record<Route['screen'], string>> => ({
  start: msg('Запустить демо'),
  status: msg('Статус демо'),
  analytics: msg('Аналитика HALO'),
  ops: msg('Наблюдение'),
  'not-found': msg('Страница не найдена'),
});

/** The shell: header, navigation, the screen of the current route and the details over it. */
export class HaloApp extends LightElement {
  static override properties = { browserDemo: { state: true }, phoneTrouble: { state: true } };
  /** Of the call that this page takes itself. */
  declare private browserDemo: BrowserDemo | undefined;
  declare private phoneTrouble: boolean;
  readonly #router = new Router(this);
  #shownScreen: Route['screen'] | undefined;

  constructor() {
    super();
    this.browserDemo = undefined;
    this.phoneTrouble = false;
  }

  /** The session of the address, else the one this browser ran last. */
  get #sessionId(): string | null {
    const { route } = this.#router;
    if (route.screen === 'status') return route.sessionId;
    return (route.screen === 'analytics' ? route.sessionId : null) ?? visitorMemory.sessionId;
  }

  protected override willUpdate(): void {
    const { route } = this.#router;
    // An analytics address without a session gets the visitor's own, so that it can be bookmarked.
    if (route.screen === 'analytics' && route.sessionId === null && visitorMemory.sessionId !== null) {
      this.#router.replace(analyticsHref(visitorMemory.sessionId, route.open, route.filters));
    }
  }

  protected override updated(): void {
    const { screen } = this.#router.route;
    document.title = `${titles()[screen]} — HALO`;
    const first = this.#shownScreen === undefined;
    if (this.#shownScreen === screen) return;
    this.#shownScreen = screen;
    if (!first) void this.#enterScreen();
  }

  /** A new screen begins at its top, with the focus on its heading, so that it is read out. */
  async #enterScreen(): Promise<void> {
    const screen = this.querySelector<LightElement>('main > :last-child');
    await screen?.updateComplete;
    window.scrollTo(0, 0);
    this.querySelector<HTMLElement>('main h1')?.focus();
  }

  #onStarted(event: CustomEvent<DemoStarted>): void {
    this.#router.go(statusHref(event.detail.sessionId));
  }

  async #onBrowserDemo(event: CustomEvent<BrowserDemo>): Promise<void> {
    try {
      await loadBrowserPhone();
      this.phoneTrouble = false;
      this.browserDemo = event.detail;
    } catch {
      this.phoneTrouble = true;
    }
  }

  readonly #closePhone = (): void => {
    this.browserDemo = undefined;
  };

  #skipToContent(event: Event): void {
    event.preventDefault();
    this.querySelector<HTMLElement>('main h1')?.focus();
  }

  protected override render(): TemplateResult {
    const { route } = this.#router;
    return html`<a class="skip" href="#content" @click=${this.#skipToContent}>${msg('К содержанию')}</a>
      ${this.#header(route)}
      <halo-connection ?quiet=${route.screen === 'status'}></halo-connection>
      <main id="content">
        ${this.phoneTrouble ? notice('error', msg('Телефон в браузере не загрузился. Обновите страницу и повторите.')) : nothing}
        ${this.#screen(route)}
      </main>
      ${footer()} ${this.#details(route)} ${this.#phone()}`;
  }

  #header(route: Route): TemplateResult {
    const session = this.#sessionId;
    const link = (screen: Route['screen'], href: string, name: string): TemplateResult =>
      html`<a href=${href} aria-current=${route.screen === screen ? 'page' : nothing}>${name}</a>`;
    return html`<header class="top">
      <div class="top-inner">
        <a class="logo" href=${startHref}>
          ${haloMark()}
          <span class="logo-name">HALO</span> <span class="logo-note">${msg('демо-кабинет')}</span>
        </a>
        <nav aria-label=${msg('Экраны')}>
          ${link('start', startHref, msg('Запустить демо'))}
          ${session === null ? nothing : link('status', statusHref(session), msg('Статус'))}
          ${link('analytics', analyticsHref(session), msg('Аналитика'))}
        </nav>
        <halo-switches></halo-switches>
      </div>
    </header>`;
  }

  #screen(route: Route): TemplateResult {
    switch (route.screen) {
      case 'start':
        return html`<halo-start
          @demo-started=${this.#onStarted}
          @browser-demo=${this.#onBrowserDemo}
        ></halo-start>`;
      case 'status':
        return html`<halo-status .sessionId=${route.sessionId}></halo-status>`;
      case 'analytics':
        return html`<halo-analytics
          .sessionId=${route.sessionId}
          .filters=${route.filters}
        ></halo-analytics>`;
      case 'ops':
        return html`<halo-ops-host .callId=${route.callId}></halo-ops-host>`;
      case 'not-found':
        return html`<div class="screen screen-narrow">
          <h1 tabindex="-1">${msg('Страница не найдена')}</h1>
          <div class="empty-block">
            <p>${msg('Такого адреса в кабинете нет.')}</p>
            <a class="button button-primary" href=${startHref}>${msg('На главную')}</a>
          </div>
        </div>`;
      default:
        return route satisfies never;
    }
  }

  /** Over every screen: a call goes on while the visitor looks around. */
  #phone(): TemplateResult | typeof nothing {
    if (this.browserDemo === undefined) return nothing;
    return html`<halo-browser-phone
      .demo=${this.browserDemo}
      @demo-started=${this.#onStarted}
      @phone-close=${this.#closePhone}
    ></halo-browser-phone>`;
  }

  #details(route: Route): TemplateResult | typeof nothing {
    if (route.screen !== 'analytics' || route.open === null) return nothing;
    const { kind, id } = route.open;
    const close = (): void => this.#router.closeDetails();
    return kind === 'call'
      ? html`<halo-call-details
          .interactionId=${id}
          .sessionId=${route.sessionId}
          @modal-close=${close}
        ></halo-call-details>`
      : html`<halo-chat-details
          .interactionId=${id}
          .sessionId=${route.sessionId}
          @modal-close=${close}
        ></halo-chat-details>`;
  }
}

/** Says honestly what this is. */
function footer(): TemplateResult {
  return html`<footer class="foot">
    <div class="foot-inner">
      <p>
        ${msg('Это демонстрация HALO на своём сервере. Обращения с меткой «Демо» придуманы, с меткой «Вы» — ваши.')}
        ${msg('Номер телефона нужен только для звонка: в таблице и в деталях он скрыт.')}
      </p>
      <a href=${opsHref}>${msg('Наблюдение')}</a>
      <a href="/docs">${msg('Описание API')}</a>
    </div>
  </footer>`;
}

customElements.define('halo-app', HaloApp);
