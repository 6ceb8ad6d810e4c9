import { msg, str } from '@lit/localize';
import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { ApiError } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import { RequestController } from '../../api/request-controller.ts';
import type { RecordingPeaks, TimelineLine } from '../../api/types.ts';
import { formatStopwatch } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import { failure, notice } from '../../ui/notice.ts';
import { segmented } from '../../ui/segmented.ts';
import { seekKey } from './seek-key.ts';
import { waveform } from './waveform.ts';

const HEIGHT_PX = 120;
/** On a phone the player stays in sight while the text moves: it takes less of it. */
const NARROW_PX = 480;
const NARROW_HEIGHT_PX = 80;
type Speed = '1' | '1.5' | '2';

/**
 * The recording of a call: both voices drawn, play, seek, speed. The caller above the line, the assistant below it.
 * Tells `player-at` (ms on the recording) whenever that changes, at most once a frame.
 */
export class RecordingPlayer extends LightElement {
  static override properties = {
    url: { attribute: false },
    callId: { attribute: false },
    sessionId: { attribute: false },
    lines: { attribute: false },
    knownMs: { attribute: false },
    playing: { state: true },
    broken: { state: true },
    speed: { state: true },
    shownSec: { state: true },
    widthPx: { state: true },
  };
  declare url: string;
  declare callId: string;
  declare sessionId: string;
  declare lines: readonly TimelineLine[];
  /** The recording's length where the journal knows it. */
  declare knownMs: number | null;
  declare private playing: boolean;
  /** The sound itself could not be loaded. */
  declare private broken: boolean;
  declare private speed: Speed;
  declare private shownSec: number;
  declare private widthPx: number;
  readonly #peaks = new RequestController<RecordingPeaks>(this);
  readonly #size = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0) this.widthPx = width;
  });
  #frame = 0;

  constructor() {
    super();
    this.url = '';
    this.callId = '';
    this.sessionId = '';
    this.lines = [];
    this.knownMs = null;
    this.playing = false;
    this.broken = false;
    this.speed = '1';
    this.shownSec = 0;
    this.widthPx = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#size.disconnect();
    this.#audio?.pause();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('url')) this.#load();
  }

  protected override updated(): void {
    const wave = this.querySelector('.wave');
    if (wave !== null) this.#size.observe(wave);
    if (this.#audio !== null) this.#audio.playbackRate = Number(this.speed);
    this.#paint();
  }

  /** Goes to this moment; with `play`, sounds from there. */
  seek(ms: number, how: { play?: boolean } = {}): void {
    const audio = this.#audio;
    if (audio === null) return;
    audio.currentTime = Math.min(Math.max(0, ms), this.#durationMs) / 1000;
    if (how.play === true) void audio.play().catch(() => undefined);
    this.#tell();
  }

  get #audio(): HTMLAudioElement | null {
    return this.querySelector('audio');
  }

  get #atMs(): number {
    return (this.#audio?.currentTime ?? 0) * 1000;
  }

  get #durationMs(): number {
    const heard = this.#audio?.duration;
    if (heard !== undefined && Number.isFinite(heard) && heard > 0) return heard * 1000;
    return this.#peaks.value?.duration_ms ?? this.knownMs ?? 0;
  }

  readonly #load = (): void => {
    this.broken = false;
    void this.#peaks.run((signal) => api.peaks(this.callId, this.sessionId, signal));
    this.#audio?.load();
  };

  readonly #toggle = (): void => {
    const audio = this.#audio;
    if (audio === null) return;
    if (audio.paused) void audio.play().catch(() => undefined);
    else audio.pause();
  };

  readonly #onPlaying = (): void => {
    const audio = this.#audio;
    this.playing = audio !== null && !audio.paused && !audio.ended;
    cancelAnimationFrame(this.#frame);
    if (this.playing) this.#follow();
    else this.#tell();
  };

  #follow(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#tell();
      if (this.playing) this.#follow();
    });
  }

  readonly #tell = (): void => {
    this.#paint();
    this.shownSec = Math.floor(this.#atMs / 1000);
    this.dispatchEvent(new CustomEvent<number>('player-at', { detail: this.#atMs }));
  };

  /** Moves what moves with the sound, without a new rendering for every frame. */
  #paint(): void {
    const share = this.#durationMs === 0 ? 0 : Math.min(1, this.#atMs / this.#durationMs);
    const x = String(Math.round(share * this.widthPx * 10) / 10);
    this.querySelector('.wave-played-part')?.setAttribute('width', x);
    this.querySelector('.wave-head')?.setAttribute('transform', `translate(${x} 0)`);
  }

  #onKey(event: KeyboardEvent): void {
    const action = seekKey(event.key, this.#atMs, this.#durationMs);
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (action === 'toggle') this.#toggle();
    else this.seek(action);
  }

  #onPointer(event: PointerEvent): void {
    if (event.button !== 0 || (event.type === 'pointermove' && event.buttons !== 1)) return;
    const wave = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown') wave.setPointerCapture(event.pointerId);
    const { left, width } = wave.getBoundingClientRect();
    this.seek(((event.clientX - left) / width) * this.#durationMs);
  }

  protected override render(): TemplateResult {
    const { state } = this.#peaks;
    if (state.status === 'failed' && state.error instanceof ApiError && state.error.isGone)
      return notice('info', msg('Записи этого разговора больше нет: файл удалён или не сохранился.'));
    const trouble = state.status === 'failed' ? state.error : undefined;
    if (trouble !== undefined || this.broken)
      return failure(trouble ?? new Error(msg('Запись не загрузилась. Проверьте связь.')), this.#load);
    return html`<div class="player">
      <audio
        preload="metadata"
        src=${this.url}
        @play=${this.#onPlaying}
        @pause=${this.#onPlaying}
        @ended=${this.#onPlaying}
        @seeked=${this.#tell}
        @durationchange=${() => this.requestUpdate()}
        @error=${() => (this.broken = true)}
      ></audio>
      ${this.#wave()}
      <div class="player-bar">
        <button
          type="button"
          class="player-play"
          aria-label=${this.playing ? msg('Пауза') : msg('Слушать')}
          @click=${this.#toggle}
        >
          ${icon(this.playing ? 'pause' : 'play')}
        </button>
        <span class="player-time">
          <b>${formatStopwatch(this.shownSec * 1000)}</b> / ${formatStopwatch(this.#durationMs)}
        </span>
        <span class="player-legend">
          <span class="legend-user">${msg('Клиент')}</span>
          <span class="legend-assistant">HALO</span>
        </span>
        ${segmented<Speed>({
          id: 'player-speed',
          label: msg('Скорость'),
          value: this.speed,
          options: [
            { code: '1', name: '1×' },
            { code: '1.5', name: msg('1,5×') },
            { code: '2', name: '2×' },
          ],
          onChange: (code) => (this.speed = code),
        })}
      </div>
    </div>`;
  }

  #wave(): TemplateResult {
    const duration = this.#durationMs;
    const words = msg(str`${formatStopwatch(this.shownSec * 1000)} из ${formatStopwatch(duration)}`);
    return html`<div
      class="wave"
      role="slider"
      tabindex="0"
      aria-label=${msg('Место в записи')}
      aria-valuemin="0"
      aria-valuemax=${Math.floor(duration / 1000)}
      aria-valuenow=${Math.min(this.shownSec, Math.floor(duration / 1000))}
      aria-valuetext=${words}
      @keydown=${this.#onKey}
      @pointerdown=${this.#onPointer}
      @pointermove=${this.#onPointer}
    >
      ${this.#peaks.value === undefined ? html`<span class="bone wave-bone"></span>` : this.#drawing(this.#peaks.value)}
    </div>`;
  }

  #drawing(peaks: RecordingPeaks): TemplateResult {
    const width = this.widthPx;
    if (width === 0) return html``;
    const height = width < NARROW_PX ? NARROW_HEIGHT_PX : HEIGHT_PX;
    const { caller, assistant } = waveform(peaks, width, height);
    const x = (ms: number): number => (ms / Math.max(1, peaks.duration_ms)) * width;
    const voices = svg`<path class="wave-user" d=${caller} /><path class="wave-assistant" d=${assistant} />`;
    return html`<svg viewBox="0 0 ${width} ${height}" height=${height} aria-hidden="true">
      <defs>
        <clipPath id="wave-played"><rect class="wave-played-part" height=${height} width="0" /></clipPath>
      </defs>
      ${this.lines.map(({ gap }) =>
        gap === null
          ? nothing
          : svg`<rect class="wave-gap" x=${x(gap.from_ms)} y=${height / 2 - 1.5} width=${Math.max(2, x(gap.gap_ms))} height="3" rx="1.5" />`,
      )}
      <g class="wave-voices">${voices}</g>
      <g class="wave-voices wave-played" clip-path="url(#wave-played)">${voices}</g>
      <g class="wave-head">
        <path d="M0 0V${height}" />
        <circle r="5" cy=${height / 2} />
      </g>
    </svg>`;
  }
}

customElements.define('halo-recording-player', RecordingPlayer);
