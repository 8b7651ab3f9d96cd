import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import symbols from "virtual:symbols";
import type { Control } from "../description.ts";
import { withUnit, words } from "../quantity.ts";
import type { Session } from "../session.ts";
import { course } from "../slider-course.ts";
import "./number-field.ts";
import { unless } from "./unless.ts";

/** What a control may tell the explorer. */
export interface Highlight {
  /** The key that is pointed at or focused, if any. */
  key: string | undefined;
  point: (key: string | undefined) => void;
}

/** What a parameter of a loss, by its place, or a knob of the stage does; empty until that has come. */
export type About = (contender: number | undefined, name: string) => string;

/** A slider with a number field, or a choice, with its reset button. */
export function controlView(
  session: Session,
  control: Control,
  highlight: Highlight,
  about: string,
): TemplateResult {
  const { key, symbol } = control;
  const id = `control-${key}`;
  const lit = highlight.key === key;
  const at = (target: string | undefined) => (): void => {
    highlight.point(target);
  };
  return html`<div
    class="control ${lit ? "lit" : ""}"
    data-key=${key}
    @pointerenter=${at(key)}
    @pointerleave=${at(undefined)}
    @focusin=${at(key)}
    @focusout=${at(undefined)}
  >
    <label class="name" for=${id}>
      ${
        symbol in symbols
          ? html`<span class="symbol" aria-hidden="true">${unsafeHTML(symbols[symbol])}</span>`
          : nothing
      }
      <span class=${symbol === control.name ? "unseen" : ""}>${words(control.name)}</span>
      ${control.locked ? html`<span class="locked">locked</span>` : nothing}
    </label>
    ${control.kind === "choice" ? choice(session, control, id) : number(session, control, id)}
    <p class="about" id="${id}-about">${about}</p>
    ${slopeView(session, control)}
  </div>`;
}

/** What turning the slider does to the loss and to its gradient, for the main loss. */
function slopeView(session: Session, { key, kind }: Control): TemplateResult | typeof nothing {
  const own = session.description.groups.find(({ contender }) => contender === 0)?.controls ?? [];
  if ((kind !== "linear" && kind !== "log") || !own.some((control) => control.key === key)) {
    return nothing;
  }
  const found = session.sensitivities.find((sensitivity) => sensitivity.key === key);
  if (found === undefined) return html`<p class="about slope"></p>`;
  const { turn, loss_change: loss, length_change: length, sentence } = found;
  return html`<p class="about slope" title=${sentence}>
    <span aria-hidden="true"
      >+${turn}: loss
      ${signed(loss)}${length === undefined ? nothing : html`, gradient ${signed(length)}`}</span
    ><span class="unseen">${sentence}</span>
  </p>`;
}

/** A change with its sign and two digits. */
function signed(change: number): string {
  if (change === 0) return "±0";
  const text = Number(Math.abs(change).toPrecision(2));
  return `${change > 0 ? "+" : "−"}${text}`;
}

function resetButton(
  session: Session,
  { key, name, value, initial, locked }: Control,
): TemplateResult {
  const same = value === initial;
  return html`<button
    class="reset quiet ${same ? "same" : ""}"
    ?disabled=${locked}
    aria-disabled=${String(same)}
    aria-label="Reset ${words(name)}"
    title="Back to how it opened"
    @click=${unless(same, () => {
      session.attempt(key, (explorer) => {
        explorer.reset(key);
      });
    })}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3.5 8a4.5 4.5 0 1 0 1.6-3.4M3.5 2.5v3h3" />
    </svg>
  </button>`;
}

function choice(session: Session, control: Control, id: string): TemplateResult {
  const { key, options, text } = control;
  const pick = (event: Event): void => {
    const chosen = (event.target as HTMLSelectElement).value;
    session.attempt(key, (explorer) => {
      explorer.set(key, chosen);
    });
  };
  return html`<span class="entry">
    ${resetButton(session, control)}
    <select
      id=${id}
      aria-describedby="${id}-about"
      ?disabled=${control.locked}
      .value=${live(text)}
      @change=${pick}
    >
      ${options.map(
        (option) =>
          html`<option value=${option.text} ?selected=${option.text === text}>
            ${option.name}
          </option>`,
      )}
    </select>
  </span>`;
}

function number(session: Session, control: Control, id: string): TemplateResult {
  const { key, value, unit } = control;
  const { min, max, step, position, value: valueAt } = course(control);
  const disabled = control.locked;
  const slide = (event: Event): void => {
    const text = String(valueAt((event.target as HTMLInputElement).valueAsNumber));
    session.change(key, (explorer) => {
      explorer.set(key, text);
    });
  };
  const commit = (text: string): string | undefined =>
    session.attempt(key, (explorer) => {
      explorer.set(key, text);
    });
  const place = position(value);
  const filled = (100 * (Math.min(Math.max(place, min), max) - min)) / (max - min);
  return html`<span class="entry">
      ${resetButton(session, control)}
      <loss-explorer-number
        .fieldId=${`${id}-number`}
        .label=${`${words(control.name)}, ${control.domain}`}
        .allowed=${control.domain}
        .signed=${control.signed}
        .value=${value}
        .disabled=${disabled}
        .commit=${commit}
      ></loss-explorer-number>
      ${unit === "" ? nothing : html`<span class="unit">${unit}</span>`}
    </span>
    <input
      id=${id}
      type="range"
      style="--filled: ${filled}%"
      min=${min}
      max=${max}
      step=${step}
      aria-valuetext=${withUnit(value, unit)}
      aria-describedby="${id}-about"
      ?disabled=${disabled}
      .value=${live(String(place))}
      @input=${slide}
      @change=${() => {
        session.finish();
      }}
    />`;
}
