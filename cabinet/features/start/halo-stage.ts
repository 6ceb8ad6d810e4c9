import { msg } from '@lit/localize';
import { html, svg, type TemplateResult } from 'lit';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import { ringPath } from './ring-path.ts';
import { sampleTalk } from './sample-talk.ts';

/** How long a line of the example stays. */
const LINE_MS = 3600;
const calmMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Three layers of thin rings, each turning at its own pace (start.css): where they cross, the light shimmers. */
const LAYERS = [
  [0, 1, 2].map((index) => ringPath({ radius: 150 + index * 5, waves: 3, depth: 5, turn: index * 0.35 })),
  [0, 1, 2].map((index) => ringPath({ radius: 153 + index * 4, waves: 5, depth: 4, turn: index * 0.3 })),
  [0, 1].map((index) => ringPath({ radius: 149 + index * 9, waves: 2, depth: 8, turn: index * 0.5 })),
] as const;

/**
 * The living ring with an example of a conversation under it. What moves can be stopped (WCAG 2.2.2), and stands still
 * from the beginning for those who asked their system for it.
 */
export class HaloStage extends LightElement {
  static override properties = { line: { state: true }, playing: { state: true } };
  declare private line: number;
  declare private playing: boolean;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.line = 0;
    this.playing = !calmMotion();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  #run(): void {
    clearInterval(this.#timer);
    if (!this.playing) return;
    this.#timer = setInterval(() => {
      // A page that nobody sees rests.
      if (!document.hidden) this.line = (this.line + 1) % sampleTalk().length;
    }, LINE_MS);
  }

  #toggle(): void {
    this.playing = !this.playing;
    this.#run();
  }

  protected override render(): TemplateResult {
    const lines = sampleTalk();
    const shown = lines[this.line % lines.length];
    const speaker = shown?.speaker ?? 'assistant';
    return html`<div class="stage stage-${speaker} ${this.playing ? '' : 'stage-still'}">
      <div class="stage-ring" aria-hidden="true">
        ${LAYERS.map((paths, layer) => ringLayer(paths, layer + 1))}
        <div class="stage-voice">${[1, 2, 3, 4, 5].map((bar) => html`<i class="bar-${bar}"></i>`)}</div>
      </div>
      <figure class="stage-talk">
        <figcaption>
          <span>${msg('Пример разговора')}</span>
          <button
            type="button"
            class="icon-button"
            aria-label=${this.playing ? msg('Остановить пример') : msg('Продолжить пример')}
            @click=${this.#toggle}
          >
            ${icon(this.playing ? 'pause' : 'play')}
          </button>
        </figcaption>
        <ol>
          ${lines.map(
            ({ speaker: who, text }, index) =>
              html`<li class="stage-line stage-line-${who}" ?data-shown=${index === this.line % lines.length}>
                <b>${who === 'assistant' ? 'HALO' : msg('Клиент')}</b>
                <span>${text}</span>
              </li>`,
          )}
        </ol>
      </figure>
    </div>`;
  }
}

/** An element of its own a layer: the browser then turns it without drawing it anew. */
function ringLayer(paths: readonly string[], layer: number): TemplateResult {
  return html`<svg class="ring-layer ring-layer-${layer}" viewBox="0 0 400 400" focusable="false">
    <defs>
      <linearGradient id="halo-light-${layer}" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" class="halo-stop-1" />
        <stop offset="0.5" class="halo-stop-2" />
        <stop offset="1" class="halo-stop-3" />
      </linearGradient>
    </defs>
    ${paths.map((path) => svg`<path d=${path} stroke="url(#halo-light-${layer})" />`)}
  </svg>`;
}

customElements.define('halo-stage', HaloStage);
