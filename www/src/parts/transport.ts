import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { isHidden } from "../hidden.ts";
import type { Session } from "../session.ts";
import "./number-field.ts";
import { unless } from "./unless.ts";

/** How far play jumps at once for people who want nothing to move. */
const JUMP = 50;

/** Play, pause, step and time line of a stage that trains. */
export function transport(session: Session): TemplateResult | typeof nothing {
  const { description } = session;
  const shown = description.stage.trains && !isHidden(description, "steps");
  return shown ? trainingView(session) : nothing;
}

/** What can be done at the push of a button on any stage. */
export function actions(session: Session): TemplateResult | typeof nothing {
  const { actions: all } = session.description;
  if (all.length === 0 || isHidden(session.description, "actions")) return nothing;
  return html`<div class="actions">
    ${all.map(
      ({ id, title, enabled }) =>
        html`<button
          aria-disabled=${String(!enabled)}
          @click=${unless(!enabled, () => {
            session.attempt(id, (explorer) => {
              explorer.act(id);
            });
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

/** How fast it plays: what a room can follow, or as fast as it goes. */
const PACES = [
  { pace: 0, name: "full speed" },
  { pace: 100, name: "10 a second" },
  { pace: 500, name: "2 a second" },
];

function paceView(session: Session): TemplateResult {
  return html`<select
    class="pace"
    aria-label="Speed of Play"
    @change=${(event: Event) => {
      session.pace = Number((event.target as HTMLSelectElement).value);
    }}
  >
    ${PACES.map(({ pace, name }) => html`<option value=${pace}>${name}</option>`)}
  </select>`;
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
  const most =
    last === undefined ? undefined : { value: last, why: `The training ends after ${last} steps.` };
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
      ?disabled=${locked}
      aria-disabled=${String(steps === 0)}
      @click=${unless(steps === 0, () => {
        session.pause();
        step(-steps)();
      })}
    >
      Rewind
    </button>
    <span class="entry steps">
      ${still ? nothing : paceView(session)}
      <label for="steps">steps</label>
      <loss-explorer-number
        .fieldId=${"steps"}
        .label=${"training steps"}
        .allowed=${"a whole number from 0 on"}
        .signed=${false}
        .most=${most}
        .value=${steps}
        .disabled=${locked}
        .commit=${commit}
      ></loss-explorer-number>
    </span>
    ${last === undefined ? nothing : timeLine(session, steps, last, locked)}
  </div>`;
}
