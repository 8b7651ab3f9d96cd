/** The numbers behind a figure as a table to read. */

import { html, nothing, type TemplateResult } from "lit";
import type { Table } from "../description.ts";
import { download } from "../download.ts";
import { quantity } from "../quantity.ts";
import { sentence, type Session } from "../session.ts";
import { Part, define } from "./part.ts";

/** The most rows that are shown; all of them are in the CSV file. */
const MOST = 100;

export class TableView extends Part {
  static override properties = {
    session: { attribute: false },
    figure: {},
    name: {},
    table: { attribute: false },
    said: { state: true },
  };

  declare session: Session;
  declare figure: string;
  /** What the figure shows. */
  declare name: string;
  declare table: Table;
  /** What was done last, in words. */
  declare private said: string;

  constructor() {
    super();
    this.said = "";
  }

  /** All numbers of the figure, once they are computed. */
  private async csv(): Promise<string> {
    await this.session.complete(this.figure);
    return this.session.ask((explorer) => explorer.csv(this.figure));
  }

  private readonly copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await this.csv());
      this.said = "The numbers are copied.";
    } catch (error) {
      this.said = `The numbers are not copied: ${sentence(error)}.`;
    }
  };

  private readonly save = async (): Promise<void> => {
    const name = `${this.session.description.losses[0]?.id ?? "loss"}-${this.figure}.csv`;
    try {
      download(new Blob([await this.csv()], { type: "text/csv" }), name);
      this.said = `${name} is saved.`;
    } catch (error) {
      this.said = `${name} is not saved: ${sentence(error)}.`;
    }
  };

  override render(): TemplateResult {
    const { columns, rows } = this.table;
    const left = rows.length - MOST;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Numbers of ${this.name}">
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
      <p class="row">
        <button @click=${this.copy}>Copy</button>
        <button @click=${this.save}>CSV</button>
        <span role="status">${this.said}</span>
      </p>
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
