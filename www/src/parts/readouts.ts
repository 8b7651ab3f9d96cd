import { html, nothing, type TemplateResult } from "lit";
import type { Readout } from "../description.ts";
import { withUnit } from "../quantity.ts";

/** Live numbers with their names, lined up. */
export function readouts(list: readonly Readout[], label: string): TemplateResult {
  return html`<dl class="readouts" aria-label=${label}>
    ${list.map(
      ({ name, value, unit, note }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>
            ${withUnit(value, unit)}${note === "" ? nothing : html`<span class="note">${note}</span>`}
          </dd>
        </div>`,
    )}
  </dl>`;
}
