import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '../api/api-error.ts';
import { icon } from './icon.ts';

export type NoticeKind = 'info' | 'warning' | 'error';

/** A banner. Errors interrupt a screen reader; the rest waits until it has finished. */
export function notice(kind: NoticeKind, content: unknown, action?: unknown): TemplateResult {
  return html`<div class="notice notice-${kind}" role=${kind === 'error' ? 'alert' : 'status'}>
    ${icon(kind === 'info' ? 'info' : 'warning')}
    <div class="notice-text">${content}</div>
    ${action === undefined ? nothing : html`<div class="notice-action">${action}</div>`}
  </div>`;
}

/** A request that failed, with a way to ask again. */
export function failure(error: Error, retry: () => void): TemplateResult {
  return notice(
    'error',
    error.message,
    html`<button type="button" class="button button-small" @click=${retry}>${msg('Повторить')}</button>`,
  );
}

/** The same for an interaction that a link leads to; one that does not exist is not asked for again. */
export function missingOr(error: Error, retry: () => void): TemplateResult {
  return error instanceof ApiError && error.isGone
    ? notice('error', msg('Такого обращения нет. Возможно, ссылка неполная или данные уже удалены.'))
    : failure(error, retry);
}

/** What is on its way, in words, over the outline of a few lines. */
export function loading(text: string): TemplateResult {
  return html`<div class="loading">
    <p role="status">${icon('active')} ${text}</p>
    <div class="skeleton" aria-hidden="true"><i></i><i></i><i></i></div>
  </div>`;
}
