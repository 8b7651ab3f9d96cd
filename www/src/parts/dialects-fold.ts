/** The fold with what the main loss is in other libraries, made when somebody opens it. */

import { html, nothing, type TemplateResult } from "lit";
import { Arrival } from "../arrival.ts";
import { alsoWhenMet } from "../deferred.ts";
import type { Session } from "../session.ts";
import { Part, define } from "./part.ts";

const view = (): Promise<unknown> => import("./dialects.ts");
alsoWhenMet(view);

export class DialectsFold extends Part {
  static override properties = {
    session: { attribute: false },
    loss: {},
    libraries: { attribute: false },
    revision: { type: Number },
  };

  declare session: Session;
  declare loss: string;
  /** The libraries that have the loss. */
  declare libraries: readonly string[];
  declare revision: number;

  private readonly view = new Arrival(this, view);

  override render(): TemplateResult | typeof nothing {
    if (this.libraries.length === 0) return nothing;
    return html`<details
      class="dialects"
      @toggle=${() => {
        this.view.want();
      }}
    >
      <summary>In your library: ${this.libraries.join(", ")}</summary>
      ${
        this.view.value === undefined
          ? nothing
          : html`<loss-explorer-dialects
              .session=${this.session}
              .loss=${this.loss}
              .revision=${this.revision}
            ></loss-explorer-dialects>`
      }
      <p class="coming" role="status">${this.view.words}</p>
    </details>`;
  }
}

define("loss-explorer-library", DialectsFold);
