/** The dialog of “Share”; what is in it comes when it is first opened. */

import { html, type TemplateResult } from "lit";
import { Arrival } from "../arrival.ts";
import { alsoWhenMet } from "../deferred.ts";
import type { LossExplorer } from "../loss-explorer.ts";
import { Part, define } from "../parts/part.ts";

const panel = (): Promise<unknown> => import("./share-panel.ts");
alsoWhenMet(panel);

export class ShareDialog extends Part {
  explorer: LossExplorer | undefined;
  private opened = 0;

  private readonly panel = new Arrival(this, panel);

  /** Opens the dialog. */
  show(): void {
    this.opened += 1;
    this.panel.want();
    this.requestUpdate();
    this.querySelector("dialog")?.showModal();
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="share-title" @click=${this.dismiss}>
      <div class="panel">
        <header>
          <h2 id="share-title">Share what is on screen</h2>
          <form method="dialog"><button aria-label="Close">Close</button></form>
        </header>
        ${
          this.panel.value === undefined
            ? html`<p role="status">${this.panel.words}</p>`
            : html`<share-panel .explorer=${this.explorer} .opened=${this.opened}></share-panel>`
        }
      </div>
    </dialog>`;
  }

  private readonly dismiss = (event: Event): void => {
    // Only the backdrop is the dialog itself.
    const dialog = event.currentTarget as HTMLDialogElement;
    if (event.target === dialog) dialog.close();
  };
}

define("share-dialog", ShareDialog);

declare global {
  interface HTMLElementTagNameMap {
    "share-dialog": ShareDialog;
  }
}
