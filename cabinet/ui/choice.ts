import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icon.ts';

export interface Choice<Code extends string> {
  readonly code: Code;
  readonly name: string;
  /** A second, quiet line. */
  readonly note?: string;
  /** The language of `name`, where it is not the page's. */
  readonly lang?: string;
  readonly icon?: IconName;
  /** Can be chosen, but not as things are now: the hint says why. */
  readonly dim?: boolean;
}

export interface ChoiceOptions<Code extends string> {
  /** The group's id and its buttons' name. The hint gets `<id>-hint`, the error `<id>-error`. */
  readonly id: string;
  readonly label: string;
  readonly value: Code;
  readonly options: readonly Choice<Code>[];
  readonly hint?: unknown;
  readonly error?: string | undefined;
  readonly onChange: (code: Code) => void;
}

/** One of several, all in sight: a group of radio buttons drawn as tiles. Arrows choose, Tab passes by. */
export function choiceField<Code extends string>(options: ChoiceOptions<Code>): TemplateResult {
  const { id, label, value, hint, error, onChange } = options;
  const described = error === undefined ? `${id}-hint` : `${id}-error ${id}-hint`;
  return html`<fieldset class="field choice" id=${id} aria-describedby=${described}>
    <legend>${label}</legend>
    <div class="tiles-of-choice choice-${id}">
      ${options.options.map(
        (option) =>
          html`<label class="choice-tile ${option.dim === true ? 'choice-dim' : ''}">
            <input
              type="radio"
              name=${id}
              value=${option.code}
              .checked=${option.code === value}
              @change=${() => onChange(option.code)}
            />
            <span class="choice-face">
              ${option.icon === undefined ? nothing : icon(option.icon)}
              <span class="choice-words">
                <span class="choice-name" lang=${option.lang ?? nothing}>${option.name}</span>
                ${option.note === undefined ? nothing : html`<span class="choice-note">${option.note}</span>`}
              </span>
            </span>
          </label>`,
      )}
    </div>
    <p class="field-error" id="${id}-error" role="alert">${error ?? nothing}</p>
    <div class="field-hint" id="${id}-hint">${hint ?? nothing}</div>
  </fieldset>`;
}
