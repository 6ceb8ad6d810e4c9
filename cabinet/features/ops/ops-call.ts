import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { CallView } from '../../../engine/contract/fold-call.ts';
import type { StateChart } from '../../../engine/contract/state-chart.ts';
import type { ApiError } from '../../api/api-error.ts';
import { OpsFeed } from '../../api/ops-feed.ts';
import type { OpsApi } from '../../api/ops.ts';
import type { OpsCallNews } from '../../api/types.ts';
import { serverWords } from '../../i18n/server-words.ts';
import { DASH, formatDuration } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import { notice } from '../../ui/notice.ts';
import { transcript } from '../../ui/transcript.ts';
import { lineWords, ownName } from '../../ui/words.ts';
import { hear, momentOf, NO_STORY, type CallStory, type Moment } from './call-story.ts';
import { CallSound, soundOf, stepAt } from './call-sound.ts';
import { mediaFacts, waterfall } from './call-figures.ts';
import { liveMedia } from './live-media.ts';
import { hearMedia, type MediaHistory } from './media-history.ts';
import { eventList, stepList, stepWords } from './step-list.ts';
import './ops-listen.ts';
import './state-chart.ts';

/** One call from the inside: its chart, its steps, its words. A live one is followed; any can be gone through step by step. */
export class OpsCallView extends LightElement {
  static override properties = {
    api: { attribute: false },
    callId: { attribute: false },
    chart: { attribute: false },
    story: { state: true },
    media: { state: true },
    cursor: { state: true },
    trouble: { state: true },
    hangingUp: { state: true },
    sounding: { state: true },
  };
  declare api: OpsApi;
  declare callId: string;
  declare chart: StateChart | undefined;
  declare private story: CallStory;
  declare private media: MediaHistory | undefined;
  /** The step looked at; undefined: the last one, whatever comes. */
  declare private cursor: number | undefined;
  declare private trouble: ApiError | undefined;
  declare private hangingUp: 'no' | 'asked' | 'refused';
  declare private sounding: 'no' | 'loading' | 'yes' | 'failed';
  #feed: OpsFeed | undefined;
  #sound: CallSound | undefined;

  constructor() {
    super();
    this.callId = '';
    this.chart = undefined;
    this.#forget();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#feed?.stop();
    this.#feed = undefined;
    this.#sound?.close();
    this.#sound = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('callId') && !changed.has('api') && this.#feed !== undefined) return;
    this.#feed?.stop();
    this.#forget();
    const path = `/ops/calls/${encodeURIComponent(this.callId)}/events`;
    const feed = new OpsFeed({
      api: this.api,
      path: () => `${path}?after_seq=${this.story.events.at(-1)?.seq ?? 0}`,
      onMessage: ({ name, data }) => {
        if (name !== 'message') return;
        const news = JSON.parse(data) as OpsCallNews;
        if (news.kind === 'media') this.media = hearMedia(this.media, news);
        else this.story = hear(this.story, news);
      },
      onTrouble: (error) => (this.trouble = error),
    });
    this.#feed = feed;
    void feed.run();
  }

