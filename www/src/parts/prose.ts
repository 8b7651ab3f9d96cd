import { html, nothing, type TemplateResult } from "lit";
import type { Paper, Prose, Story } from "virtual:texts";
import type { Readout } from "../description.ts";
import { formula } from "./formula.ts";
import type { Highlight } from "./control-view.ts";
import { readouts } from "./readouts.ts";

/** The numbers that measure the claim of an exhibit. */
export function claimView(measured: readonly Readout[]): TemplateResult {
  return html`<section class="claim">
    <h3>The claim in numbers</h3>
    ${readouts(measured, "The claim in numbers")}
  </section>`;
}

/** What an exhibit wants tried, and where its claim is from. */
export function storyView({ tries, caveat, papers }: Story): TemplateResult {
  const cited = papers.map((paper, i) => html`${i > 0 ? "; " : ""}${cite(paper)}`);
  return html`<section class="prose">
    <h3>What to try</h3>
    <ul>
      ${tries.map((one) => html`<li>${one}</li>`)}
    </ul>
    ${caveat === "" ? nothing : html`<p class="caveat">${caveat}</p>`}
    ${papers.length === 0 ? nothing : html`<p class="papers">Claimed in ${cited}.</p>`}
  </section>`;
}

/** What there is to know about the main loss. */
export function lossProse(
  title: string,
  text: Prose,
  highlight: Highlight,
  visit: (key: string) => void,
): TemplateResult {
  const { gradient, facts, source, papers } = text;
  return html`<section class="prose">
    <h3>About ${title}</h3>
    ${
      gradient === ""
        ? nothing
        : html`<h4>Gradient</h4>
            ${formula(gradient, highlight, visit)}`
    }
    ${
      facts.length === 0
        ? nothing
        : html`<h4>Facts that tests hold it to</h4>
            <ul>
              ${facts.map((fact) => html`<li>${fact}</li>`)}
            </ul>`
    }
    <h4>Source</h4>
    <p>${citation(source)}</p>
    ${
      papers.length === 0
        ? nothing
        : html`<h4>In the papers</h4>
            <ul>
              ${papers.map((paper) => html`<li>${cite(paper)}</li>`)}
            </ul>`
    }
  </section>`;
}

/** The title of a paper, as a link where there is one, and where it is from. */
function cite({ title, authors, year, venue, link }: Paper): TemplateResult {
  const cited = html`<cite>${title}</cite>`;
  return html`${link === "" ? cited : html`<a href=${link} rel="external">${cited}</a>`}
  (${authors}, ${venue}${venue.includes(String(year)) ? "" : ` ${year}`})`;
}

function citation({ authors, year, title, venue }: Prose["source"]): TemplateResult {
  const when = year > 0 ? ` (${year})` : "";
  return html`${authors}${when}${authors === "" ? "" : ". "}${
    title === "" ? nothing : html`<cite>${title}</cite>. `
  }${venue}`;
}
