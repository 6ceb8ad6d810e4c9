import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import { RequestController } from '../../api/request-controller.ts';
import type { ChatInteraction, DemoResult, Interaction } from '../../api/types.ts';
import { badge, ownBadge } from '../../ui/badge.ts';
import { formatDay, formatTime } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import '../../ui/modal.ts';
import { missingOr, notice } from '../../ui/notice.ts';
import { chatPattern } from './chat-pattern.ts';
import { haloAvatar } from './halo-avatar.ts';
import { splitLinks } from './split-links.ts';
import { telegramState } from './telegram-state.ts';

interface LoadedChat {
  readonly interaction: Interaction;
  /** The visitor's session, where the chat is its own. */
  readonly own: DemoResult | undefined;
}

/** Without the session's answer the chat is shown all the same. */
async function loadChat(id: string, sessionId: string | null, signal: AbortSignal): Promise<LoadedChat> {
  const interaction = await api.interaction(id, signal);
  if (interaction.is_demo || sessionId === null) return { interaction, own: undefined };
  const result = await api.sessionResult(sessionId, signal).catch(() => undefined);
  return { interaction, own: result?.chat_id === interaction.id ? result : undefined };
}

/**
 * D13 «Детали чата»: looks like Telegram, and is labelled «демо-чат» because it is a picture of one (D4.6: also when
 * the visitor's Telegram is connected). D4.5 gives the chat's time, not the messages': they all carry it.
 */
export class ChatDetails extends LightElement {
  static override properties = { interactionId: { attribute: false }, sessionId: { attribute: false } };
  declare interactionId: string;
  /** The visitor's session: it knows whether his Telegram is connected. */
  declare sessionId: string | null;
  readonly #chat = new RequestController<LoadedChat>(this);

  constructor() {
    super();
    this.interactionId = '';
    this.sessionId = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('interactionId')) this.#load();
  }

  readonly #load = (): void => {
    void this.#chat.run((signal) => loadChat(this.interactionId, this.sessionId, signal));
  };

  protected override render(): TemplateResult {
    return html`<halo-modal heading=${msg('Детали чата')}>${this.#content()}</halo-modal>`;
  }

  #content(): TemplateResult {
    const { state } = this.#chat;
    if (state.status === 'failed') return missingOr(state.error, this.#load);
    if (state.status !== 'done') return loadingChat();
    const { interaction, own } = state.value;
    if (interaction.type !== 'chat') return notice('error', msg('Это не чат, а звонок: ссылка неверная.'));
    return this.#chatWindow(interaction, own);
  }

  #chatWindow(chat: ChatInteraction, own: DemoResult | undefined): TemplateResult {
    const telegram = telegramState(own);
    return html`<div class="chat">
        <div class="chat-head">
          ${haloAvatar()}
          <div class="chat-name">
            <b>HALO</b>
            <small>${msg('бот-ассистент')}</small>
          </div>
          <span class="chat-badges"
            >${own === undefined ? nothing : ownBadge()} ${badge(msg('демо-чат'))}</span
          >
        </div>
        <p class="chat-truth">
          ${telegram.connected ? html`<b>${icon('done')} ${msg('Telegram подключён')}</b>` : icon('info')}
          <span>${telegram.words}</span>
        </p>
        <div class="chat-feed">
          ${chatPattern()}
          <p class="chat-day">
            <time datetime=${chat.created_at.slice(0, 10)}>${formatDay(chat.created_at)}</time>
          </p>
          <ol>
            ${chat.messages.map((message, at) => bubble(chat, message, chat.messages[at + 1]?.from !== message.from))}
          </ol>
        </div>
        <p class="chat-input">${msg('Сообщение… Писать в демо-чат нельзя')} ${icon('send')}</p>
      </div>
      ${
        chat.summary === ''
          ? nothing
          : html`<h3>${msg('Резюме')}</h3>
              <p>${chat.summary}</p>`
      }`;
  }
}

/** `last`: of one person's messages in a row; it has the tail and the picture. */
function bubble(
  chat: ChatInteraction,
  { from, text }: ChatInteraction['messages'][number],
  last: boolean,
): TemplateResult {
  const mine = from === 'user';
  return html`<li class="bubble-row bubble-${from} ${last ? 'bubble-last' : ''}">
    ${mine ? nothing : html`<span class="bubble-face">${last ? haloAvatar() : nothing}</span>`}
    <div class="bubble">
      <span class="unseen">${mine ? msg('Клиент') : 'HALO'}:</span>
      <span class="bubble-text"
        >${splitLinks(text).map((piece) =>
          piece.kind === 'text'
            ? piece.text
            : html`<a href=${piece.href} target="_blank" rel="noopener noreferrer">${piece.text}</a>`,
        )}</span
      >
      <span class="bubble-meta">
        <time datetime=${chat.created_at}>${formatTime(chat.created_at)}</time>
        ${mine ? html`${icon('read')}<span class="unseen">${msg('прочитано')}</span>` : nothing}
      </span>
    </div>
  </li>`;
}

function loadingChat(): TemplateResult {
  return html`<div class="chat" role="status">
    <span class="unseen">${msg('Загружаем чат…')}</span>
    <div class="chat-head"><span class="bone bone-face"></span><span class="bone bone-name"></span></div>
    <div class="chat-feed">
      <span class="bone bone-bubble"></span>
      <span class="bone bone-bubble bone-mine"></span>
    </div>
  </div>`;
}

customElements.define('halo-chat-details', ChatDetails);