  #forget(): void {
    this.story = NO_STORY;
    this.media = undefined;
    this.cursor = undefined;
    this.trouble = undefined;
    this.hangingUp = 'no';
    this.sounding = 'no';
    this.#sound?.close();
    this.#sound = undefined;
  }

  readonly #hangUp = async (): Promise<void> => {
    this.hangingUp = 'asked';
    try {
      await this.api.hangUp(this.callId);
    } catch {
      this.hangingUp = 'refused';
    }
  };

  /** From the step that is shown on; the steps follow the sound. */
  readonly #listen = async (at: number): Promise<void> => {
    const { callId } = this;
    this.sounding = 'loading';
    try {
      const sound = (this.#sound ??= await CallSound.of(await this.api.recording(callId)));
      if (callId !== this.callId || !this.isConnected) {
        sound.close();
        return;
      }
      const follow = (ms: number): void => {
        this.cursor = stepAt(this.story.steps, ms);
      };
      sound.play(soundOf(this.story.steps, at), follow, () => (this.sounding = 'no'));
      this.sounding = 'yes';
    } catch {
      this.sounding = 'failed';
    }
  };

  readonly #stopSound = (): void => {
    this.#sound?.stop();
    this.sounding = 'no';
  };

  #player(at: number): TemplateResult | typeof nothing {
    if (!this.story.events.some(({ type }) => type === 'recording.saved')) return nothing;
    if (this.sounding === 'yes')
      return html`<button type="button" class="button button-small" @click=${this.#stopSound}>
        ${msg('Пауза')}
      </button>`;
    return html`<button
      type="button"
      class="button button-small"
      ?disabled=${this.sounding === 'loading'}
      @click=${() => this.#listen(at)}
    >
      ${msg('Слушать отсюда')}
    </button>`;
  }

  protected override render(): TemplateResult {
    const { steps } = this.story;
    const at = this.cursor ?? steps.length - 1;
    const moment = momentOf(this.story, this.cursor);
    return html`<section class="ops-call" aria-labelledby="ops-call-title">
      ${this.#head(moment)} ${this.trouble === undefined ? nothing : notice('warning', this.trouble.message)}
      ${this.hangingUp === 'refused' ? notice('warning', msg('Отбой не принят: звонок уже закончен или идёт в другом процессе.')) : nothing}
      <halo-ops-listen .api=${this.api} .callId=${this.callId} .over=${this.#isOver}></halo-ops-listen>
      ${this.#machine(at)} ${this.#timeMachine(at)}
      <div class="ops-columns">
        <div class="card">
          ${
            steps.length === 0 && moment.events.length > 0
              ? eventList(moment.events)
              : stepList(steps, at, (index) => (this.cursor = index))
          }
        </div>
        <div class="card">
          <h3>${msg('Разговор')}</h3>
          ${this.#talk(moment)}
        </div>
      </div>
      ${liveMedia(this.media, this.story.events)} ${waterfall(moment.events)} ${mediaFacts(moment.events)}
    </section>`;
  }

  get #isOver(): boolean {
    return this.story.events.some(({ type }) => type === 'call.ended');
  }

  #head({ view }: Moment): TemplateResult {
    const isOver = this.#isOver;
    return html`<header class="ops-call-head">
      <div>
        <h2 id="ops-call-title" tabindex="-1">${view?.phone ?? msg('Звонок')}</h2>
        <p class="ops-call-facts">
          ${view === undefined ? DASH : factsOf(view).join(' · ')}
          <code>${this.callId}</code>
        </p>
      </div>
      <button
        type="button"
        class="button"
        ?disabled=${isOver || this.hangingUp === 'asked' || view === undefined}
        @click=${this.#hangUp}
      >
        ${this.hangingUp === 'asked' && !isOver ? msg('Кладём трубку…') : msg('Положить трубку')}
      </button>
    </header>`;
  }

  #machine(at: number): TemplateResult {
    return html`${
        this.story.steps.length > 0 || this.story.events.length === 0
          ? nothing
          : notice(
              'info',
              msg(
                'Шагов машины здесь нет: звонок ждёт линии, идёт в другом процессе HALO или старше записи шагов. Журнал и разговор — есть.',
              ),
            )
      } <halo-state-chart .chart=${this.chart} .steps=${this.story.steps} .at=${at}></halo-state-chart>`;
  }

  #timeMachine(at: number): TemplateResult | typeof nothing {
    const { steps } = this.story;
    if (steps.length === 0) return nothing;
    const go = (next: number): void => {
      this.cursor = next >= steps.length - 1 ? undefined : Math.max(0, next);
    };
    const step = steps[at];
    return html`${this.sounding === 'failed' ? notice('warning', msg('Запись не загрузилась. Проверьте связь.')) : nothing}
      <div class="ops-machine">
        ${this.#player(at)}
        <button type="button" class="button button-small" ?disabled=${at <= 0} @click=${() => go(at - 1)}>
          ${msg('Назад')}
        </button>
        <input
          type="range"
          id="ops-step"
          min="0"
          max=${steps.length - 1}
          .value=${String(at)}
          aria-label=${msg('Шаг звонка: стрелки — по одному')}
          aria-valuetext=${step === undefined ? '' : stepWords(step)}
          @input=${(event: Event) => go(Number((event.target as HTMLInputElement).value))}
        />
        <button
          type="button"
          class="button button-small"
          ?disabled=${at >= steps.length - 1}
          @click=${() => go(at + 1)}
        >
          ${msg('Вперёд')}
        </button>
        <output for="ops-step">${msg(str`${at + 1} из ${steps.length}`)}</output>
        <button
          type="button"
          class="button button-small"
          aria-pressed=${this.cursor === undefined}
          @click=${() => (this.cursor = undefined)}
        >
          ${msg('К последнему')}
        </button>
      </div>`;
  }

  #talk({ view }: Moment): TemplateResult {
    const lines = view?.transcript ?? [];
    if (lines.length === 0) return html`<p>${msg('Пока ничего не сказано.')}</p>`;
    return html`<div class="ops-talk" tabindex="0" role="region" aria-label=${msg('Разговор')}>
      ${transcript(lines.map(({ speaker, text, gapMs }) => ({ speaker, text, gap_ms: gapMs })))}
      ${view?.durationSec === null || view === undefined ? nothing : html`<p>${formatDuration(view.durationSec)}</p>`}
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('story') && !changed.has('cursor')) return;
    const current = this.querySelector<HTMLElement>('.ops-step[aria-current]');
    const list = current?.closest<HTMLElement>('.ops-steps');
    if (current === null || list === undefined || list === null) return;
    // Its own list alone scrolls, never the page.
    const top = current.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + current.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top - list.clientHeight / 2;
  }
}

function factsOf({ status, spokenLanguage, reason }: CallView): readonly string[] {
  return [lineWords(status), ownName(spokenLanguage), ...(reason === null ? [] : [serverWords(reason)])];
}

customElements.define('halo-ops-call', OpsCallView);
