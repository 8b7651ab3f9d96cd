/** The numbers behind a figure as a table to read. */

import { html, nothing, type TemplateResult } from "lit";
import type { Table } from "../description.ts";
import { quantity } from "../quantity.ts";
import { Part, define } from "./part.ts";

/** The most rows that are shown; all of them are in the CSV file. */
const MOST = 100;

export class TableView extends Part {
  static override properties = { table: { attribute: false } };

  declare table: Table;

  override render(): TemplateResult {
    const { columns, rows } = this.table;
    const left = rows.length - MOST;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Numbers of the figure">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST).map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td>${readable(cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
      ${left > 0 ? html`<p class="note">and ${left} more rows, all of them in the CSV file</p>` : nothing}
    </div>`;
  }
}

/** A number with five digits; anything else as it is. */
function readable(cell: string): string {
  const value = cell === "" ? NaN : Number(cell);
  return Number.isNaN(value) ? cell : quantity(value, 5);
}

define("loss-explorer-numbers", TableView);
