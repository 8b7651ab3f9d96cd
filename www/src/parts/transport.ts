import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Session } from "../session.ts";
import "./number-field.ts";

/** How far play jumps at once for people who want nothing to move. */
const JUMP = 50;

/** Play, pause, step and time line of a stage that trains. */
export function transport(session: Session): TemplateResult | typeof nothing {
  const { stage, hide } = session.description;
  return stage.trains && !hide.includes("steps") ? trainingView(session) : nothing;
}

/** What can be done at the push of a button on any stage. */
export function actions(session: Session): TemplateResult | typeof nothing {
  const { actions: all, hide } = session.description;
  if (all.length === 0 || hide.includes("actions")) return nothing;
  return html`<div class="actions">
    ${all.map(
      ({ id, title }) =>
        html`<button
          @click=${() =>
            session.attempt(id, (explorer) => {
              explorer.act(id);
            })}
        >
          ${title}
        </button>`,
    )}
  </div>`;
}

/** The whole training on one line, to go back and forth in. */
function timeLine(session: Session, steps: number, last: number, locked: boolean): TemplateResult {
  const slide = (event: Event): void => {
    session.pause();
    const text = (event.target as HTMLInputElement).value;
    session.change("steps", (explorer) => {
      explorer.set("steps", text);
    });
  };
  return html`<input
    type="range"
    class="time-line"
    style="--filled: ${(100 * Math.min(steps, last)) / Math.max(last, 1)}%"
    min="0"
    max=${last}
    aria-label="Time line of the training"
    aria-valuetext="${steps} of ${last} steps"
    ?disabled=${locked}
    .value=${live(String(steps))}
    @input=${slide}
    @change=${() => {
      session.finish();
    }}
  />`;
}

function trainingView(session: Session): TemplateResult {
  const { steps, last_step: last, lock } = session.description;
  const locked = lock.includes("steps");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const step = (count: number) => (): void => {
    session.attempt("steps", (explorer) => {
      explorer.step(count);
    });
  };
  const commit = (text: string): string | undefined =>
    session.attempt("steps", (explorer) => {
      explorer.set("steps", text);
    });
  const toggle = (): void => {
    if (session.playing) session.pause();
    else session.play();
  };
  return html`<div class="buttons transport" role="group" aria-label="Training">
    ${
      still
        ? html`<button class="primary" ?disabled=${locked} @click=${step(JUMP)}>
            ${JUMP} steps on
          </button>`
        : html`<button class="primary play" ?disabled=${locked} @click=${toggle}>
            ${session.playing ? "Pause" : "Play"}
          </button>`
    }
    <button ?disabled=${locked} @click=${step(1)}>Step</button>
    <button
      ?disabled=${locked || steps === 0}
      @click=${() => {
        session.pause();
        step(-steps)();
      }}
    >
      Rewind
    </button>
    <span class="entry steps">
      <label for="steps">steps</label>
      <loss-explorer-number
        .fieldId=${"steps"}
        .label=${"training steps"}
        .value=${steps}
        .disabled=${locked}
        .commit=${commit}
      ></loss-explorer-number>
    </span>
    ${last === undefined ? nothing : timeLine(session, steps, last, locked)}
  </div>`;
}
