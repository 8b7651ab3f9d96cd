/** How the parts of the explorer stand together. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Prose, Story } from "virtual:texts";
import type { FigureInfo, Notice } from "./description.ts";
import type { Highlight } from "./parts/control-view.ts";
import { controls } from "./parts/controls.ts";
import "./parts/dialects-fold.ts";
import "./parts/figure-view.ts";
import { formula } from "./parts/formula.ts";
import "./parts/live-sentence.ts";
import { noticesView } from "./parts/notices.ts";
import { exhibitView, lossProse } from "./parts/prose.ts";
import { readouts } from "./parts/readouts.ts";
import { sweepChoice } from "./parts/sweep-choice.ts";
import type { Session } from "./session.ts";

/** What there is to show. */
export interface Scene {
  session: Session;
  revision: number;
  controls: "full" | "minimal" | "none";
  /** The figure to show alone. */
  view: string | null;
  dark: boolean;
  notices: readonly Notice[];
  failures: readonly string[];
  prose: Prose | undefined;
  story: Story | undefined;
  highlight: Highlight;
  /** Goes to the control of a key. */
  visit: (key: string) => void;
  /** Closes the notices. */
  dismiss: () => void;
}

/** The explorer at work. */
export function workbench(scene: Scene): TemplateResult {
  const { session, view, notices, failures, dismiss } = scene;
  const { description } = session;
  const { hide } = description;
  const alone = description.figures.filter(({ id }) => id === view);
  const shown = alone.length > 0 ? alone : description.figures;
  const first = shown.filter((info) => info.main || alone.length > 0);
  const others = shown.filter((info) => !first.includes(info));
  const full = scene.controls === "full";
  return html`<div class="explorer ${scene.controls}">
    ${noticesView(
      notices,
      failures,
      (state) => {
        session.follow(state);
      },
      dismiss,
    )}
    ${full ? head(scene) : nothing}
    <p class="loading" role="status">${session.loading ? LOADING : nothing}</p>
    <div class="main count-${Math.min(first.length, 2)}">${figureViews(scene, first)}</div>
    ${
      scene.controls === "none"
        ? nothing
        : html`<div class="side">${controls(session, scene.highlight)}</div>`
    }
    ${
      scene.controls === "none" || hide.includes("readouts")
        ? nothing
        : html`<div class="numbers">
            ${readouts(description.readouts, "Readouts")}
            <p class="sentence">${description.sentence}</p>
          </div>`
    }
    ${full && description.exhibit ? exhibitView(scene.story, session.measured) : nothing}
    <loss-explorer-sentence .sentence=${description.sentence}></loss-explorer-sentence>
    ${
      full && others.length > 0
        ? html`<div class="others">
            ${figureViews(scene, others)}
            ${description.sweep && !hide.includes("sweep") ? sweepChoice(session, description.sweep) : nothing}
          </div>`
        : nothing
    }
    ${full ? reading(scene) : nothing}
  </div>`;
}

function figureViews(
  { session, revision, dark, controls }: Scene,
  infos: readonly FigureInfo[],
): unknown {
  return repeat(
    infos,
    ({ id }) => id,
    (info) =>
      html`<loss-explorer-figure
        .session=${session}
        .info=${info}
        .revision=${revision}
        .dark=${dark}
        .bare=${controls !== "full"}
      ></loss-explorer-figure>`,
  );
}

/** Said while what a person does waits for a part of the program. */
const LOADING = "Loading the rest of the program …";

/** What is shown, in words and as a formula. */
function head({ session, prose, story, highlight, visit }: Scene): TemplateResult {
  const { exhibit, losses, stages, stage, hide } = session.description;
  const title = losses[0]?.title ?? "";
  const enter = (event: Event): void => {
    const id = (event.target as HTMLSelectElement).value;
    session.attempt("stage", (explorer) => {
      explorer.set("stage", id);
    });
  };
  return html`<div class="top">
    <header class="head">
      <div class="named">
        <h2>${exhibit?.title ?? title}</h2>
        ${
          stages.length > 1 && !hide.includes("stage")
            ? html`<p class="where">
                <label for="stage">shown as</label>
                <select id="stage" .value=${live(stage.id)} @change=${enter}>
                  ${stages.map(
                    ({ id, title: name }) =>
                      html`<option value=${id} ?selected=${id === stage.id}>${name}</option>`,
                  )}
                </select>
              </p>`
            : nothing
        }
      </div>
      <p class="lead">${(exhibit ? story?.claim : prose?.summary) ?? ""}</p>
      ${exhibit ? nothing : html`<p class="hint">${stage.about}</p>`}
    </header>
    ${
      hide.includes("formula")
        ? nothing
        : html`<div class="equation">
            ${exhibit ? html`<p class="of">${title}</p>` : nothing}
            ${formula(prose?.formula ?? "", highlight, visit)}
          </div>`
    }
  </div>`;
}

/** What there is to read about the main loss. */
function reading({
  session,
  revision,
  prose,
  highlight,
  visit,
}: Scene): TemplateResult | typeof nothing {
  if (prose === undefined) return nothing;
  const { id = "", title = "" } = session.description.losses[0] ?? {};
  return html`<div class="reading">
    ${lossProse(title, prose, highlight, visit)}
    <loss-explorer-library
      .session=${session}
      .loss=${id}
      .libraries=${prose.libraries}
      .revision=${revision}
    ></loss-explorer-library>
  </div>`;
}

/** Before the explorer is there. */
export function waitingView(poster: string | null): TemplateResult {
  return html`<div class="waiting">${posterView(poster)}<slot></slot></div>`;
}

/** When the explorer cannot be there. */
export function failedView(why: string, poster: string | null, again: () => void): TemplateResult {
  return html`<div class="failed" role="alert">
      <p>${why}</p>
      <button @click=${again}>Try again</button>
    </div>
    ${posterView(poster)}<slot></slot>`;
}

function posterView(poster: string | null): TemplateResult | typeof nothing {
  return poster === null ? nothing : html`<img class="poster" src=${poster} alt="" />`;
}
