import { msg, updateWhenLocaleChanges } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import type { BrowserDemo, BrowserDemoOrder, BrowserPhoneWay } from '../../api/types.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import './browser-phone.css';
import { showLevels } from './level-meter.ts';
import { closeMicrophone, MicrophoneError, openMicrophone } from './microphone.ts';
import { openCall } from './open-call.ts';
import type { CallEnd, CallPhase, PageCall } from './page-call.ts';
import { endWords, microphoneWords, orderWords, type Trouble } from './phone-words.ts';
import { startRinging } from './ring-tone.ts';

type View =
  | { readonly name: 'asking' }
  | { readonly name: 'ordering' }
  | { readonly name: 'connecting' | 'ringing' }
  | { readonly name: 'talking'; readonly sinceMs: number }
  | { readonly name: 'ended'; readonly how: CallEnd }
  | { readonly name: 'trouble'; readonly cause: unknown };

/**
 * «Ответить в браузере»: a telephone over whatever screen is shown. A new `demo` begins a call: the microphone, the
 * demo session, the ring. Says `demo-started` {sessionId, way}, and `phone-close` when it is put away.
 */
export class BrowserPhoneCard extends LightElement {
  static override properties = {
    demo: { attribute: false },
    view: { state: true },
    muted: { state: true },
    seconds: { state: true },
  };
  declare demo: BrowserDemo | undefined;
  declare private view: View;
  declare private muted: boolean;
  declare private seconds: number;
  #microphone: MediaStream | undefined;
  #call: PageCall | undefined;
  #stops: (() => void)[] = [];
  /** WebRTC did not get through here: the next call goes over the server. */
  #ways: readonly BrowserPhoneWay[] = supportedWays();
  #attempt = 0;
  readonly #leave = (): void => this.#call?.hangup();

  constructor() {
    super();
    updateWhenLocaleChanges(this);
    this.view = { name: 'asking' };
    this.muted = false;
    this.seconds = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('pagehide', this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pagehide', this.#leave);
    this.#call?.hangup();
    this.#release();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('demo') && this.demo !== undefined) void this.#begin(this.demo.order);
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('view')) return;
    // Whoever uses a keyboard or a screen reader must reach «Ответить» at once.
    if (this.view.name === 'ringing' || this.view.name === 'trouble')
      this.querySelector<HTMLElement>('.phone-card .button-primary')?.focus();
    const meters = this.querySelector<HTMLElement>('.phone-levels');
    const call = this.#call;
    if (this.view.name === 'talking' && meters !== null && call !== undefined)
      this.#stops.push(showLevels(meters, () => call.levels()));
  }

