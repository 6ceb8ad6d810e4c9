import { html, nothing, type TemplateResult } from 'lit';

export interface FieldOptions {
  /** The control's id. Its descriptions get `<id>-hint` and `<id>-error`. */
  readonly id: string;
  readonly label: string;
  readonly hint?: unknown;
  readonly error?: string | undefined;
  readonly control: TemplateResult;
}

/** A labelled control. The control must carry `id`, `aria-describedby=${describedBy(…)}` and `aria-invalid`. */
export function field({ id, label, hint, error, control }: FieldOptions): TemplateResult {
  return html`<div class="field ${error === undefined ? '' : 'field-wrong'}">
    <label for=${id}>${label}</label>
    ${control}
    <p class="field-error" id="${id}-error" role="alert">${error ?? nothing}</p>
    <div class="field-hint" id="${id}-hint">${hint ?? nothing}</div>
  </div>`;
}

/** The ids of what describes the control: its error while there is one, and its hint. */
export function describedBy(id: string, error: string | undefined): string {
  return error === undefined ? `${id}-hint` : `${id}-error ${id}-hint`;
}
