import { html, nothing, type TemplateResult } from "lit";
import { isWhole, whole } from "../deferred.ts";
import type { Table } from "../description.ts";
import { quantity } from "../quantity.ts";
import type { Session } from "../session.ts";
import { Part, define } from "./part.ts";

/** The most rows that are shown; all of them are in the CSV file. */
const MOST = 100;

/** How long nothing must change before an open table follows, in milliseconds. */
const REST = 150;

/** The numbers behind a figure, made when somebody wants to see them. */
export class DataTable extends Part {
  static override properties = {
    session: { attribute: false },
    figure: {},
    revision: { type: Number },
    table: { state: true },
  };

  declare session: Session;
  declare figure: string;
  declare revision: number;
  declare private table: Table | undefined;
  private timer = 0;

  override updated(changed: Map<string, unknown>): void {
    if (
      this.table === undefined ||
      !["revision", "figure", "session"].some((key) => changed.has(key))
    )
      return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      void this.read();
    }, REST);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  private async read(): Promise<void> {
    const { session, figure } = this;
    await whole().catch(() => undefined);
    if (isWhole()) this.table = session.ask((explorer) => explorer.table(figure) as Table);
  }

  private readonly toggle = (event: Event): void => {
    if ((event.target as HTMLDetailsElement).open) void this.read();
    else this.table = undefined;
  };

  override render(): TemplateResult {
    return html`<details class="table" @toggle=${this.toggle}>
      <summary>Numbers</summary>
      ${this.table ? tableView(this.table) : nothing}
    </details>`;
  }
}

function tableView({ columns, rows }: Table): TemplateResult {
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

/** A number with five digits; anything else as it is. */
function readable(cell: string): string {
  const value = cell === "" ? NaN : Number(cell);
  return Number.isNaN(value) ? cell : quantity(value, 5);
}

define("loss-explorer-table", DataTable);
