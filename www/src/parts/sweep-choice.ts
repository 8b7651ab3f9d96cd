import { html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Sweep } from "../description.ts";
import { words } from "../quantity.ts";
import type { Session } from "../session.ts";

/** What the sweep figure shows against what. */
export function sweepChoice(session: Session, sweep: Sweep): TemplateResult {
  const set =
    (key: string) =>
    (event: Event): void => {
      const value = (event.target as HTMLSelectElement).value;
      session.attempt(key, (explorer) => {
        explorer.set(key, value);
      });
    };
  return html`<p class="sweep">
    <label for="sweep-readout">Sweep</label>
    <select id="sweep-readout" .value=${live(sweep.readout)} @change=${set("readout")}>
      ${sweep.readouts.map(
        ({ id, name }) =>
          html`<option value=${id} ?selected=${id === sweep.readout}>${name}</option>`,
      )}
    </select>
    <label for="sweep-param">over</label>
    <select id="sweep-param" .value=${live(sweep.param)} @change=${set("sweep")}>
      ${sweep.params.map(
        (param) =>
          html`<option value=${param} ?selected=${param === sweep.param}>${words(param)}</option>`,
      )}
    </select>
  </p>`;
}
