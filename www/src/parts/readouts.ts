import { html, nothing, type TemplateResult } from "lit";
import type { Of, Readout } from "../description.ts";
import { withUnit } from "../quantity.ts";

/** Live numbers with their names, lined up; those of several losses as a table with a column for each. */
export function readouts(list: readonly Readout[], label: string): TemplateResult {
  const alone = list.filter(({ of }) => of === undefined);
  const heads = new Map(list.flatMap(({ of }) => (of === undefined ? [] : [[of.place, of]])));
  return html`${heads.size === 0 ? nothing : compared(list, [...heads.values()], label)}
  ${
    alone.length === 0
      ? nothing
      : html`<dl class="readouts" aria-label=${label}>
          ${alone.map(
            ({ name, value, unit, note }) =>
              html`<div>
                <dt>${name}</dt>
                <dd>${withUnit(value, unit)}${aside(note)}</dd>
              </div>`,
          )}
        </dl>`
  }`;
}

/** A row for each kind of number, a column for each loss. */
function compared(list: readonly Readout[], heads: readonly Of[], label: string): TemplateResult {
  const told = list.filter(({ of }) => of !== undefined);
  const names = [...new Set(told.map(({ name }) => name))];
  return html`<table class="compared" aria-label=${label}>
    <thead>
      <tr>
        <td></td>
        ${heads.map(({ place, title }) => html`<th scope="col" class="series-${place % 8}">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${names.map((name) => {
        const own = told.filter((readout) => readout.name === name);
        const meaning = common(own);
        return html`<tr>
            <th scope="row">${name}</th>
            ${heads.map(({ place }) => {
              const cell = own.find(({ of }) => of?.place === place);
              if (cell === undefined) return html`<td></td>`;
              const { value, unit, note } = cell;
              return html`<td>
                ${withUnit(value, unit)}${note === meaning ? nothing : aside(note)}
              </td>`;
            })}
          </tr>
          ${
            meaning === ""
              ? nothing
              : html`<tr>
                  <td class="note" colspan=${heads.length + 1}>${meaning}</td>
                </tr>`
          }`;
      })}
    </tbody>
  </table>`;
}

/** What is to be said of a whole row: the note of all, or what the first number means. */
function common([first, ...others]: readonly Readout[]): string {
  if (first === undefined) return "";
  const { note, value } = first;
  return others.every(
    (other) => other.note === note || (other.note === "" && Number.isFinite(value)),
  )
    ? note
    : "";
}

function aside(note: string): TemplateResult | typeof nothing {
  return note === "" ? nothing : html`<span class="note">${note}</span>`;
}
