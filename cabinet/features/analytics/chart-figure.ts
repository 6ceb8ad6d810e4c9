import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';

export interface DataTable {
  readonly columns: readonly string[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly string[])[];
}

export interface FigureOptions {
  readonly id: string;
  readonly title: string;
  readonly chart: TemplateResult;
  readonly table: DataTable;
  /** Whether the table is shown instead of the picture. */
  readonly asTable: boolean;
  readonly onToggle: () => void;
  /** Beside the title, such as a choice of the period. */
  readonly aside?: TemplateResult;
}

/**
 * A chart and the same numbers as a table: whoever does not see the picture has the table, whoever wants it presses
 * «Таблицей».
 */
export function chartFigure(options: FigureOptions): TemplateResult {
  const { id, title, chart, asTable, onToggle, aside } = options;
  return html`<figure class="chart" id=${id} aria-labelledby="${id}-title">
    <figcaption class="chart-head">
      <h3 id="${id}-title">${title}</h3>
      ${aside ?? nothing}
      <button
        type="button"
        class="chart-toggle"
        aria-pressed=${asTable}
        aria-label=${msg(str`Таблицей: ${title}`)}
        @click=${onToggle}
      >
        ${msg('Таблицей')}
      </button>
    </figcaption>
    ${asTable ? nothing : chart}
    <div
      class=${asTable ? 'chart-table' : 'unseen'}
      tabindex=${asTable ? '0' : nothing}
      role=${asTable ? 'region' : nothing}
      aria-label=${asTable ? title : nothing}
    >
      ${dataTable(title, options.table)}
    </div>
  </figure>`;
}

function dataTable(title: string, { columns, rows }: DataTable): TemplateResult {
  return html`<table>
    <caption class="unseen">
      ${title}
    </caption>
    <thead>
      <tr>
        ${columns.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([name, ...values]) =>
          html`<tr>
            <th scope="row">${name}</th>
            ${values.map((value) => html`<td>${value}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
