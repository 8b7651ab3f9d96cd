/** The fold under a figure with its numbers, made when somebody wants to see them. */

import { html, nothing, type TemplateResult } from "lit";
import { Arrival } from "../arrival.ts";
import { alsoWhenMet, whole } from "../deferred.ts";
import type { Table } from "../description.ts";
import type { Session } from "../session.ts";
import { Part, define } from "./part.ts";

/** How long nothing must change before an open table follows, in milliseconds. */
const REST = 150;

const view = (): Promise<unknown> => import("./table-view.ts");
alsoWhenMet(view);

export class DataTable extends Part {
  static override properties = {
    session: { attribute: false },
    figure: {},
    revision: { type: Number },
    open: { state: true },
    table: { state: true },
  };

  declare session: Session;
  declare figure: string;
  declare revision: number;
  declare private open: boolean;
  declare private table: Table | undefined;
  private timer = 0;

  private readonly view = new Arrival(this, () => Promise.all([view(), whole()]));

  constructor() {
    super();
    this.open = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override willUpdate(): void {
    if (this.open && this.view.value !== undefined) this.table ??= this.read();
  }

  override updated(changed: Map<string, unknown>): void {
    if (this.table === undefined) return;
    if (!["revision", "figure", "session"].some((key) => changed.has(key))) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.open) this.table = this.read();
    }, REST);
  }

  private read(): Table {
    return this.session.ask((explorer) => explorer.table(this.figure) as Table);
  }

  private readonly toggle = (event: Event): void => {
    this.open = (event.target as HTMLDetailsElement).open;
    if (this.open) this.view.want();
    else this.table = undefined;
  };

  override render(): TemplateResult {
    const { view, table } = this;
    return html`<details class="table" @toggle=${this.toggle}>
      <summary>Numbers</summary>
      ${
        table === undefined
          ? nothing
          : html`<loss-explorer-numbers .table=${table}></loss-explorer-numbers>`
      }
      <p class="coming" role="status">${view.words}</p>
    </details>`;
  }
}

define("loss-explorer-table", DataTable);
