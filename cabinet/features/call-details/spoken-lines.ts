import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { TimelineLine } from '../../api/types.ts';
import { badge } from '../../ui/badge.ts';
import { formatGap, formatStopwatch } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';

/** As in call-details.css. */
const PHONE = '(max-width: 40rem)';
/** What a reader does when he wants to read on his own. */
const READING = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

/**
 * The conversation with its times. The line that is heard is lit and kept in sight, until the reader moves the text
 * himself; a line chosen (click, Enter on its time) is told as `line-chosen` with its number.
 */
export class SpokenLines extends LightElement {
  static override properties = {
    lines: { attribute: false },
    current: { attribute: false },
    canSeek: { attribute: false },
    following: { state: true },
  };
  declare lines: readonly TimelineLine[];
  /** −1: none. */
  declare current: number;
  /** There is a sound to go to. */
  declare canSeek: boolean;
  declare private following: boolean;

  constructor() {
    super();
    this.lines = [];
    this.current = -1;
    this.canSeek = false;
    this.following = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const type of READING) this.addEventListener(type, this.#onReading, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const type of READING) this.removeEventListener(type, this.#onReading);
  }

  protected override updated(changed: PropertyValues): void {
    if (this.following && changed.has('current')) this.#reveal();
  }

  readonly #onReading = (event: Event): void => {
    const scrolls = !(event instanceof KeyboardEvent) || /^(Arrow|Page|Home|End)/.test(event.key);
    // A press on a line chooses it; one beside the lines may hold the scroll bar.
    const onLine = event.type === 'pointerdown' && (event.target as Element).closest('.said') !== null;
    if (scrolls && !onLine && this.current >= 0) this.following = false;
  };

  readonly #resume = (): void => {
    this.following = true;
    this.#reveal();
  };

  #reveal(): void {
    const list = this.querySelector<HTMLElement>('.said-list');
    const line = list?.querySelector<HTMLElement>('.said-now');
    if (!list || !line) return;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const behavior = calm ? 'auto' : 'smooth';
    // On a phone the text is as long as it is: the window itself moves, under the player that stays.
    if (matchMedia(PHONE).matches) line.scrollIntoView({ block: 'center', behavior });
    else list.scrollTo({ top: line.offsetTop - list.offsetTop - list.clientHeight / 3, behavior });
  }

  #choose(at: number): void {
    if (!this.canSeek) return;
    // Whoever marks a text to copy it does not want to hear it.
    if (getSelection()?.isCollapsed === false) return;
    this.following = true;
    this.dispatchEvent(new CustomEvent<number>('line-chosen', { detail: at }));
  }

  protected override render(): TemplateResult {
    return html`<ol class="said-list" tabindex="0" aria-labelledby="talk-title">
        ${this.lines.map((line, at) => this.#line(line, at))}
      </ol>
      ${
        this.following
          ? nothing
          : html`<button type="button" class="button button-small said-resume" @click=${this.#resume}>
              ${msg('К звучащей реплике')}
            </button>`
      }`;
  }

  #line(line: TimelineLine, at: number): TemplateResult {
    const time = formatStopwatch(line.start_ms);
    const now = at === this.current;
    return html`<li
      class="said said-${line.speaker} ${now ? 'said-now' : ''} ${this.canSeek ? 'said-open' : ''}"
      aria-current=${now ? 'true' : nothing}
      @click=${() => this.#choose(at)}
    >
      <div class="said-who">
        ${
          this.canSeek
            ? html`<button type="button" class="said-time" aria-label=${msg(str`Слушать с ${time}`)}>
                ${icon('play')}${time}
              </button>`
            : html`<span class="said-time">${time}</span>`
        }
        <span class="said-speaker">${line.speaker === 'assistant' ? 'HALO' : msg('Клиент')}</span>
        ${line.gap === null ? nothing : html`<span class="said-gap">${msg(str`через ${formatGap(line.gap.gap_ms)}`)}</span>`}
        ${line.kind === 'filler' ? badge(msg('заминка')) : nothing}
        ${line.cut === 'caller' ? badge(msg('клиент перебил'), 'warm') : nothing}
      </div>
      <p class="said-text">${line.text}</p>
    </li>`;
  }
}

customElements.define('halo-spoken-lines', SpokenLines);
