import { msg } from '@lit/localize';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import { RequestController } from '../../api/request-controller.ts';
import type { ChatInteraction, Interaction } from '../../api/types.ts';
import { badge, ownBadge } from '../../ui/badge.ts';
import { formatDay, formatTime } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import '../../ui/modal.ts';
import { failure, loading, notice } from '../../ui/notice.ts';
import { haloAvatar } from './halo-avatar.ts';

/**
 * D13 «Детали чата»: looks like Telegram, and is labelled «демо-чат» because it is a picture of one (D4.6: also when
 * the visitor's Telegram is connected). D4.5 gives the chat's time, not the messages': they all carry it.
 */
export class ChatDetails extends LightElement {
  static override properties = { interactionId: { attribute: false } };
  declare interactionId: string;
  readonly #chat = new RequestController<Interaction>(this);

  constructor() {
    super();
    this.interactionId = '';
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('interactionId')) this.#load();
  }

  readonly #load = (): void => {
    void this.#chat.run((signal) => api.interaction(this.interactionId, signal));
  };

  protected override render(): TemplateResult {
    return html`<halo-modal heading=${msg('Детали чата')}>${this.#content()}</halo-modal>`;
  }

  #content(): TemplateResult {
    const { state } = this.#chat;
    if (state.status === 'failed') return failure(state.error, this.#load);
    if (state.status !== 'done') return loading(msg('Загружаем чат…'));
    if (state.value.type !== 'chat') return notice('error', msg('Это не чат, а звонок: ссылка неверная.'));
    return this.#messages(state.value);
  }

  #messages(chat: ChatInteraction): TemplateResult {
    return html`<div class="chat">
        <div class="chat-head">
          ${haloAvatar()}
          <div>
            <b>HALO</b>
            <small>${msg('бот-ассистент')}</small>
          </div>
          <span class="chat-badges">${chat.is_demo ? '' : ownBadge()} ${badge(msg('демо-чат'))}</span>
        </div>
        <div class="chat-feed">
          <p class="chat-day"><span>${formatDay(chat.created_at)}</span></p>
          <ol>
            ${chat.messages.map(
              ({ from, text }) =>
                html`<li class="bubble-row bubble-${from}">
                  ${from === 'assistant' ? haloAvatar() : ''}
                  <div class="bubble">
                    <span class="unseen">${from === 'assistant' ? 'HALO' : msg('Клиент')}:</span>
                    <p>${text}</p>
                    <time datetime=${chat.created_at}>${formatTime(chat.created_at)}</time>
                  </div>
                </li>`,
            )}
          </ol>
        </div>
      </div>
      <h3>${msg('Резюме')}</h3>
      <p>${chat.summary}</p>`;
  }
}

customElements.define('halo-chat-details', ChatDetails);
