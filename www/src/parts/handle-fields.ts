import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Handle } from "../description.ts";
import type { Session } from "../session.ts";
import "./number-field.ts";

/** Significant digits of a coordinate: as many as a field shows and a hand can place. */
const DIGITS = 4;

/** The selected handle of a figure: which one it is, and its coordinates to type. */
export function handleFields(
  session: Session,
  figure: string,
  handles: readonly Handle[],
): TemplateResult | typeof nothing {
  const handle = handles.find(({ selected }) => selected) ?? handles[0];
  if (handle === undefined) return nothing;
  const select = (event: Event): void => {
    const id = (event.target as HTMLSelectElement).value;
    session.attempt("selected", (explorer) => {
      explorer.select(figure, id);
    });
  };
  return html`<div class="coordinates">
    ${
      handles.length > 1
        ? html`<select aria-label="Handle to move" .value=${live(handle.id)} @change=${select}>
            ${handles.map(
              ({ id, name }) =>
                html`<option value=${id} ?selected=${id === handle.id}>${name}</option>`,
            )}
          </select>`
        : html`<span>${handle.name}</span>`
    }
    ${handle.freedom === "y" ? nothing : coordinate(session, figure, handle, "x")}
    ${handle.freedom === "x" ? nothing : coordinate(session, figure, handle, "y")}
  </div>`;
}

function coordinate(
  session: Session,
  figure: string,
  { id, name, x, y }: Handle,
  axis: "x" | "y",
): TemplateResult {
  const field = `${figure}-${axis}`;
  const commit = (text: string): string | undefined => {
    const value = Number(text);
    if (!Number.isFinite(value)) return `${axis} is ${text}, allowed is a finite number`;
    const [to, up] = axis === "x" ? [value, y] : [x, value];
    return session.attempt(`${figure} ${id}`, (explorer) => {
      explorer.place(figure, id, to, up);
    });
  };
  return html`<span class="entry">
    <label for=${field}>${axis}</label>
    <loss-explorer-number
      .fieldId=${field}
      .label=${`${axis} of ${name}`}
      .allowed=${"a finite number"}
      .signed=${true}
      .value=${Number((axis === "x" ? x : y).toPrecision(DIGITS))}
      .disabled=${false}
      .commit=${commit}
    ></loss-explorer-number>
  </span>`;
}
