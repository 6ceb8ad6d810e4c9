import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icon.ts';

export interface Segment<Code extends string> {
  readonly code: Code;
  readonly name: string;
  /** Shown instead of the name, which is then read out only. */
  readonly icon?: IconName;
  /** A few signs shown instead of the name. */
  readonly short?: string;
}

export interface SegmentedOptions<Code extends string> {
  readonly id: string;
  /** Read out before the choices. */
  readonly label: string;
  readonly value: Code;
  readonly options: readonly Segment<Code>[];
  readonly onChange: (code: Code) => void;
}

/** One of a few, as a row of radio buttons: arrows choose, Tab passes by. */
export function segmented<Code extends string>(options: SegmentedOptions<Code>): TemplateResult {
  const { id, label, value, onChange } = options;
  return html`<fieldset class="segmented" id=${id}>
    <legend class="unseen">${label}</legend>
    ${options.options.map(
      ({ code, name, icon: picture, short }) =>
        html`<label title=${picture === undefined && short === undefined ? nothing : name}>
          <input
            type="radio"
            name=${id}
            value=${code}
            .checked=${code === value}
            @change=${() => onChange(code)}
          />
          <span class="segment">
            ${picture === undefined ? nothing : icon(picture)}
            ${short === undefined ? nothing : html`<span aria-hidden="true">${short}</span>`}
            <span class=${picture === undefined && short === undefined ? '' : 'unseen'}>${name}</span>
          </span>
        </label>`,
    )}
  </fieldset>`;
}