  async #begin(order: BrowserDemoOrder): Promise<void> {
    this.#call?.hangup();
    this.#release();
    this.#attempt += 1;
    const attempt = this.#attempt;
    const isOld = (): boolean => attempt !== this.#attempt || !this.isConnected;
    this.muted = false;
    this.view = { name: 'asking' };
    try {
      const microphone = await openMicrophone();
      if (isOld()) {
        closeMicrophone(microphone);
        return;
      }
      this.#microphone = microphone;
      this.view = { name: 'ordering' };
      const created = await api.startBrowserDemo({ ...order, browser_ways: [...this.#ways] });
      const { demo_session_id: sessionId, browser_phone: phone } = created;
      if (isOld()) return;
      if (phone === undefined) throw new TypeError('the server gave no phone');
      this.view = { name: 'connecting' };
      const call = await openCall(phone, microphone);
      if (isOld()) {
        call.hangup();
        return;
      }
      this.#call = call;
      call.onPhase = (phase) => this.#follow(call, phase);
      visitorMemory.rememberSession(sessionId, Date.now());
      const detail = { sessionId, way: 'browser' };
      this.dispatchEvent(new CustomEvent('demo-started', { detail, bubbles: true }));
    } catch (cause) {
      if (isOld()) return;
      this.#release();
      this.view = { name: 'trouble', cause };
    }
  }

  #follow(call: PageCall, phase: CallPhase): void {
    if (this.#call !== call) return;
    this.#stopShow();
    switch (phase.name) {
      case 'connecting':
        return;
      case 'ringing':
        this.#stops.push(startRinging());
        this.view = { name: 'ringing' };
        return;
      case 'talking':
        this.#startClock();
        return;
      case 'ended':
        this.#release();
        if (phase.how === 'no-sound') this.#ways = ['socket'];
        this.view = { name: 'ended', how: phase.how };
    }
  }

  #startClock(): void {
    const sinceMs = performance.now();
    this.seconds = 0;
    this.view = { name: 'talking', sinceMs };
    const timer = setInterval(() => {
      this.seconds = Math.floor((performance.now() - sinceMs) / 1000);
    }, 250);
    this.#stops.push(() => clearInterval(timer));
  }

  #stopShow(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** However it ends, the microphone is given back. */
  #release(): void {
    this.#stopShow();
    closeMicrophone(this.#microphone);
    this.#microphone = undefined;
    this.#call = undefined;
  }

  readonly #answer = (): void => this.#call?.answer();
  readonly #reject = (): void => this.#call?.reject();
  readonly #hangup = (): void => this.#call?.hangup();
  readonly #again = (): void => {
    if (this.demo !== undefined) void this.#begin(this.demo.order);
  };
  readonly #close = (): void => {
    this.#attempt += 1;
    this.#call?.hangup();
    this.#release();
    this.dispatchEvent(new CustomEvent('phone-close', { bubbles: true }));
  };
  readonly #mute = (): void => {
    this.muted = !this.muted;
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = !this.muted;
  };

  protected override render(): TemplateResult {
    const { view } = this;
    return html`<section class="phone-card phone-${view.name}" aria-labelledby="phone-title">
      <div class="phone-face" aria-hidden="true"><span></span><span></span><span></span>${icon('phone')}</div>
      <div class="phone-words" role="status">
        <h2 id="phone-title">${this.#title()}</h2>
        ${this.#words()}
      </div>
      <div class="phone-actions">${this.#actions()}</div>
    </section>`;
  }

  #title(): string {
    switch (this.view.name) {
      case 'asking':
        return msg('Нужен микрофон');
      case 'ordering':
      case 'connecting':
        return msg('Соединяем…');
      case 'ringing':
        return msg('Вам звонит HALO');
      case 'talking':
        return msg('Вы говорите с HALO');
      case 'ended':
        return endWords(this.view.how).what;
      case 'trouble':
        return this.#trouble(this.view.cause).what;
    }
  }

  #words(): TemplateResult | typeof nothing {
    switch (this.view.name) {
      case 'asking':
        return html`<p>
          ${msg('Разрешите его в окне браузера: так HALO вас услышит. Звук идёт только на этот сервер; разговор записывается, чтобы показать вам итог.')}
        </p>`;
      case 'ringing':
        return html`<p>
          ${
            this.demo?.offline === true
              ? msg(
                  'Ответьте и говорите как по телефону. Без ключа OpenAI HALO узнаёт только заготовленные реплики: ваши слова он, скорее всего, попросит повторить.',
                )
              : msg('Ответьте и говорите как по телефону.')
          }
        </p>`;
      case 'ended':
        return html`<p>${endWords(this.view.how).advice}</p>`;
      case 'trouble':
        return html`<p>${this.#trouble(this.view.cause).advice}</p>`;
      default:
        return nothing;
    }
  }

  #actions(): TemplateResult | typeof nothing {
    const button = (kind: string, words: string, press: () => void): TemplateResult =>
      html`<button type="button" class="button ${kind}" @click=${press}>${words}</button>`;
    switch (this.view.name) {
      case 'asking':
      case 'ordering':
      case 'connecting':
        return button('', msg('Отмена'), this.#close);
      case 'ringing':
        return html`${button('button-primary', msg('Ответить'), this.#answer)}
        ${button('button-danger', msg('Отклонить'), this.#reject)}`;
      case 'talking':
        return html`<div class="phone-levels" aria-hidden="true">
            <span class="phone-level phone-level-assistant"></span
            ><span class="phone-level phone-level-you"></span>
          </div>
          <span class="phone-clock" role="timer" aria-label=${msg('Длительность разговора')}
            >${clock(this.seconds)}</span
          >
          <button
            type="button"
            class="button"
            aria-pressed=${this.muted ? 'true' : 'false'}
            @click=${this.#mute}
          >
            ${this.muted ? msg('Микрофон выключен') : msg('Выключить микрофон')}
          </button>
          ${button('button-danger', msg('Завершить'), this.#hangup)}`;
      case 'ended':
        return html`${
          this.view.how === 'connection' || this.view.how === 'no-sound'
            ? button('button-primary', msg('Позвонить ещё раз'), this.#again)
            : nothing
        }
        ${button('', msg('Закрыть'), this.#close)}`;
      case 'trouble':
        return html`${button('button-primary', msg('Повторить'), this.#again)}
        ${button('', msg('Закрыть'), this.#close)}`;
    }
  }

  #trouble(cause: unknown): Trouble {
    return cause instanceof MicrophoneError ? microphoneWords(cause.trouble) : orderWords(cause);
  }
}

/** What this browser can do, the better first. */
function supportedWays(): readonly BrowserPhoneWay[] {
  return typeof RTCPeerConnection === 'function' ? ['webrtc', 'socket'] : ['socket'];
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

customElements.define('halo-browser-phone', BrowserPhoneCard);
