/** How the parts of the explorer stand together. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Guide, Prose, Story } from "virtual:texts";
import type { Exhibit, FigureInfo, Notice } from "./description.ts";
import { figuresLeft, isHidden } from "./hidden.ts";
import type { About, Highlight } from "./parts/control-view.ts";
import { controls } from "./parts/controls.ts";
import "./parts/dialects-fold.ts";
import "./parts/figure-view.ts";
import { formula } from "./parts/formula.ts";
import "./parts/live-sentence.ts";
import { noticesView } from "./parts/notices.ts";
import { claimView, lossProse, storyView } from "./parts/prose.ts";
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
  /** Whether all figures are wanted at once, for paper. */
  printing: boolean;
  notices: readonly Notice[];
  failures: readonly string[];
  prose: Prose | undefined;
  guide: Guide | undefined;
  about: About;
  story: Story | undefined;
  highlight: Highlight;
  /** Goes to the control of a key. */
  visit: (key: string) => void;
  /** Closes the notices. */
  dismiss: () => void;
}

/** The explorer at work: what is looked at together, its controls beside it, and what there is to read below. */
export function workbench(scene: Scene): TemplateResult {
  const { session, notices, failures, story, dismiss } = scene;
  const { description } = session;
  const hidden = (part: string): boolean => isHidden(description, part);
  const { exhibit } = description;
  const full = scene.controls === "full";
  const { first, key, others } = placed(scene);
  // What is wide stands above what belongs to it, anything else beside it.
  const shape = `${key.length > 0 ? "accompanied" : ""} ${(first[0]?.aspect ?? 1) < 1.2 ? "square" : ""}`;
  const told = scene.controls !== "none" && !hidden("readouts");
  const numbers = told
    ? html`<div class="numbers">
        ${readouts(description.readouts, "Readouts")}
        <p class="sentence">${description.sentence}</p>
      </div>`
    : nothing;
  return html`<div class="explorer ${scene.controls}">
    <div class="stand">
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
      <div class="main count-${Math.min(first.length, 2)} ${shape}">
        ${figureViews(scene, first)} ${figureViews(scene, key, "key")}
        ${full && exhibit ? claimPart(session, exhibit) : nothing}
      </div>
      ${full && exhibit ? nothing : numbers}
    </div>
    ${
      scene.controls === "none"
        ? nothing
        : html`<div class="side">
            ${full ? stageChoice(session) : nothing}
            ${controls(session, scene.highlight, scene.about)}
          </div>`
    }
    <loss-explorer-sentence .sentence=${description.sentence}></loss-explorer-sentence>
    ${
      full
        ? html`<div class="rest">
            ${exhibit && exhibit.left === undefined && story && !hidden("story") ? storyView(story) : nothing}
            ${exhibit ? html`${equation(scene)}${numbers}` : nothing}
            ${
              others.length > 0
                ? html`<div class="others">
                    ${figureViews(scene, others)}
                    ${description.sweep && !hidden("sweep") ? sweepChoice(session, description.sweep) : nothing}
                  </div>`
                : nothing
            }
            ${hidden("story") ? nothing : reading(scene)}
          </div>`
        : nothing
    }
  </div>`;
}

/** The numbers of the claim, or that what would show it is no longer on screen. */
function claimPart(session: Session, exhibit: Exhibit): TemplateResult | typeof nothing {
  const { id, title, left } = exhibit;
  if (left === undefined) {
    return isHidden(session.description, "claim") ? nothing : claimView(session.measured);
  }
  return html`<section class="claim">
    <p>“${title}” shows its claim on ${left}; that is no longer on screen.</p>
    <button
      @click=${() => {
        session.open(`exhibit=${id}`);
      }}
    >
      Back to the exhibit
    </button>
  </section>`;
}

/** Which figures are looked at first, which the exhibit speaks of besides, and the others. */
function placed({
  session,
  view,
  story,
}: Scene): Record<"first" | "key" | "others", readonly FigureInfo[]> {
  const { exhibit } = session.description;
  const figures = figuresLeft(session.description);
  const alone = session.description.figures.filter(({ id }) => id === view);
  if (alone.length > 0) return { first: alone, key: [], others: [] };
  const spoken = exhibit ? (story?.figures ?? []) : [];
  const beside = figures.filter(({ main }) => !main);
  return {
    first: figures.filter(({ main }) => main),
    key: beside.filter(({ id }) => spoken.includes(id)),
    others: beside.filter(({ id }) => !spoken.includes(id)),
  };
}

function figureViews(
  { session, revision, dark, printing, controls }: Scene,
  infos: readonly FigureInfo[],
  kind = "",
): unknown {
  return repeat(
    infos,
    ({ id }) => id,
    (info) =>
      html`<loss-explorer-figure
        class=${kind}
        .session=${session}
        .info=${info}
        .revision=${revision}
        .dark=${dark}
        .printing=${printing}
        .bare=${controls !== "full"}
      ></loss-explorer-figure>`,
  );
}

/** Said while what a person does waits for a part of the program. */
const LOADING = "Loading the rest of the program …";

/** What is shown, in words, and the formula unless there is a claim to look at first. */
function head(scene: Scene): TemplateResult {
  const { prose, story, guide, session } = scene;
  const { exhibit, losses } = session.description;
  return html`<div class="top">
    <header class="head">
      <h2>${exhibit?.title ?? losses[0]?.title}</h2>
      ${
        isHidden(session.description, "claim")
          ? nothing
          : html`<p class="lead">${(exhibit ? story?.claim : prose?.summary) ?? ""}</p>
              ${exhibit ? nothing : html`<p class="hint">${guide?.about ?? ""}</p>`}`
      }
    </header>
    ${exhibit ? nothing : equation(scene)}
  </div>`;
}

/** The formula of the main loss. */
function equation({ session, prose, highlight, visit }: Scene): TemplateResult | typeof nothing {
  const { exhibit, losses } = session.description;
  if (isHidden(session.description, "formula")) return nothing;
  return html`<div class="equation">
    ${exhibit ? html`<p class="of">${losses[0]?.title}</p>` : nothing}
    ${formula(prose?.formula ?? "", highlight, visit)}
  </div>`;
}

/** The stages that can show the main loss. */
function stageChoice(session: Session): TemplateResult | typeof nothing {
  const { stages, stage } = session.description;
  if (stages.length < 2 || isHidden(session.description, "stage")) return nothing;
  const enter = (event: Event): void => {
    const id = (event.target as HTMLSelectElement).value;
    session.attempt("stage", (explorer) => {
      explorer.set("stage", id);
    });
  };
  return html`<p class="where">
    <label for="stage">shown as</label>
    <select id="stage" .value=${live(stage.id)} @change=${enter}>
      ${stages.map(
        ({ id, title }) => html`<option value=${id} ?selected=${id === stage.id}>${title}</option>`,
      )}
    </select>
  </p>`;
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
